import ExpandMoreOutlined from '@mui/icons-material/ExpandMoreOutlined';
import { Accordion, AccordionDetails, AccordionSummary, Typography } from '@mui/material';
import { RecordContextProvider, useListContext, useTranslate } from 'react-admin';
import type { AuditEventRecord } from 'ra-data-rolecall';
import { SECONDS, useMoment } from '../shared/Moment';
import { fullName } from '../users/names';
import { Changes } from './Changes';
import { Subject } from './Subject';
import { actionKey } from './actions';

/** The trail where there is room for one column alone. */
export function EventCards() {
  const translate = useTranslate();
  const moment = useMoment(SECONDS);
  const { data: events = [] } = useListContext<AuditEventRecord>();
  return events.map(event => (
    <Accordion
      key={event.id}
      disableGutters
      slots={{ heading: 'h2' }}
      slotProps={{ transition: { unmountOnExit: true } }}
    >
      <AccordionSummary expandIcon={event.changes && <ExpandMoreOutlined />}>
        <div>
          <Typography>{translate(actionKey(event.action), { _: event.action })}</Typography>
          <Typography variant="body2" color="textSecondary">
            {moment(event.at)} ·{' '}
            {event.actor ? fullName(event.actor) : translate('resources.auditEvents.system')}
          </Typography>
        </div>
      </AccordionSummary>
      <AccordionDetails sx={{ overflowX: 'auto' }}>
        <Subject event={event} />
        <RecordContextProvider value={event}>
          <Changes />
        </RecordContextProvider>
      </AccordionDetails>
    </Accordion>
  ));
}
