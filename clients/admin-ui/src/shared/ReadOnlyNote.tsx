import { Alert } from '@mui/material';
import { useTranslate } from 'react-admin';

/** Why nothing can be changed here. */
export function ReadOnlyNote({ isProtected }: { isProtected: boolean }) {
  const translate = useTranslate();
  return (
    <Alert severity="info" sx={{ mb: 2, width: '100%' }}>
      {translate(isProtected ? 'app.form.protected' : 'app.form.read_only')}
    </Alert>
  );
}
