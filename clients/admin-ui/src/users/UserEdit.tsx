import { Alert, Card } from '@mui/material';
import { Edit, SimpleForm, useRecordContext, useTranslate } from 'react-admin';
import type { ResourceRecord, UserRecord } from 'ra-data-rolecall';
import { Names } from '../shared/Names';
import { PageToolbar } from '../shared/PageToolbar';
import { ReadOnlyNote } from '../shared/ReadOnlyNote';
import { SaveFailureProvider } from '../shared/saving';
import { StaleDialog } from '../shared/StaleDialog';
import { useStaleGuard } from '../shared/useStaleGuard';
import { AccessQuestion } from './AccessQuestion';
import { EffectiveRules } from './EffectiveRules';
import { StatusButtons } from './StatusButtons';
import { UserFacts } from './UserFacts';
import { UserForm } from './UserForm';

const FIELDS = [
  { source: 'email' },
  { source: 'firstName' },
  { source: 'lastName' },
  { source: 'locale' },
  {
    source: 'groupIds',
    show: (ids: unknown) => <Names resource="groups" ids={(ids ?? []) as string[]} />,
  },
];

export function UserEdit() {
  const { errors, stale, settle, mutationOptions } = useStaleGuard();
  return (
    <SaveFailureProvider errors={errors}>
      <Edit
        title="resources.users.page.edit"
        // Who may only look at it is shown it, too.
        disableAuthentication
        mutationMode="pessimistic"
        redirect={false}
        mutationOptions={mutationOptions}
        component="div"
        actions={false}
      >
        <User stale={stale} onSettled={settle} />
      </Edit>
    </SaveFailureProvider>
  );
}

function User({ stale, onSettled }: { stale: ResourceRecord | undefined; onSettled: () => void }) {
  const translate = useTranslate();
  const user = useRecordContext<UserRecord>();
  if (!user) return null;
  const readOnly = !user.viewerCan.update;
  return (
    <>
      {user.status !== 'ACTIVE' && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {translate(`resources.users.notice.${user.status}`)}
        </Alert>
      )}
      <Card>
        <SimpleForm
          warnWhenUnsavedChanges
          noValidate
          toolbar={
            <PageToolbar readOnly={readOnly}>
              <StatusButtons />
            </PageToolbar>
          }
        >
          {readOnly && <ReadOnlyNote isProtected={false} />}
          <UserFacts user={user} />
          <UserForm readOnly={readOnly} />
          <StaleDialog stale={stale} fields={FIELDS} onSettled={onSettled} />
        </SimpleForm>
      </Card>
      <AccessQuestion user={user} />
      <EffectiveRules user={user} />
    </>
  );
}
