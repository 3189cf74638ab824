import {
  AutocompleteInput,
  Form,
  RecordContextProvider,
  SaveButton,
  TextInput,
  required,
  useAuthProvider,
  useGetIdentity,
  useGetOne,
  useNotify,
} from 'react-admin';
import { useState } from 'react';
import type { RolecallAuthProvider, UserRecord } from 'ra-data-rolecall';
import { FormFailure } from '../shared/saving';
import { Section } from '../shared/Section';
import { useRolecall } from '../shared/useRolecall';
import { localeChoices } from '../users/locales';
import { useFormAction } from './useFormAction';

/** Nobody has to give way to others about their own name: what others changed beside it stays. */
const WHATEVER_VERSION = { expectedVersion: null };

/** One's own names and language. */
export function Profile() {
  const { identity, refetch: refetchIdentity } = useGetIdentity();
  const authProvider = useAuthProvider<RolecallAuthProvider>();
  const rolecall = useRolecall();
  const notify = useNotify();
  const { data: user, refetch } = useGetOne<UserRecord>(
    'users',
    { id: String(identity?.id) },
    { enabled: Boolean(identity), refetchOnWindowFocus: false },
  );
  // When others change this user meanwhile, what is typed stays.
  const [opened, setOpened] = useState<UserRecord>();
  if (user && !opened) setOpened(user);
  const save = useFormAction<Partial<UserRecord>>(async data => {
    if (!opened) return;
    const change = { id: opened.id, data, previousData: opened, meta: WHATEVER_VERSION };
    setOpened((await rolecall.update<UserRecord>('users', change)).data);
    authProvider?.invalidate();
    await Promise.all([refetch(), refetchIdentity?.()]);
    notify('app.account.saved', { type: 'success' });
  });
  if (!user || !opened) return null;

  return (
    <Section title="app.account.profile" help={user.email}>
      <RecordContextProvider value={opened}>
        <Form noValidate onSubmit={save}>
          <FormFailure />
          <TextInput
            source="firstName"
            label="resources.users.fields.firstName"
            validate={required()}
            autoComplete="given-name"
            helperText={false}
            sx={{ maxWidth: 480, display: 'flex' }}
          />
          <TextInput
            source="lastName"
            label="resources.users.fields.lastName"
            validate={required()}
            autoComplete="family-name"
            helperText={false}
            sx={{ maxWidth: 480, display: 'flex' }}
          />
          <AutocompleteInput
            source="locale"
            label="resources.users.fields.locale"
            choices={localeChoices(user.locale)}
            helperText="app.account.locale_help"
            sx={{ maxWidth: 480 }}
          />
          <SaveButton type="submit" icon={<></>} />
        </Form>
      </RecordContextProvider>
    </Section>
  );
}
