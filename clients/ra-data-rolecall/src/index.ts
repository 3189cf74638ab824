export { rolecallAuthProvider } from './authProvider.js';
export type { AuthOptions, Permissions, RolecallAuthProvider, Triple } from './authProvider.js';
export type { FailedItem } from './bulk.js';
export { createClient } from './client.js';
export type { Client, ClientOptions, Listener } from './client.js';
export { rolecallDataProvider } from './dataProvider.js';
export type { Change, RolecallDataProvider } from './dataProvider.js';
export { BulkError, RolecallError, StaleVersionError, UserErrors } from './errors.js';
export type { ErrorBody, FormErrors, UserError } from './errors.js';
export type {
  ChangedType,
  ChangeKind,
  RulePermission,
  UserErrorCode,
  UserStatus,
} from './generated/operations.js';
export type {
  ApiTokenRecord,
  AuditEventRecord,
  GroupRecord,
  ResourceRecord,
  RoleRecord,
  SessionRecord,
  UserRecord,
} from './records.js';
export type { AccessDecision, Check } from './resources/viewer.js';
export type { Translate } from './translate.js';
