import { Alert } from '@mui/material';
import { useTranslate } from 'react-admin';
import type { UserRecord } from 'ra-data-rolecall';
import { EditPage } from '../shared/EditPage';
import { Names } from '../shared/Names';
import { AccessQuestion } from './AccessQuestion';
import { EffectiveRules } from './EffectiveRules';
import { StatusButtons } from './StatusButtons';
import { UserFacts } from './UserFacts';
import { UserForm } from './UserForm';
import { languageName } from './locales';

const FIELDS = [
  { source: 'email' },
  { source: 'firstName' },
  { source: 'lastName' },
  { source: 'locale', show: (tag: unknown) => languageName(tag as string) },
  { source: 'groupIds', show: (ids: unknown) => <Names resource="groups" ids={ids as string[]} /> },
];

export function UserEdit() {
  return (
    <EditPage<UserRecord>
      fields={FIELDS}
      notice={user => <StatusNotice user={user} />}
      actions={<StatusButtons />}
      below={user => (
        <>
          <AccessQuestion user={user} />
          <EffectiveRules user={user} />
        </>
      )}
    >
      {(user, readOnly) => (
        <>
          <UserFacts user={user} />
          <UserForm readOnly={readOnly} />
        </>
      )}
    </EditPage>
  );
}

function StatusNotice({ user }: { user: UserRecord }) {
  const translate = useTranslate();
  if (user.status === 'ACTIVE') return null;
  return (
    <Alert severity="warning" sx={{ mb: 2 }}>
      {translate(`resources.users.notice.${user.status}`)}
    </Alert>
  );
}
