import { Alert, Box, Button, Paper, Typography } from '@mui/material';
import { useState } from 'react';
import {
  Form,
  LocalesMenuButton,
  Notification,
  PasswordInput,
  TextInput,
  ToggleThemeButton,
  required,
  useLogin,
  useTranslate,
} from 'react-admin';
import { useSearchParams } from 'react-router-dom';
import { useSpokenFailure } from '../shared/failures';

interface Credentials {
  username: string;
  password: string;
}

export function LoginPage() {
  const translate = useTranslate();
  const login = useLogin();
  const speak = useSpokenFailure();
  const [search] = useSearchParams();
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (values: Partial<Credentials>) => {
    setBusy(true);
    setFailure('');
    try {
      await login(values);
    } catch (error) {
      setFailure(speak(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Box
      sx={{
        minHeight: '100vh',
        bgcolor: 'background.default',
        display: 'flex',
        flexDirection: 'column',
      }}
    >
      <Box component="header" sx={{ display: 'flex', justifyContent: 'flex-end', p: 1 }}>
        <LocalesMenuButton />
        <ToggleThemeButton />
      </Box>
      <Box
        component="main"
        sx={{ mx: 'auto', mt: { xs: 2, sm: 8 }, width: '100%', maxWidth: 400, px: 2 }}
      >
        <Typography sx={{ color: 'primary.main', fontWeight: 700, mb: 1 }}>Rolecall</Typography>
        <Typography component="h1" variant="h4" sx={{ mb: 0.5 }}>
          {translate('app.login.title')}
        </Typography>
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          {translate('app.login.purpose')}
        </Typography>
        <Paper variant="outlined" sx={{ p: 3 }}>
          <Form noValidate onSubmit={submit}>
            {failure && (
              <Alert severity="error" sx={{ mb: 2 }}>
                {failure}
              </Alert>
            )}
            {!failure && search.has('ended') && (
              <Alert severity="info" sx={{ mb: 2 }}>
                {translate('rolecall.errors.UNAUTHENTICATED')}
              </Alert>
            )}
            <TextInput
              source="username"
              type="email"
              label="app.login.email"
              autoComplete="username"
              autoFocus
              validate={required()}
            />
            <PasswordInput
              source="password"
              label="app.login.password"
              autoComplete="current-password"
              validate={required()}
            />
            <Button
              type="submit"
              variant="contained"
              size="large"
              fullWidth
              disabled={busy}
              sx={{ mt: 1 }}
            >
              {translate('ra.auth.sign_in')}
            </Button>
          </Form>
        </Paper>
        <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
          {translate('app.login.lost')}
        </Typography>
      </Box>
      <Notification />
    </Box>
  );
}
