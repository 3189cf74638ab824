import { Link as MuiLink } from '@mui/material';
import {
  useCanAccess,
  useCreatePath,
  useGetMany,
  useGetRecordRepresentation,
  useTranslate,
} from 'react-admin';
import { Link } from 'react-router-dom';

interface Props {
  resource: string;
  ids: string[];
  linked?: boolean;
}

/** The names of records that only their ids are known of; `linked`, each leads to its page. */
export function Names({ resource, ids, linked = false }: Props) {
  const { data = [], isPending } = useGetMany(resource, { ids });
  const represent = useGetRecordRepresentation(resource);
  const createPath = useCreatePath();
  const missing = isPending ? 0 : ids.length - data.length;
  return (
    <>
      {data.map((record, index) => (
        <span key={record.id}>
          {index > 0 && ', '}
          {linked ? (
            <MuiLink component={Link} to={createPath({ resource, type: 'edit', id: record.id })}>
              {represent(record)}
            </MuiLink>
          ) : (
            represent(record)
          )}
        </span>
      ))}
      {missing > 0 && data.length > 0 && ', '}
      {missing > 0 && <Missing resource={resource} count={missing} />}
    </>
  );
}

/** What stands in the place of the names of records that are gone, or that the viewer may not see. */
export function Missing({ resource, count = 1 }: { resource: string; count?: number }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource, action: 'list' });
  const params = {
    smart_count: count,
    kind: translate(`resources.${resource}.name`, { smart_count: count }),
  };
  if (canAccess === undefined) return null;
  return <em>{translate(`resources.auditEvents.${canAccess ? 'gone' : 'hidden'}`, params)}</em>;
}
