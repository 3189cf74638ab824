import { Link as MuiLink, Typography } from '@mui/material';
import { type RaRecord, useCanAccess, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { MomentField } from './Moment';

/** When a record was changed last, and the way to all that ever happened to it. */
export function LastChange({ record }: { record: RaRecord }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: 'auditEvents', action: 'list' });
  const filter = encodeURIComponent(JSON.stringify({ subjectIds: record.id }));
  return (
    <Typography variant="body2" color="textSecondary" sx={{ mt: 1, mx: 1 }}>
      {translate('app.form.last_changed')} <MomentField source="updatedAt" />
      {canAccess && (
        <>
          {' · '}
          <MuiLink component={Link} to={`/auditEvents?filter=${filter}`}>
            {translate('app.form.history')}
          </MuiLink>
        </>
      )}
    </Typography>
  );
}
