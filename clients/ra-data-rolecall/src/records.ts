// What react-admin holds of each thing: what the API tells, and the ids of what it belongs to, for the
// inputs that pick others by id.

import type {
  ApiTokenFieldsFragment,
  AuditEventFieldsFragment,
  GroupFieldsFragment,
  RoleFieldsFragment,
  SessionFieldsFragment,
  UserFieldsFragment,
} from './generated/operations.js';

export type RoleRecord = RoleFieldsFragment;

/** `roles` is null, and `roleIds` absent, where the viewer may not see them. */
export type GroupRecord = GroupFieldsFragment & { roleIds?: string[] };

/** `groups` is null, and `groupIds` absent, where the viewer may not see them. */
export type UserRecord = UserFieldsFragment & { groupIds?: string[] };

export type AuditEventRecord = AuditEventFieldsFragment;

/** `secret` only right after the token was made. */
export type ApiTokenRecord = ApiTokenFieldsFragment & { secret?: string };

export type SessionRecord = SessionFieldsFragment;

/** What can be changed. */
export type ResourceRecord = RoleRecord | GroupRecord | UserRecord;

export function toGroup(group: GroupFieldsFragment): GroupRecord {
  return group.roles ? { ...group, roleIds: group.roles.map(({ id }) => id) } : group;
}

export function toUser(user: UserFieldsFragment): UserRecord {
  return user.groups ? { ...user, groupIds: user.groups.map(({ id }) => id) } : user;
}
