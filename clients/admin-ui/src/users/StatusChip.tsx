import { Chip } from '@mui/material';
import { useTranslate } from 'react-admin';
import type { UserRecord } from 'ra-data-rolecall';

const COLORS = { ACTIVE: 'success', BLOCKED: 'warning', DELETED: 'default' } as const;

export function StatusChip({ status }: { status: UserRecord['status'] }) {
  const translate = useTranslate();
  return (
    <Chip
      size="small"
      variant="outlined"
      color={COLORS[status]}
      label={translate(`resources.users.status.${status}`)}
    />
  );
}
