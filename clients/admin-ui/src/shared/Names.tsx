import { Link as MuiLink } from '@mui/material';
import { useCreatePath, useGetMany, useGetRecordRepresentation } from 'react-admin';
import { Link } from 'react-router-dom';

/** The names of records that only their ids are known of, each a link to it. */
export function Names({ resource, ids }: { resource: string; ids: string[] }) {
  const { data = [] } = useGetMany(resource, { ids });
  const represent = useGetRecordRepresentation(resource);
  const createPath = useCreatePath();
  return (
    <>
      {data.map((record, index) => (
        <span key={record.id}>
          {index > 0 && ', '}
          <MuiLink component={Link} to={createPath({ resource, type: 'edit', id: record.id })}>
            {represent(record)}
          </MuiLink>
        </span>
      ))}
    </>
  );
}
