import { Link as MuiLink } from '@mui/material';
import { useCreatePath, useGetMany, useGetRecordRepresentation } from 'react-admin';
import { Link } from 'react-router-dom';

interface Props {
  resource: string;
  ids: string[];
  linked?: boolean;
}

/** The names of records that only their ids are known of; `linked`, each leads to its page. */
export function Names({ resource, ids, linked = false }: Props) {
  const { data = [] } = useGetMany(resource, { ids });
  const represent = useGetRecordRepresentation(resource);
  const createPath = useCreatePath();
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
    </>
  );
}
