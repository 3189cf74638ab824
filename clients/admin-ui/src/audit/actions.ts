/** What can happen, as the API calls it. */
export const ACTIONS = [
  'group.created',
  'group.updated',
  'group.roles_changed',
  'group.users_changed',
  'group.deleted',
  'role.created',
  'role.updated',
  'role.rules_changed',
  'role.deleted',
  'user.created',
  'user.updated',
  'user.groups_changed',
  'user.blocked',
  'user.unblocked',
  'user.deleted',
  'user.restored',
  'user.password_changed',
  'user.password_reset',
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.throttled',
  'sign_in.failures_cleared',
  'session.signed_out',
  'session.revoked',
  'api_token.created',
  'api_token.revoked',
  'system.bootstrapped',
  'system.seeded',
];

/** The key of an action's words: dots would nest. */
export const actionKey = (action: string) =>
  `resources.auditEvents.actions.${action.replace('.', '_')}`;

export type Kind = 'users' | 'groups' | 'roles';

/** What an action is done to, where that has a page of its own. */
export function kindOf(action: string): Kind | undefined {
  const [noun] = action.split('.');
  if (noun === 'group' || noun === 'role' || noun === 'user') return `${noun}s`;
  return noun === 'sign_in' || action === 'system.bootstrapped' ? 'users' : undefined;
}

/** Fields that hold ids, and of what. */
export const REFERENCES: Record<string, Kind> = {
  roleIds: 'roles',
  userIds: 'users',
  userId: 'users',
  groupIds: 'groups',
};

type Change = [before: unknown, after: unknown];

export function changesOf(json: string | null | undefined): [field: string, change: Change][] {
  return json ? Object.entries(JSON.parse(json) as Record<string, Change>) : [];
}
