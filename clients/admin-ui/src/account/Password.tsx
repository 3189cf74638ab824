import { Form, PasswordInput, SaveButton, required, useDataProvider, useNotify } from 'react-admin';
import { useState } from 'react';
import { UserErrors, type RolecallDataProvider } from 'ra-data-rolecall';
import { Section } from '../shared/Section';
import { useSpokenFailure } from '../shared/failures';

interface Values {
  currentPassword: string;
  newPassword: string;
}

const NARROW = { maxWidth: 480, display: 'flex' } as const;

/** Another password, which ends one's other sessions. */
export function Password() {
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const notify = useNotify();
  const speak = useSpokenFailure();
  const [round, setRound] = useState(0);

  const change = async (values: Partial<Values>) => {
    try {
      await dataProvider.changePassword(values as Values);
      notify('app.account.password_changed', { type: 'success' });
      setRound(round + 1);
      return undefined;
    } catch (error) {
      if (error instanceof UserErrors) return error.body.errors;
      notify(speak(error), { type: 'error' });
      return undefined;
    }
  };

  return (
    <Section title="app.account.password" help="app.account.password_help">
      <Form noValidate key={round} onSubmit={change}>
        <PasswordInput
          source="currentPassword"
          label="app.account.current_password"
          validate={required()}
          autoComplete="current-password"
          helperText={false}
          sx={NARROW}
        />
        <PasswordInput
          source="newPassword"
          label="app.account.new_password"
          validate={required()}
          autoComplete="new-password"
          helperText="resources.users.help.password"
          sx={NARROW}
        />
        <SaveButton type="submit" label="app.account.change_password" icon={<></>} alwaysEnable />
      </Form>
    </Section>
  );
}
