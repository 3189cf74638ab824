import { Card } from '@mui/material';
import { Edit, SimpleForm, useRecordContext } from 'react-admin';
import type { GroupRecord, ResourceRecord } from 'ra-data-rolecall';
import { Names } from '../shared/Names';
import { PageToolbar } from '../shared/PageToolbar';
import { ReadOnlyNote } from '../shared/ReadOnlyNote';
import { SaveFailureProvider } from '../shared/saving';
import { StaleDialog } from '../shared/StaleDialog';
import { useStaleGuard } from '../shared/useStaleGuard';
import { DeleteGroup } from './DeleteGroup';
import { GroupForm } from './GroupForm';
import { GroupMembers } from './GroupMembers';

const FIELDS = [
  { source: 'title' },
  { source: 'description' },
  { source: 'roleIds', show: (ids: unknown) => <Names resource="roles" ids={ids as string[]} /> },
];

export function GroupEdit() {
  const { errors, stale, settle, mutationOptions } = useStaleGuard();
  return (
    <SaveFailureProvider errors={errors}>
      <Edit
        title="resources.groups.page.edit"
        // Who may only look at it is shown it, too.
        disableAuthentication
        mutationMode="pessimistic"
        redirect={false}
        mutationOptions={mutationOptions}
        component="div"
        actions={false}
      >
        <Group stale={stale} onSettled={settle} />
      </Edit>
    </SaveFailureProvider>
  );
}

function Group({ stale, onSettled }: { stale: ResourceRecord | undefined; onSettled: () => void }) {
  const group = useRecordContext<GroupRecord>();
  if (!group) return null;
  const readOnly = !group.viewerCan.update;
  return (
    <>
      <Card>
        <SimpleForm
          warnWhenUnsavedChanges
          noValidate
          toolbar={
            <PageToolbar readOnly={readOnly}>
              <DeleteGroup />
            </PageToolbar>
          }
        >
          {readOnly && <ReadOnlyNote isProtected={group.isProtected} />}
          <GroupForm readOnly={readOnly} />
          <StaleDialog stale={stale} fields={FIELDS} onSettled={onSettled} />
        </SimpleForm>
      </Card>
      <GroupMembers group={group} />
    </>
  );
}
