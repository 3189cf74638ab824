import { Form, PasswordInput, SaveButton, required, useNotify } from 'react-admin';
import { useState } from 'react';
import { FormFailure } from '../shared/saving';
import { Section } from '../shared/Section';
import { useRolecall } from '../shared/useRolecall';
import { useFormAction } from './useFormAction';
import { useReload } from './useReload';

interface Values {
  currentPassword: string;
  newPassword: string;
}

const NARROW = { maxWidth: 480, display: 'flex' } as const;

/** Another password, which ends one's other sessions. */
export function Password() {
  const rolecall = useRolecall();
  const notify = useNotify();
  const reload = useReload('sessions');
  const [round, setRound] = useState(0);

  const change = useFormAction<Values>(async values => {
    await rolecall.changePassword(values);
    notify('app.account.password_changed', { type: 'success' });
    setRound(round + 1);
    void reload();
  });

  return (
    <Section title="app.account.password" help="app.account.password_help">
      <Form noValidate key={round} onSubmit={change}>
        <FormFailure />
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
