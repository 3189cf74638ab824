import { Alert, AlertTitle, Box, Button as MuiButton } from '@mui/material';
import { useState } from 'react';
import {
  DateInput,
  Form,
  SaveButton,
  TextInput,
  required,
  useNotify,
  useTranslate,
} from 'react-admin';
import { FormFailure } from '../shared/saving';
import { useRolecall } from '../shared/useRolecall';
import { useFormAction } from './useFormAction';
import { useReload } from './useReload';

interface Values {
  name: string;
  /** The last day that it works on, in the viewer's time zone. */
  expiresAt?: string | null;
}

/** Makes a token, and shows its secret this once. */
export function NewApiToken() {
  const rolecall = useRolecall();
  const reload = useReload('apiTokens');
  const [secret, setSecret] = useState('');
  const [round, setRound] = useState(0);

  const create = useFormAction<Values>(async ({ name, expiresAt: lastDay }) => {
    const expiresAt = lastDay ? new Date(`${lastDay}T23:59:59`).toISOString() : null;
    setSecret((await rolecall.createApiToken({ name, expiresAt })).secret);
    setRound(round + 1);
    void reload();
  });

  return (
    <>
      {secret && <Secret secret={secret} onClose={() => setSecret('')} />}
      <Form noValidate key={round} onSubmit={create}>
        <FormFailure />
        <Box
          sx={{
            display: 'flex',
            flexDirection: { xs: 'column', sm: 'row' },
            gap: 1.5,
            alignItems: 'flex-start',
            mb: 1,
          }}
        >
          <TextInput
            source="name"
            label="app.account.tokens.name"
            validate={required()}
            helperText="app.account.tokens.name_help"
            autoComplete="off"
          />
          <DateInput
            source="expiresAt"
            label="app.account.tokens.last_day"
            helperText="app.account.tokens.last_day_help"
            slotProps={{ htmlInput: { min: today() } }}
          />
          <SaveButton
            type="submit"
            label="app.account.tokens.create"
            icon={<></>}
            variant="outlined"
            alwaysEnable
            sx={{ mt: 1, whiteSpace: 'nowrap', flexShrink: 0 }}
          />
        </Box>
      </Form>
    </>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const translate = useTranslate();
  const notify = useNotify();
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    notify('app.account.tokens.copied', { type: 'success' });
  };
  return (
    <Alert
      severity="success"
      onClose={onClose}
      closeText={translate('ra.action.close')}
      sx={{ mb: 2, '& .MuiAlert-message': { minWidth: 0 } }}
    >
      <AlertTitle>{translate('app.account.tokens.secret_title')}</AlertTitle>
      <Box sx={{ mb: 1 }}>{translate('app.account.tokens.secret_help')}</Box>
      <Box sx={{ wordBreak: 'break-all', userSelect: 'all', mb: 1 }}>
        <code>{secret}</code>
      </Box>
      {/* Browsers have it on secure sites only. */}
      {'clipboard' in navigator && (
        <MuiButton size="small" variant="outlined" color="inherit" onClick={() => void copy()}>
          {translate('app.account.tokens.copy')}
        </MuiButton>
      )}
    </Alert>
  );
}

/** The day that it is where the viewer is, as an input of days has it. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
