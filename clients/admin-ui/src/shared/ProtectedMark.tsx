import LockOutlined from '@mui/icons-material/LockOutlined';
import { Chip } from '@mui/material';
import { useTranslate } from 'react-admin';

/** Tells what is built in. */
export function ProtectedMark() {
  const translate = useTranslate();
  return (
    <Chip
      size="small"
      icon={<LockOutlined />}
      label={translate('app.form.protected_mark')}
      title={translate('app.form.protected')}
      sx={{ ml: 1 }}
    />
  );
}
