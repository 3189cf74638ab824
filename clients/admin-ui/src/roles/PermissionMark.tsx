import BlockOutlined from '@mui/icons-material/BlockOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import { Chip } from '@mui/material';
import { useTranslate } from 'react-admin';
import type { Permission } from './rules';

/** Allowed or denied, told by sign and word and not by colour alone. */
export function PermissionMark({ permission }: { permission: Permission }) {
  const translate = useTranslate();
  const allows = permission === 'ALLOW';
  return (
    <Chip
      size="small"
      variant="outlined"
      color={allows ? 'success' : 'error'}
      icon={allows ? <CheckOutlined /> : <BlockOutlined />}
      label={translate(`resources.roles.rules.${permission}`)}
    />
  );
}
