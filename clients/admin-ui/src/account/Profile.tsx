import {
  AutocompleteInput,
  Form,
  RecordContextProvider,
  SaveButton,
  TextInput,
  required,
  useAuthProvider,
  useDataProvider,
  useGetIdentity,
  useGetOne,
  useNotify,
} from 'react-admin';
import type { RolecallAuthProvider, UserRecord } from 'ra-data-rolecall';
import { UserErrors } from 'ra-data-rolecall';
import { Section } from '../shared/Section';
import { useSpokenFailure } from '../shared/failures';
import { localeChoices } from '../users/locales';

/** One's own names and language. */
export function Profile() {
  const { identity, refetch: refetchIdentity } = useGetIdentity();
  const authProvider = useAuthProvider<RolecallAuthProvider>();
  const dataProvider = useDataProvider();
  const notify = useNotify();
  const speak = useSpokenFailure();
  const { data: user, refetch } = useGetOne<UserRecord>(
    'users',
    { id: String(identity?.id) },
    { enabled: Boolean(identity), refetchOnWindowFocus: false },
  );
  if (!user) return null;

  const save = async (data: Partial<UserRecord>) => {
    try {
      await dataProvider.update('users', { id: user.id, data, previousData: user });
      authProvider?.forget();
      await Promise.all([refetch(), refetchIdentity?.()]);
      notify('app.account.saved', { type: 'success' });
      return undefined;
    } catch (error) {
      if (error instanceof UserErrors) return error.body.errors;
      notify(speak(error), { type: 'error' });
      return undefined;
    }
  };

  return (
    <Section title="app.account.profile" help={user.email}>
      <RecordContextProvider value={user}>
        <Form noValidate onSubmit={save}>
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
