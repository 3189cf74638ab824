import {
  Box,
  Card,
  Link as MuiLink,
  List,
  ListItem,
  ListItemText,
  Typography,
} from '@mui/material';
import { useCanAccess, useGetList, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { AuditEventRecord } from 'ra-data-rolecall';
import { Subject } from '../audit/Subject';
import { actionKey } from '../audit/actions';
import { SECONDS, useMoment } from '../shared/Moment';
import { fullName } from '../users/names';

/** The latest events. */
export function Lately() {
  const translate = useTranslate();
  const moment = useMoment(SECONDS);
  const { canAccess } = useCanAccess({ resource: 'auditEvents', action: 'list' });
  const { data: events } = useGetList<AuditEventRecord>(
    'auditEvents',
    {
      pagination: { page: 1, perPage: 8 },
      sort: { field: 'at', order: 'DESC' },
      meta: { total: false },
    },
    { enabled: Boolean(canAccess) },
  );
  if (!events) return null;
  return (
    <Card component="section" sx={{ mt: 3, p: { xs: 2, sm: 3 } }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'baseline' }}>
        <Typography component="h2" variant="h6">
          {translate('app.home.lately')}
        </Typography>
        <MuiLink component={Link} to="/auditEvents">
          {translate('app.home.all_events')}
        </MuiLink>
      </Box>
      <List dense disablePadding>
        {events.map(event => (
          <ListItem key={event.id} disableGutters divider>
            <ListItemText
              primary={
                <>
                  {translate(actionKey(event.action), { _: event.action })}{' '}
                  {event.subjectId !== event.actor?.id && <Subject event={event} />}
                </>
              }
              secondary={`${moment(event.at)} · ${event.actor ? fullName(event.actor) : translate('resources.auditEvents.system')}`}
            />
          </ListItem>
        ))}
      </List>
    </Card>
  );
}
