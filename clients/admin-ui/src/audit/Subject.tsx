import { Link as MuiLink } from '@mui/material';
import { useGetManyAggregate, useGetRecordRepresentation, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { AuditEventRecord } from 'ra-data-rolecall';
import { Missing } from '../shared/Names';
import { type Kind, kindOf, nameThen } from './actions';

/** What something was done to: its name, and the way to it or, when it is gone, to what happened to it. */
export function Subject({ event }: { event: AuditEventRecord }) {
  const kind = kindOf(event.action);
  if (!event.subjectId) return null;
  if (!kind) return <NameThen event={event} />;
  return <NameNow event={event} kind={kind} id={event.subjectId} />;
}

function NameNow({ event, kind, id }: { event: AuditEventRecord; kind: Kind; id: string }) {
  const { data, isPending } = useGetManyAggregate(kind, { ids: [id] });
  const represent = useGetRecordRepresentation(kind);
  const record = data?.[0];
  if (isPending) return null;
  if (!record) return <NameThen event={event} kind={kind} />;
  return (
    <MuiLink component={Link} to={`/${kind}/${id}`} onClick={event => event.stopPropagation()}>
      {represent(record)}
    </MuiLink>
  );
}

/** What it was called when it happened, if that is told. */
function NameThen({ event, kind }: { event: AuditEventRecord; kind?: Kind }) {
  const translate = useTranslate();
  const name = nameThen(event) ?? (kind && <Missing resource={kind} />);
  if (!name) return null;
  const filter = JSON.stringify({ subjectIds: event.subjectId });
  return (
    <MuiLink
      component={Link}
      to={{ pathname: '/auditEvents', search: new URLSearchParams({ filter }).toString() }}
      title={translate('resources.auditEvents.its_events')}
      color="inherit"
      onClick={event => event.stopPropagation()}
    >
      {name}
    </MuiLink>
  );
}
