import { Link as MuiLink } from '@mui/material';
import { useGetManyAggregate, useGetRecordRepresentation, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { AuditEventRecord } from 'ra-data-rolecall';
import { type Kind, changesOf, kindOf } from './actions';

const NAMING = ['title', 'name', 'email'];

/** What something was done to: its name, and the way to it while it exists. */
export function Subject({ event }: { event: AuditEventRecord }) {
  const kind = kindOf(event.action);
  if (!event.subjectId) return null;
  if (!kind) return <NameThen event={event} />;
  return <NameNow event={event} kind={kind} id={event.subjectId} />;
}

function NameNow({ event, kind, id }: { event: AuditEventRecord; kind: Kind; id: string }) {
  const { data } = useGetManyAggregate(kind, { ids: [id] });
  const represent = useGetRecordRepresentation(kind);
  const record = data?.[0];
  if (!record) return <NameThen event={event} />;
  return (
    <MuiLink component={Link} to={`/${kind}/${id}`} onClick={event => event.stopPropagation()}>
      {represent(record)}
    </MuiLink>
  );
}

/** What it was called when it happened, if that is told. */
function NameThen({ event }: { event: AuditEventRecord }) {
  const translate = useTranslate();
  const named = changesOf(event.changes).find(([field]) => NAMING.includes(field));
  const name = named && (named[1][1] ?? named[1][0]);
  const kind = kindOf(event.action);
  if (name) return <>{String(name)}</>;
  return kind ? (
    <em>
      {translate('resources.auditEvents.gone', {
        kind: translate(`resources.${kind}.name`, { smart_count: 1 }),
      })}
    </em>
  ) : null;
}
