import { Link as MuiLink } from '@mui/material';
import { useCreatePath, useRecordContext, useResourceContext } from 'react-admin';
import { Link } from 'react-router-dom';

/** What a row is called, as a link to its page: rows themselves answer to the mouse alone. */
export function RecordLink({ children }: { children: string }) {
  const resource = useResourceContext();
  const record = useRecordContext();
  const createPath = useCreatePath();
  return (
    <MuiLink
      component={Link}
      to={createPath({ resource, type: 'edit', id: record?.id })}
      onClick={event => event.stopPropagation()}
      underline="hover"
      sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}
    >
      {children}
    </MuiLink>
  );
}
