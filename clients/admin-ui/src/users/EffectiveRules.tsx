import {
  Alert,
  Box,
  Link as MuiLink,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  TextField,
  Typography,
  Button,
} from '@mui/material';
import { useMemo, useState } from 'react';
import { useCanAccess, useGetMany, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { GroupRecord, RoleRecord, UserRecord } from 'ra-data-rolecall';
import { PermissionMark } from '../roles/PermissionMark';
import { type Permission, triple } from '../roles/rules';
import { Section } from '../shared/Section';
import { useSpokenFailure } from '../shared/failures';
import { STACKED } from '../shared/stacked';
import { useNarrow } from '../shared/useNarrow';

const AT_ONCE = 25;

interface Origin {
  role: RoleRecord;
  groups: GroupRecord[];
}

interface EffectiveRule {
  what: string;
  permission: Permission;
  origins: Origin[];
}

/** Every rule that reaches a user, with the roles and groups it comes by. */
export function EffectiveRules({ user }: { user: UserRecord }) {
  const translate = useTranslate();
  const { canAccess: mayReadGroups } = useCanAccess({ resource: 'groups', action: 'list' });
  const { canAccess: mayReadRoles } = useCanAccess({ resource: 'roles', action: 'list' });
  const { data: groups, ...asGroups } = useGetMany<GroupRecord>(
    'groups',
    { ids: user.groupIds ?? [] },
    { enabled: mayReadGroups },
  );
  const roleIds = [...new Set(groups?.flatMap(group => group?.roleIds ?? []))];
  const { data: roles, ...asRoles } = useGetMany<RoleRecord>(
    'roles',
    { ids: roleIds },
    { enabled: mayReadRoles && roleIds.length > 0 },
  );
  const rules = useMemo(
    () => effectiveRules(groups?.filter(Boolean) ?? [], roles?.filter(Boolean) ?? []),
    [groups, roles],
  );
  const speak = useSpokenFailure();
  const narrow = useNarrow();
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState(AT_ONCE);
  const title = translate('resources.users.rules.title');
  const error = asGroups.error ?? asRoles.error;
  if (error) {
    return (
      <Section title={title}>
        <Alert severity="error">{speak(error)}</Alert>
      </Section>
    );
  }
  // Without roles to ask for, nothing is on its way.
  if (asGroups.isPending || asRoles.isLoading || !mayReadRoles) return null;

  const wanted = search.trim().toLowerCase();
  const found = rules.filter(({ what }) => what.toLowerCase().includes(wanted));
  return (
    <Section title={`${title} (${rules.length})`} help="resources.users.rules.help">
      {rules.length > AT_ONCE && (
        <TextField
          value={search}
          onChange={event => setSearch(event.target.value)}
          label={translate('ra.action.search')}
          sx={{ maxWidth: 320 }}
        />
      )}
      {rules.length === 0 ? (
        <Typography>{translate('resources.users.rules.none')}</Typography>
      ) : (
        <Box sx={{ overflowX: 'auto' }}>
          <Table size="small" sx={narrow ? STACKED : undefined}>
            <TableHead>
              <TableRow>
                <TableCell>{translate('resources.users.rules.what')}</TableCell>
                <TableCell>{translate('resources.roles.rules.permission')}</TableCell>
                <TableCell>{translate('resources.users.rules.origin')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {found.slice(0, shown).map(rule => (
                <TableRow key={rule.what + rule.permission}>
                  <TableCell sx={{ wordBreak: 'break-word' }}>
                    <code>{rule.what}</code>
                  </TableCell>
                  <TableCell>
                    <PermissionMark permission={rule.permission} />
                  </TableCell>
                  <TableCell>
                    {rule.origins.map(origin => (
                      <OriginLine key={origin.role.id} {...origin} />
                    ))}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      )}
      {found.length > shown && (
        <Button onClick={() => setShown(shown + AT_ONCE)}>
          {translate('app.list.more', { count: found.length - shown })}
        </Button>
      )}
    </Section>
  );
}

function OriginLine({ role, groups }: Origin) {
  const translate = useTranslate();
  return (
    <div>
      <MuiLink component={Link} to={`/roles/${role.id}`}>
        {role.name}
      </MuiLink>{' '}
      {translate('resources.users.access.by_group')}{' '}
      {groups.map((group, index) => (
        <span key={group.id}>
          {index > 0 && ', '}
          <MuiLink component={Link} to={`/groups/${group.id}`}>
            {group.title}
          </MuiLink>
        </span>
      ))}
    </div>
  );
}

function effectiveRules(groups: GroupRecord[], roles: RoleRecord[]): EffectiveRule[] {
  const found = new Map<string, EffectiveRule>();
  for (const role of roles) {
    const origin = { role, groups: groups.filter(group => group.roleIds?.includes(role.id)) };
    for (const rule of role.rules) {
      const what = triple(rule);
      const key = `${what} ${rule.permission}`;
      const known = found.get(key) ?? { what, permission: rule.permission, origins: [] };
      known.origins.push(origin);
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => a.what.localeCompare(b.what));
}
