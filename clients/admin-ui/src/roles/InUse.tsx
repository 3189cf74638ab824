import { Link as MuiLink } from '@mui/material';
import { useCanAccess, useGetManyReference, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { GroupRecord, RoleRecord } from 'ra-data-rolecall';

const NAMED = 10;

/** Which groups stand in the way of deleting a role. */
export function InUse({ role }: { role: RoleRecord }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: 'groups', action: 'list' });
  const { data: groups = [], total = role.groupCount } = useGetManyReference<GroupRecord>(
    'groups',
    {
      target: 'roleIds',
      id: role.id,
      pagination: { page: 1, perPage: NAMED },
      sort: { field: 'title', order: 'ASC' },
    },
    { enabled: Boolean(canAccess) },
  );
  return (
    <>
      {translate('resources.roles.delete.blocked', { smart_count: total })}{' '}
      {groups.map(({ id, title }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <MuiLink component={Link} to={`/groups/${id}`}>
            {title}
          </MuiLink>
        </span>
      ))}
      {groups.length > 0 && total > groups.length && ' …'}
    </>
  );
}
