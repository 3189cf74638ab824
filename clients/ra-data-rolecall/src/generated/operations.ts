/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { document } from '../document.js';

/** Something that the viewer may do or not. */
export type AccessCheckInput = {
  /** The action of what is asked about. */
  action: string;
  /** The bundle of what is asked about. */
  bundle: string;
  /** The controller of what is asked about. */
  controller: string;
};

/** Why someone may do something or not. */
export type AccessReason =
  /** Some rule allows it and none denies it. */
  | 'ALLOWED'
  /** Some rule denies it, whatever others allow. */
  | 'DENIED_BY_RULE'
  /** No rule speaks of it. */
  | 'NO_MATCHING_RULE'
  /** The user is blocked or deleted, and may do nothing. */
  | 'USER_NOT_ACTIVE';

/** Which events a list is about. Conditions that are given must all hold. */
export type AuditFilter = {
  /** Events of these actions. At most 100. */
  actions?: Array<string> | null | undefined;
  /** What at least one of these users did. At most 100. */
  actorIds?: Array<string> | null | undefined;
  /** Events from then on. */
  since?: string | null | undefined;
  /**
   * What was done to at least one of these, of any kind. A membership is an event of what it was changed
   * through: of the group (group.users_changed) or of the user (user.groups_changed). At most 100.
   */
  subjectIds?: Array<string> | null | undefined;
  /** Events before then. */
  until?: string | null | undefined;
};

/** What becomes of things. */
export type ChangeKind =
  /** It is new. */
  | 'CREATED'
  /** It is another than before; a deleted user who was restored, too. */
  | 'UPDATED'
  /** It is gone. */
  | 'DELETED';

/** A password in the place of another. */
export type ChangePasswordInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The viewer's password up to now. */
  currentPassword: string;
  /** 12 to 128 characters, judged by an estimator of strength, not by character classes. */
  newPassword: string;
};

/** What can change. */
export type ChangedType =
  /** A role or its rules. */
  | 'ROLE'
  /** A group, its roles or its users. */
  | 'GROUP'
  /** A user or their groups. */
  | 'USER';

/** Who may try to sign in again at once: a user, an address, or both. */
export type ClearSignInFailuresInput = {
  /** An IP address from which passwords were wrong too often. */
  address?: string | null | undefined;
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The global id of a user whose password was wrong too often. */
  userId?: string | null | undefined;
};

/** An API token to be made. */
export type CreateApiTokenInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** When it stops working; never when absent. */
  expiresAt?: string | null | undefined;
  /** What it is for: 1 to 255 characters. */
  name: string;
};

/** A group to be made. */
export type CreateGroupInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** At most 1,000 characters. */
  description?: string | null | undefined;
  /** 1 to 100. A repeated id is refused. */
  roleIds: Array<string>;
  /** 1 to 255 characters, unlike every other group's. */
  title: string;
  /** At most 1,000. A repeated id is refused. */
  userIds?: Array<string> | null | undefined;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** A role to be made. */
export type CreateRoleInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** At most 1,000 characters. */
  description?: string | null | undefined;
  /** 1 to 255 characters, unlike every other role's. */
  name: string;
  /** At most 500, each once. Without any, the role allows nothing yet. */
  rules?: Array<RuleInput> | null | undefined;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** A user to be made. */
export type CreateUserInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** What the user signs in with: unlike every other user's, of whatever status. */
  email: string;
  /** 1 to 255 characters. */
  firstName: string;
  /** 1 to 100. A repeated id is refused. */
  groupIds: Array<string>;
  /** 1 to 255 characters. */
  lastName: string;
  /** BCP 47 tag of the language the user works in; en when absent. */
  locale?: string | null | undefined;
  /** 12 to 128 characters, judged by an estimator of strength, not by character classes. */
  password: string;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** A group to be deleted. */
export type DeleteGroupInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The version that the deletion was decided for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** Delete it even if it has users, who lose what its roles allow. */
  force?: boolean;
  /** The group's global id. */
  id: string;
};

/** A role to be deleted. */
export type DeleteRoleInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The version that the deletion was decided for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** The role's global id. */
  id: string;
};

/** Which groups a list is about. Conditions that are given must all hold. */
export type GroupFilter = {
  /** These groups. At most 100. */
  ids?: Array<string> | null | undefined;
  /** Groups that have at least one of these roles. At most 100. */
  roleIds?: Array<string> | null | undefined;
  /** Substring of the title, ignoring case. */
  search?: string | null | undefined;
  /** Groups that at least one of these users is in. At most 100. */
  userIds?: Array<string> | null | undefined;
};

