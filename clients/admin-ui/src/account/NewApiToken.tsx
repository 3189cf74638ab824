import { Alert, AlertTitle, Box, Button as MuiButton } from '@mui/material';
import { useState } from 'react';
import {
  DateInput,
  Form,
  SaveButton,
  TextInput,
  required,
  useDataProvider,
  useNotify,
  useTranslate,
} from 'react-admin';
import { UserErrors, type RolecallDataProvider } from 'ra-data-rolecall';
import { useSpokenFailure } from '../shared/failures';

interface Values {
  name: string;
  /** The last day that it works on, in the viewer's time zone. */
  lastDay?: string | null;
}

/** Makes a token, and shows its secret this once. */
export function NewApiToken({ onCreated }: { onCreated: () => void }) {
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const notify = useNotify();
  const speak = useSpokenFailure();
  const [secret, setSecret] = useState('');
  const [round, setRound] = useState(0);

  const create = async (values: Partial<Values>) => {
    const { name, lastDay } = values as Values;
    const expiresAt = lastDay ? new Date(`${lastDay}T23:59:59`).toISOString() : null;
    try {
      setSecret((await dataProvider.createApiToken({ name, expiresAt })).secret);
      setRound(round + 1);
      onCreated();
      return undefined;
    } catch (error) {
      if (error instanceof UserErrors) return error.body.errors;
      notify(speak(error), { type: 'error' });
      return undefined;
    }
  };

  return (
    <>
      {secret && <Secret secret={secret} onClose={() => setSecret('')} />}
      <Form noValidate key={round} onSubmit={create}>
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
            label="app.account.token_name"
            validate={required()}
            helperText="app.account.token_name_help"
            autoComplete="off"
          />
          <DateInput
            source="lastDay"
            label="app.account.token_last_day"
            helperText="app.account.token_last_day_help"
          />
          <SaveButton
            type="submit"
            label="app.account.create_token"
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
    notify('app.account.copied', { type: 'success' });
  };
  return (
    <Alert
      severity="success"
      onClose={onClose}
      closeText={translate('ra.action.close')}
      sx={{ mb: 2, '& .MuiAlert-message': { minWidth: 0 } }}
    >
      <AlertTitle>{translate('app.account.secret_title')}</AlertTitle>
      <Box sx={{ mb: 1 }}>{translate('app.account.secret_help')}</Box>
      <Box sx={{ wordBreak: 'break-all', mb: 1 }}>
        <code>{secret}</code>
      </Box>
      <MuiButton size="small" variant="outlined" color="inherit" onClick={() => void copy()}>
        {translate('app.account.copy')}
      </MuiButton>
    </Alert>
  );
}
