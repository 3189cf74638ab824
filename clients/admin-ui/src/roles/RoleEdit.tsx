import { Card } from '@mui/material';
import { Edit, SimpleForm, useRecordContext } from 'react-admin';
import type { ResourceRecord, RoleRecord } from 'ra-data-rolecall';
import { PageToolbar } from '../shared/PageToolbar';
import { ReadOnlyNote } from '../shared/ReadOnlyNote';
import { SaveFailureProvider } from '../shared/saving';
import { StaleDialog } from '../shared/StaleDialog';
import { useStaleGuard } from '../shared/useStaleGuard';
import { DeleteRole } from './DeleteRole';
import { RoleForm } from './RoleForm';
import { RoleGroups } from './RoleGroups';
import { type RuleRow, triple } from './rules';

const FIELDS = [
  { source: 'name' },
  { source: 'description' },
  { source: 'rules', show: rulesText },
];

function rulesText(rules: unknown) {
  return (rules as RuleRow[])
    .map(row => `${row.permission === 'DENY' ? '✕' : '✓'} ${triple(row)}`)
    .join(', ');
}

export function RoleEdit() {
  const { errors, stale, settle, mutationOptions } = useStaleGuard();
  return (
    <SaveFailureProvider errors={errors}>
      <Edit
        title="resources.roles.page.edit"
        // Who may only look at it is shown it, too.
        disableAuthentication
        mutationMode="pessimistic"
        redirect={false}
        mutationOptions={mutationOptions}
        component="div"
        actions={false}
      >
        <Role stale={stale} onSettled={settle} />
      </Edit>
    </SaveFailureProvider>
  );
}

function Role({ stale, onSettled }: { stale: ResourceRecord | undefined; onSettled: () => void }) {
  const role = useRecordContext<RoleRecord>();
  if (!role) return null;
  const readOnly = !role.viewerCan.update;
  return (
    <>
      <Card>
        <SimpleForm
          warnWhenUnsavedChanges
          noValidate
          toolbar={
            <PageToolbar readOnly={readOnly}>
              <DeleteRole />
            </PageToolbar>
          }
        >
          {readOnly && <ReadOnlyNote isProtected={role.isProtected} />}
          <RoleForm readOnly={readOnly} />
          <StaleDialog stale={stale} fields={FIELDS} onSettled={onSettled} />
        </SimpleForm>
      </Card>
      <RoleGroups role={role} />
    </>
  );
}
