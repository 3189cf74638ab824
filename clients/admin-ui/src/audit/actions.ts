import type { AuditEventRecord } from 'ra-data-rolecall';

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
  'password_change.failed',
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

const KINDS: Record<string, Kind> = {
  group: 'groups',
  role: 'roles',
  user: 'users',
  sign_in: 'users',
  password_change: 'users',
  system: 'users',
};

/** What an action is done to, where that has a page of its own. */
export const kindOf = (action: string): Kind | undefined => KINDS[action.split('.')[0]!];

/** Whoever there is and was: the trail tells of deleted users, too. */
export const EVERYBODY = { statuses: ['ACTIVE', 'BLOCKED', 'DELETED'] };

/** Fields that hold ids, and of what. */
export const REFERENCES: Record<string, Kind> = {
  roleIds: 'roles',
  userIds: 'users',
  userId: 'users',
  groupIds: 'groups',
};

type Change = [before: unknown, after: unknown];

/** Fields that say what something is called. */
const NAMING = ['title', 'name', 'email'];

/** What the subject of an event was called when it happened, if that is told. */
export function nameThen({ changes }: AuditEventRecord): string | undefined {
  const [, [before, after] = []] = changesOf(changes).find(([name]) => NAMING.includes(name)) ?? [];
  return (after ?? before)?.toString();
}

export function changesOf(json: string | null | undefined): [field: string, change: Change][] {
  return json ? Object.entries(JSON.parse(json) as Record<string, Change>) : [];
}