/** What a list of groups is ordered by; by title when nothing is said. */
export type GroupOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to compare. */
  field: GroupOrderField;
};

/** What groups can be ordered by. */
export type GroupOrderField =
  /** The title, as titles are compared. */
  | 'TITLE'
  /** When the group was made. */
  | 'CREATED_AT'
  /** When the group last changed. */
  | 'UPDATED_AT'
  /** How many users are in the group. */
  | 'USER_COUNT';

/** The direction of an order. */
export type OrderDirection =
  /** From the smallest to the greatest, from the oldest to the newest. */
  | 'ASC'
  /** From the greatest to the smallest, from the newest to the oldest. */
  | 'DESC';

/** An API token to be ended. */
export type RevokeApiTokenInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The token's global id. */
  id: string;
};

/** A session to be ended. */
export type RevokeSessionInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The session's global id. */
  id: string;
};

/** Which roles a list is about. Conditions that are given must all hold. */
export type RoleFilter = {
  /** Roles that at least one of these groups has. At most 100. */
  groupIds?: Array<string> | null | undefined;
  /** These roles. At most 100. */
  ids?: Array<string> | null | undefined;
  /** Substring of the name, ignoring case. */
  search?: string | null | undefined;
};

/** What a list of roles is ordered by; by name when nothing is said. */
export type RoleOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to compare. */
  field: RoleOrderField;
};

/** What roles can be ordered by. */
export type RoleOrderField =
  /** The name, as names are compared. */
  | 'NAME'
  /** When the role was made. */
  | 'CREATED_AT'
  /** When the role last changed. */
  | 'UPDATED_AT';

/** A rule to be made. */
export type RuleInput = {
  /** `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist. */
  action: string;
  /** `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist. */
  bundle: string;
  /** `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist. */
  controller: string;
  /** Whether the rule allows or denies. */
  permission: RulePermission;
};

/** What a rule does to the accesses it matches. */
export type RulePermission =
  /** Allows them, unless any rule of any of the user's roles denies them. */
  | 'ALLOW'
  /** Denies them, whatever else allows them. */
  | 'DENY';

/** A user to be blocked, unblocked, deleted or restored. */
export type SetUserStatusInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The version that the change was made for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** The user's global id. */
  id: string;
  /** ACTIVE unblocks or restores; BLOCKED and DELETED end the user's sessions and tokens at once and for good. */
  status: UserStatus;
};

/** Who wants to sign in. */
export type SignInInput = {
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** The user's e-mail address. */
  email: string;
  /** Their password. */
  password: string;
  /** Also return the session as a bearer token, for clients without cookies. */
  returnToken?: boolean;
};

