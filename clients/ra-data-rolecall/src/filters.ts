// What react-admin calls filters and sorting, as the API's typed filters and orders.

import { RolecallError } from './errors.js';
import type {
  AuditFilter,
  GroupFilter,
  GroupOrder,
  RoleFilter,
  RoleOrder,
  UserFilter,
  UserOrder,
} from './generated/operations.js';

/** How a value becomes the API's: one value for a list counts as a list of one. */
type FilterType = 'text' | 'list' | 'flag' | 'since' | 'until';

export interface Sort {
  field: string;
  order: 'ASC' | 'DESC';
}

const USERS = {
  search: 'text',
  ids: 'list',
  groupIds: 'list',
  statuses: 'list',
  neverSignedIn: 'flag',
} satisfies Record<keyof UserFilter, FilterType>;

const GROUPS = {
  search: 'text',
  ids: 'list',
  roleIds: 'list',
  userIds: 'list',
} satisfies Record<keyof GroupFilter, FilterType>;

const ROLES = {
  search: 'text',
  ids: 'list',
  groupIds: 'list',
} satisfies Record<keyof RoleFilter, FilterType>;

const AUDIT_EVENTS = {
  actions: 'list',
  actorIds: 'list',
  subjectIds: 'list',
  since: 'since',
  until: 'until',
} satisfies Record<keyof AuditFilter, FilterType>;

const USER_ORDERS = {
  email: 'EMAIL',
  firstName: 'FIRST_NAME',
  lastName: 'LAST_NAME',
  status: 'STATUS',
  lastSignInAt: 'LAST_SIGN_IN_AT',
  createdAt: 'CREATED_AT',
} satisfies Record<string, UserOrder['field']>;

const GROUP_ORDERS = {
  title: 'TITLE',
  createdAt: 'CREATED_AT',
  updatedAt: 'UPDATED_AT',
  userCount: 'USER_COUNT',
} satisfies Record<string, GroupOrder['field']>;

const ROLE_ORDERS = {
  name: 'NAME',
  createdAt: 'CREATED_AT',
  updatedAt: 'UPDATED_AT',
} satisfies Record<string, RoleOrder['field']>;

export const userFilter = (filter: unknown): UserFilter => typed(filter, USERS);
export const groupFilter = (filter: unknown): GroupFilter => typed(filter, GROUPS);
export const roleFilter = (filter: unknown): RoleFilter => typed(filter, ROLES);
export const auditFilter = (filter: unknown): AuditFilter => typed(filter, AUDIT_EVENTS);

export const userOrder = (sort?: Sort): UserOrder | null => order(sort, USER_ORDERS);
export const groupOrder = (sort?: Sort): GroupOrder | null => order(sort, GROUP_ORDERS);
export const roleOrder = (sort?: Sort): RoleOrder | null => order(sort, ROLE_ORDERS);

/** The audit trail is ordered by time alone: whether the oldest come first. */
export function isOldestFirst(sort?: Sort): boolean {
  if (sort && sort.field !== 'id') known(sort.field, { at: 'at' }, 'order');
  return sort?.field === 'at' && sort.order === 'ASC';
}

/** `q` is what react-admin's examples call a search. What is empty does not filter. */
function typed<Filter>(filter: unknown, types: Readonly<Record<string, FilterType>>): Filter {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(filter ?? {})) {
    if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    const name = key === 'q' ? 'search' : key;
    result[name] = converted(value, known(name, types, 'filter'));
  }
  return result as Filter;
}

function converted(value: unknown, type: FilterType): unknown {
  if (type === 'list') return Array.isArray(value) ? value : [value];
  if (type === 'since' || type === 'until') return instant(value, type);
  return value;
}

/** A day without a time is the viewer's own, and the last day of a period belongs to it. */
function instant(value: unknown, type: 'since' | 'until'): string {
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(text).toISOString();
  const day = new Date(`${text}T00:00`);
  if (type === 'until') day.setDate(day.getDate() + 1);
  return day.toISOString();
}

/** `id` is what react-admin sorts by when nothing is said: the API's own order. */
function order<Field extends string>(
  sort: Sort | undefined,
  fields: Readonly<Record<string, Field>>,
): { field: Field; direction: Sort['order'] } | null {
  if (!sort || sort.field === 'id') return null;
  return { field: known(sort.field, fields, 'order'), direction: sort.order };
}

function known<Value>(name: string, table: Readonly<Record<string, Value>>, what: string): Value {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(table).join(', ');
  const message = `There is no ${what} called ${name} here, only ${names}.`;
  throw new RolecallError(message, 400, 'BAD_USER_INPUT');
}