/** A change of a group. Absent and null leave a field as it is. */
export type UpdateGroupInput = {
  /** Roles that the group has from now on, beside others. */
  addRoleIds?: Array<string> | null | undefined;
  /** Users who are in the group from now on, beside others. At most 1,000. */
  addUserIds?: Array<string> | null | undefined;
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** At most 1,000 characters; blank takes it away. */
  description?: string | null | undefined;
  /** The version that the change was made for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** The group's global id. */
  id: string;
  /** Roles that the group no longer has. */
  removeRoleIds?: Array<string> | null | undefined;
  /** Users who are no longer in the group. At most 1,000. */
  removeUserIds?: Array<string> | null | undefined;
  /** Replaces all; 1 to 100. */
  roleIds?: Array<string> | null | undefined;
  /** 1 to 255 characters, unlike every other group's. */
  title?: string | null | undefined;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** A change of a role. Absent and null leave a field as it is. */
export type UpdateRoleInput = {
  /** Rules beside those there are. One that the role already has is refused (DUPLICATE_ITEM). */
  addRules?: Array<RuleInput> | null | undefined;
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** At most 1,000 characters; blank takes it away. */
  description?: string | null | undefined;
  /** The version that the change was made for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** The role's global id. */
  id: string;
  /** 1 to 255 characters, unlike every other role's. */
  name?: string | null | undefined;
  /** Rules of this role that go. */
  removeRuleIds?: Array<string> | null | undefined;
  /** Replaces all; at most 500, each once. Those that are there already keep their ids. */
  rules?: Array<RuleInput> | null | undefined;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** A change of a user. Absent and null leave a field as it is. */
export type UpdateUserInput = {
  /** Groups that the user is in from now on, beside others. */
  addGroupIds?: Array<string> | null | undefined;
  /** Given back as it is; nothing is recognised by it. */
  clientMutationId?: string | null | undefined;
  /** What the user signs in with: unlike every other user's, of whatever status. */
  email?: string | null | undefined;
  /** The version that the change was made for; another one is refused (STALE_VERSION). */
  expectedVersion?: number | null | undefined;
  /** 1 to 255 characters. */
  firstName?: string | null | undefined;
  /**
   * Replaces all; 1 to 100. Memberships are no part of the version: what others added since goes, too. Who
   * edits them on a screen sends addGroupIds and removeGroupIds.
   */
  groupIds?: Array<string> | null | undefined;
  /** The user's global id. */
  id: string;
  /** 1 to 255 characters. */
  lastName?: string | null | undefined;
  /** BCP 47 tag of the language the user works in. */
  locale?: string | null | undefined;
  /**
   * 12 to 128 characters, judged by an estimator of strength, not by character classes. Another one ends the
   * user's sessions, but for the one that asks.
   */
  password?: string | null | undefined;
  /** Groups that the user is no longer in. */
  removeGroupIds?: Array<string> | null | undefined;
  /** Run every check and write nothing. */
  validateOnly?: boolean;
};

/** What kind of failure a user error is. */
export type UserErrorCode =
  /** Something else has this unique value. */
  | 'TAKEN'
  /** There is nothing to see in the text. */
  | 'BLANK'
  /** The text has fewer characters than it must. */
  | 'TOO_SHORT'
  /** The text has more characters than it may. */
  | 'TOO_LONG'
  /** The text is not written the way it must be. */
  | 'INVALID_FORMAT'
  /** The password is easy to guess. */
  | 'TOO_WEAK'
  /** The list has fewer items than it must. */
  | 'TOO_FEW_ITEMS'
  /** The list has more items than it may. */
  | 'TOO_MANY_ITEMS'
  /** The same item stands twice in a list. */
  | 'DUPLICATE_ITEM'
  /** An id names nothing, or nothing that the viewer may see. */
  | 'NOT_FOUND'
  /** An id names something of another type. */
  | 'WRONG_TYPE'
  /** The viewer may not hand out or touch access that they lack. */
  | 'OUT_OF_SCOPE'
  /** Afterwards no active user could administer the system. */
  | 'WOULD_LOCK_OUT'
  /** The same item is to be added and to be removed. */
  | 'CONTRADICTORY_ITEM'
  /** It changed since the one who changes it saw it. */
  | 'STALE_VERSION'
  /** It is what the system or the viewer themselves lean on. */
  | 'PROTECTED'
  /** Other things still use it. */
  | 'IN_USE'
  /** A wrong e-mail address or password, or a user who is not active. */
  | 'INVALID_CREDENTIALS'
  /** It was wrong too often lately. */
  | 'RATE_LIMITED';

/** Which users a list is about. Conditions that are given must all hold. */
export type UserFilter = {
  /** Users who are in at least one of these groups. At most 100. */
  groupIds?: Array<string> | null | undefined;
  /** These users. At most 100. */
  ids?: Array<string> | null | undefined;
  /** Whether they never signed in, or have. */
  neverSignedIn?: boolean | null | undefined;
  /** Words, at most 8, each a substring of e-mail, first or last name, ignoring case. */
  search?: string | null | undefined;
  /** Users of these statuses; all but deleted ones when absent. */
  statuses?: Array<UserStatus> | null | undefined;
};

/** What a list of users is ordered by; by e-mail address when nothing is said. */
export type UserOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to compare. */
  field: UserOrderField;
};

/** What users can be ordered by. */
export type UserOrderField =
  /** The e-mail address, ignoring case. */
  | 'EMAIL'
  /** The first name, ignoring case. */
  | 'FIRST_NAME'
  /** The last name, ignoring case. */
  | 'LAST_NAME'
  /** The status: active, blocked, deleted. */
  | 'STATUS'
  /** When the user last signed in; who never did counts as the earliest. */
  | 'LAST_SIGN_IN_AT'
  /** When the user was made. */
  | 'CREATED_AT';

/** Whether a user may do anything at all. */
export type UserStatus =
  /** May do what their groups' roles allow. */
  | 'ACTIVE'
  /** May do nothing until unblocked. */
  | 'BLOCKED'
  /** May do nothing and is left out of lists; can be restored. */
  | 'DELETED';

export type ViewerQueryVariables = Exact<{
  checks: Array<AccessCheckInput> | AccessCheckInput;
}>;


export type ViewerQuery = { viewer: { canAll: Array<boolean>, user: { id: string, email: string, firstName: string, lastName: string, locale: string } } | null };

export type CanQueryVariables = Exact<{
  checks: Array<AccessCheckInput> | AccessCheckInput;
}>;


export type CanQuery = { viewer: { canAll: Array<boolean> } | null };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { result: { sessionToken: string | null, userErrors: Array<UserErrorFields_SignInError_Fragment> } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { signedOut: boolean } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { result: { userErrors: Array<
      | UserErrorFields_SignInError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiTokensQuery = { apiTokens: Array<ApiTokenFieldsFragment> };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { result: { secret: string | null, record: ApiTokenFieldsFragment | null, userErrors: Array<
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeApiTokenMutation = { result: { revokedId: string | null, userErrors: Array<UserErrorFields_NodesNotFoundError_Fragment> } };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { viewer: { sessions: Array<SessionFieldsFragment> } | null };

export type RevokeSessionMutationVariables = Exact<{
  input: RevokeSessionInput;
}>;


export type RevokeSessionMutation = { result: { revokedId: string | null, userErrors: Array<UserErrorFields_NodesNotFoundError_Fragment> } };

export type RecordsByIdQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type RecordsByIdQuery = { nodes: Array<
    | { __typename: 'ApiToken', id: string }
    | (
      { __typename: 'AuditEvent', id: string }
      & AuditEventFieldsFragment
    )
    | (
      { __typename: 'Group', id: string }
      & GroupFieldsFragment
    )
    | (
      { __typename: 'Role', id: string }
      & RoleFieldsFragment
    )
    | { __typename: 'Rule', id: string }
    | { __typename: 'Session', id: string }
    | (
      { __typename: 'User', id: string }
      & UserFieldsFragment
    )
   | null> };

export type ChangesSubscriptionVariables = Exact<{
  types?: Array<ChangedType> | ChangedType | null | undefined;
}>;


export type ChangesSubscription = { changes: { id: string, kind: ChangeKind, type: ChangedType } };

export type AuditEventListQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  withTotal: boolean;
  withNodes: boolean;
}>;


export type AuditEventListQuery = { page: { totalCount?: number, nodes?: Array<AuditEventFieldsFragment>, pageInfo: PageFieldsFragment } };

type UserErrorFields_DuplicateItemsError_Fragment = { __typename: 'DuplicateItemsError', affectedIds: Array<string>, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_EmailTakenError_Fragment = { __typename: 'EmailTakenError', normalizedValue: string, code: UserErrorCode, path: Array<string>, message: string, existingUser: { id: string, email: string, firstName: string, lastName: string } | null };

type UserErrorFields_ListSizeError_Fragment = { __typename: 'ListSizeError', actual: number | null, min: number | null, max: number | null, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_LockoutError_Fragment = { __typename: 'LockoutError', code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_NameTakenError_Fragment = { __typename: 'NameTakenError', normalizedValue: string, code: UserErrorCode, path: Array<string>, message: string, existingRole: { id: string, name: string } | null };

type UserErrorFields_NodesNotFoundError_Fragment = { __typename: 'NodesNotFoundError', affectedIds: Array<string>, expectedType: string, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_OutOfScopeError_Fragment = { __typename: 'OutOfScopeError', affectedIds: Array<string>, example: string, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_ProtectedError_Fragment = { __typename: 'ProtectedError', usedBy: number | null, code: UserErrorCode, path: Array<string>, message: string, subject:
    | { __typename: 'ApiToken', id: string }
    | { __typename: 'AuditEvent', id: string }
    | { __typename: 'Group', title: string, id: string }
    | { __typename: 'Role', name: string, id: string }
    | { __typename: 'Rule', id: string }
    | { __typename: 'Session', id: string }
    | { __typename: 'User', email: string, id: string }
   | null };

type UserErrorFields_SignInError_Fragment = { __typename: 'SignInError', retryAfterSeconds: number | null, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_StaleVersionError_Fragment = { __typename: 'StaleVersionError', expectedVersion: number, currentVersion: number, code: UserErrorCode, path: Array<string>, message: string, current:
    | { __typename: 'ApiToken' }
    | { __typename: 'AuditEvent' }
    | (
      { __typename: 'Group' }
      & GroupFieldsFragment
    )
    | (
      { __typename: 'Role' }
      & RoleFieldsFragment
    )
    | { __typename: 'Rule' }
    | { __typename: 'Session' }
    | (
      { __typename: 'User' }
      & UserFieldsFragment
    )
   | null };

type UserErrorFields_StringConstraintError_Fragment = { __typename: 'StringConstraintError', actual: number | null, min: number | null, max: number | null, code: UserErrorCode, path: Array<string>, message: string };

type UserErrorFields_TitleTakenError_Fragment = { __typename: 'TitleTakenError', normalizedValue: string, code: UserErrorCode, path: Array<string>, message: string, existingGroup: { id: string, title: string } | null };

export type UserErrorFieldsFragment =
  | UserErrorFields_DuplicateItemsError_Fragment
  | UserErrorFields_EmailTakenError_Fragment
  | UserErrorFields_ListSizeError_Fragment
  | UserErrorFields_LockoutError_Fragment
  | UserErrorFields_NameTakenError_Fragment
  | UserErrorFields_NodesNotFoundError_Fragment
  | UserErrorFields_OutOfScopeError_Fragment
  | UserErrorFields_ProtectedError_Fragment
  | UserErrorFields_SignInError_Fragment
  | UserErrorFields_StaleVersionError_Fragment
  | UserErrorFields_StringConstraintError_Fragment
  | UserErrorFields_TitleTakenError_Fragment
;

export type RoleFieldsFragment = { __typename: 'Role', id: string, name: string, description: string | null, isProtected: boolean, version: number, groupCount: number, createdAt: string, updatedAt: string, rules: Array<{ id: string, bundle: string, controller: string, action: string, permission: RulePermission }>, viewerCan: { update: boolean, delete: boolean, assign: boolean } };

export type GroupFieldsFragment = { __typename: 'Group', id: string, title: string, description: string | null, isProtected: boolean, version: number, userCount: number, createdAt: string, updatedAt: string, roles: Array<{ id: string, name: string }> | null, viewerCan: { update: boolean, delete: boolean, addUsers: boolean } };

export type UserFieldsFragment = { __typename: 'User', id: string, email: string, firstName: string, lastName: string, locale: string, status: UserStatus, version: number, lastSignInAt: string | null, createdAt: string, updatedAt: string, groups: Array<{ id: string, title: string }> | null, viewerCan: { update: boolean, block: boolean, delete: boolean } };

export type AuditEventFieldsFragment = { __typename: 'AuditEvent', id: string, action: string, at: string, changes: string | null, requestId: string | null, subjectId: string | null, actor: { id: string, email: string, firstName: string, lastName: string } | null };

export type ApiTokenFieldsFragment = { __typename: 'ApiToken', id: string, name: string, prefix: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null };

export type SessionFieldsFragment = { __typename: 'Session', id: string, address: string | null, userAgent: string | null, createdAt: string, expiresAt: string, lastUsedAt: string, isCurrent: boolean };

export type PageFieldsFragment = { startCursor: string | null, endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean };

export type GroupListQueryVariables = Exact<{
  filter?: GroupFilter | null | undefined;
  orderBy?: GroupOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  withTotal: boolean;
  withNodes: boolean;
}>;


export type GroupListQuery = { page: { totalCount?: number, nodes?: Array<GroupFieldsFragment>, pageInfo: PageFieldsFragment } };

export type GroupByIdQueryVariables = Exact<{
  id: string;
}>;


export type GroupByIdQuery = { record: GroupFieldsFragment | null };

export type CreateGroupMutationVariables = Exact<{
  input: CreateGroupInput;
}>;


export type CreateGroupMutation = { result: { record: GroupFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
      | UserErrorFields_TitleTakenError_Fragment
    > } };

export type UpdateGroupMutationVariables = Exact<{
  input: UpdateGroupInput;
}>;


export type UpdateGroupMutation = { result: { record: GroupFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_ProtectedError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
      | UserErrorFields_TitleTakenError_Fragment
    > } };

export type DeleteGroupMutationVariables = Exact<{
  input: DeleteGroupInput;
}>;


export type DeleteGroupMutation = { result: { deletedId: string | null, userErrors: Array<
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_ProtectedError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
    > } };

export type RoleListQueryVariables = Exact<{
  filter?: RoleFilter | null | undefined;
  orderBy?: RoleOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  withTotal: boolean;
  withNodes: boolean;
}>;


export type RoleListQuery = { page: { totalCount?: number, nodes?: Array<RoleFieldsFragment>, pageInfo: PageFieldsFragment } };

export type RoleByIdQueryVariables = Exact<{
  id: string;
}>;


export type RoleByIdQuery = { record: RoleFieldsFragment | null };

export type CreateRoleMutationVariables = Exact<{
  input: CreateRoleInput;
}>;


export type CreateRoleMutation = { result: { record: RoleFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_NameTakenError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type UpdateRoleMutationVariables = Exact<{
  input: UpdateRoleInput;
}>;


export type UpdateRoleMutation = { result: { record: RoleFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NameTakenError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_ProtectedError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type DeleteRoleMutationVariables = Exact<{
  input: DeleteRoleInput;
}>;


export type DeleteRoleMutation = { result: { deletedId: string | null, userErrors: Array<
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_ProtectedError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
    > } };

export type UserListQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  orderBy?: UserOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  withTotal: boolean;
  withNodes: boolean;
}>;


export type UserListQuery = { page: { totalCount?: number, nodes?: Array<UserFieldsFragment>, pageInfo: PageFieldsFragment } };

export type UserByIdQueryVariables = Exact<{
  id: string;
}>;


export type UserByIdQuery = { record: UserFieldsFragment | null };

export type CreateUserMutationVariables = Exact<{
  input: CreateUserInput;
}>;


export type CreateUserMutation = { result: { record: UserFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_EmailTakenError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type UpdateUserMutationVariables = Exact<{
  input: UpdateUserInput;
}>;


export type UpdateUserMutation = { result: { record: UserFieldsFragment | null, userErrors: Array<
      | UserErrorFields_DuplicateItemsError_Fragment
      | UserErrorFields_EmailTakenError_Fragment
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type SetUserStatusMutationVariables = Exact<{
  input: SetUserStatusInput;
}>;


export type SetUserStatusMutation = { result: { record: UserFieldsFragment | null, userErrors: Array<
      | UserErrorFields_LockoutError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_ProtectedError_Fragment
      | UserErrorFields_StaleVersionError_Fragment
    > } };

export type ClearSignInFailuresMutationVariables = Exact<{
  input: ClearSignInFailuresInput;
}>;


export type ClearSignInFailuresMutation = { result: { userErrors: Array<
      | UserErrorFields_ListSizeError_Fragment
      | UserErrorFields_NodesNotFoundError_Fragment
      | UserErrorFields_OutOfScopeError_Fragment
      | UserErrorFields_StringConstraintError_Fragment
    > } };

export type UserAccessQueryVariables = Exact<{
  id: string;
  bundle: string;
  controller: string;
  action: string;
}>;


export type UserAccessQuery = { user: { access: { allowed: boolean, reason: AccessReason, decidedBy: Array<{ rule: { id: string, bundle: string, controller: string, action: string, permission: RulePermission }, role: { id: string, name: string }, group: { id: string, title: string } }> } } | null };

const UserErrorFields = `fragment UserErrorFields on UserError { __typename code path message ... on TitleTakenError { normalizedValue existingGroup { id title } } ... on NameTakenError { normalizedValue existingRole { id name } } ... on EmailTakenError { normalizedValue existingUser { id email firstName lastName } } ... on StringConstraintError { actual min max } ... on ListSizeError { actual min max } ... on DuplicateItemsError { affectedIds } ... on NodesNotFoundError { affectedIds expectedType } ... on OutOfScopeError { affectedIds example } ... on ProtectedError { usedBy subject { __typename id ... on Role { name } ... on Group { title } ... on User { email } } } ... on SignInError { retryAfterSeconds } ... on StaleVersionError { expectedVersion currentVersion current { __typename ...RoleFields ...GroupFields ...UserFields } } }`;

const RoleFields = `fragment RoleFields on Role { __typename id name description isProtected version groupCount createdAt updatedAt rules { id bundle controller action permission } viewerCan { update delete assign } }`;

const GroupFields = `fragment GroupFields on Group { __typename id title description isProtected version userCount createdAt updatedAt roles { id name } viewerCan { update delete addUsers } }`;

const UserFields = `fragment UserFields on User { __typename id email firstName lastName locale status version lastSignInAt createdAt updatedAt groups { id title } viewerCan { update block delete } }`;

const AuditEventFields = `fragment AuditEventFields on AuditEvent { __typename id action at changes requestId subjectId actor { id email firstName lastName } }`;

const ApiTokenFields = `fragment ApiTokenFields on ApiToken { __typename id name prefix createdAt expiresAt lastUsedAt }`;

const SessionFields = `fragment SessionFields on Session { __typename id address userAgent createdAt expiresAt lastUsedAt isCurrent }`;

const PageFields = `fragment PageFields on PageInfo { startCursor endCursor hasNextPage hasPreviousPage }`;

export const ViewerDocument = document<ViewerQuery, ViewerQueryVariables>(`query Viewer($checks: [AccessCheckInput!]!) { viewer { user { id email firstName lastName locale } canAll(checks: $checks) } }`);

export const CanDocument = document<CanQuery, CanQueryVariables>(`query Can($checks: [AccessCheckInput!]!) { viewer { canAll(checks: $checks) } }`);

export const SignInDocument = document<SignInMutation, SignInMutationVariables>(`mutation SignIn($input: SignInInput!) { result: signIn(input: $input) { sessionToken userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const SignOutDocument = document<SignOutMutation, SignOutMutationVariables>(`mutation SignOut { signOut(input: {}) { signedOut } }`);

export const ChangePasswordDocument = document<ChangePasswordMutation, ChangePasswordMutationVariables>(`mutation ChangePassword($input: ChangePasswordInput!) { result: changePassword(input: $input) { userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const ApiTokensDocument = document<ApiTokensQuery, ApiTokensQueryVariables>(`query ApiTokens { apiTokens { ...ApiTokenFields } }`, ApiTokenFields);

export const CreateApiTokenDocument = document<CreateApiTokenMutation, CreateApiTokenMutationVariables>(`mutation CreateApiToken($input: CreateApiTokenInput!) { result: createApiToken(input: $input) { secret record: apiToken { ...ApiTokenFields } userErrors { ...UserErrorFields } } }`, ApiTokenFields, UserErrorFields, RoleFields, GroupFields, UserFields);

export const RevokeApiTokenDocument = document<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>(`mutation RevokeApiToken($input: RevokeApiTokenInput!) { result: revokeApiToken(input: $input) { revokedId: revokedApiTokenId userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const SessionsDocument = document<SessionsQuery, SessionsQueryVariables>(`query Sessions { viewer { sessions { ...SessionFields } } }`, SessionFields);

export const RevokeSessionDocument = document<RevokeSessionMutation, RevokeSessionMutationVariables>(`mutation RevokeSession($input: RevokeSessionInput!) { result: revokeSession(input: $input) { revokedId: revokedSessionId userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const RecordsByIdDocument = document<RecordsByIdQuery, RecordsByIdQueryVariables>(`query RecordsById($ids: [ID!]!) { nodes(ids: $ids) { __typename id ...RoleFields ...GroupFields ...UserFields ...AuditEventFields } }`, RoleFields, GroupFields, UserFields, AuditEventFields);

export const ChangesDocument = document<ChangesSubscription, ChangesSubscriptionVariables>(`subscription Changes($types: [ChangedType!]) { changes(types: $types) { id kind type } }`);

export const AuditEventListDocument = document<AuditEventListQuery, AuditEventListQueryVariables>(`query AuditEventList($filter: AuditFilter, $first: Int, $after: String, $last: Int, $before: String, $withTotal: Boolean!, $withNodes: Boolean!) { page: auditEvents( filter: $filter first: $first after: $after last: $last before: $before ) { totalCount @include(if: $withTotal) nodes @include(if: $withNodes) { ...AuditEventFields } pageInfo { ...PageFields } } }`, AuditEventFields, PageFields);

export const GroupListDocument = document<GroupListQuery, GroupListQueryVariables>(`query GroupList($filter: GroupFilter, $orderBy: GroupOrder, $first: Int, $after: String, $last: Int, $before: String, $withTotal: Boolean!, $withNodes: Boolean!) { page: groups( filter: $filter orderBy: $orderBy first: $first after: $after last: $last before: $before ) { totalCount @include(if: $withTotal) nodes @include(if: $withNodes) { ...GroupFields } pageInfo { ...PageFields } } }`, GroupFields, PageFields);

export const GroupByIdDocument = document<GroupByIdQuery, GroupByIdQueryVariables>(`query GroupById($id: ID!) { record: group(id: $id) { ...GroupFields } }`, GroupFields);

export const CreateGroupDocument = document<CreateGroupMutation, CreateGroupMutationVariables>(`mutation CreateGroup($input: CreateGroupInput!) { result: createGroup(input: $input) { record: group { ...GroupFields } userErrors { ...UserErrorFields } } }`, GroupFields, UserErrorFields, RoleFields, UserFields);

export const UpdateGroupDocument = document<UpdateGroupMutation, UpdateGroupMutationVariables>(`mutation UpdateGroup($input: UpdateGroupInput!) { result: updateGroup(input: $input) { record: group { ...GroupFields } userErrors { ...UserErrorFields } } }`, GroupFields, UserErrorFields, RoleFields, UserFields);

export const DeleteGroupDocument = document<DeleteGroupMutation, DeleteGroupMutationVariables>(`mutation DeleteGroup($input: DeleteGroupInput!) { result: deleteGroup(input: $input) { deletedId: deletedGroupId userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const RoleListDocument = document<RoleListQuery, RoleListQueryVariables>(`query RoleList($filter: RoleFilter, $orderBy: RoleOrder, $first: Int, $after: String, $last: Int, $before: String, $withTotal: Boolean!, $withNodes: Boolean!) { page: roles( filter: $filter orderBy: $orderBy first: $first after: $after last: $last before: $before ) { totalCount @include(if: $withTotal) nodes @include(if: $withNodes) { ...RoleFields } pageInfo { ...PageFields } } }`, RoleFields, PageFields);

export const RoleByIdDocument = document<RoleByIdQuery, RoleByIdQueryVariables>(`query RoleById($id: ID!) { record: role(id: $id) { ...RoleFields } }`, RoleFields);

export const CreateRoleDocument = document<CreateRoleMutation, CreateRoleMutationVariables>(`mutation CreateRole($input: CreateRoleInput!) { result: createRole(input: $input) { record: role { ...RoleFields } userErrors { ...UserErrorFields } } }`, RoleFields, UserErrorFields, GroupFields, UserFields);

export const UpdateRoleDocument = document<UpdateRoleMutation, UpdateRoleMutationVariables>(`mutation UpdateRole($input: UpdateRoleInput!) { result: updateRole(input: $input) { record: role { ...RoleFields } userErrors { ...UserErrorFields } } }`, RoleFields, UserErrorFields, GroupFields, UserFields);

export const DeleteRoleDocument = document<DeleteRoleMutation, DeleteRoleMutationVariables>(`mutation DeleteRole($input: DeleteRoleInput!) { result: deleteRole(input: $input) { deletedId: deletedRoleId userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const UserListDocument = document<UserListQuery, UserListQueryVariables>(`query UserList($filter: UserFilter, $orderBy: UserOrder, $first: Int, $after: String, $last: Int, $before: String, $withTotal: Boolean!, $withNodes: Boolean!) { page: users( filter: $filter orderBy: $orderBy first: $first after: $after last: $last before: $before ) { totalCount @include(if: $withTotal) nodes @include(if: $withNodes) { ...UserFields } pageInfo { ...PageFields } } }`, UserFields, PageFields);

export const UserByIdDocument = document<UserByIdQuery, UserByIdQueryVariables>(`query UserById($id: ID!) { record: user(id: $id) { ...UserFields } }`, UserFields);

export const CreateUserDocument = document<CreateUserMutation, CreateUserMutationVariables>(`mutation CreateUser($input: CreateUserInput!) { result: createUser(input: $input) { record: user { ...UserFields } userErrors { ...UserErrorFields } } }`, UserFields, UserErrorFields, RoleFields, GroupFields);

export const UpdateUserDocument = document<UpdateUserMutation, UpdateUserMutationVariables>(`mutation UpdateUser($input: UpdateUserInput!) { result: updateUser(input: $input) { record: user { ...UserFields } userErrors { ...UserErrorFields } } }`, UserFields, UserErrorFields, RoleFields, GroupFields);

export const SetUserStatusDocument = document<SetUserStatusMutation, SetUserStatusMutationVariables>(`mutation SetUserStatus($input: SetUserStatusInput!) { result: setUserStatus(input: $input) { record: user { ...UserFields } userErrors { ...UserErrorFields } } }`, UserFields, UserErrorFields, RoleFields, GroupFields);

export const ClearSignInFailuresDocument = document<ClearSignInFailuresMutation, ClearSignInFailuresMutationVariables>(`mutation ClearSignInFailures($input: ClearSignInFailuresInput!) { result: clearSignInFailures(input: $input) { userErrors { ...UserErrorFields } } }`, UserErrorFields, RoleFields, GroupFields, UserFields);

export const UserAccessDocument = document<UserAccessQuery, UserAccessQueryVariables>(`query UserAccess($id: ID!, $bundle: String!, $controller: String!, $action: String!) { user(id: $id) { access(bundle: $bundle, controller: $controller, action: $action) { allowed reason decidedBy { rule { id bundle controller action permission } role { id name } group { id title } } } } }`);