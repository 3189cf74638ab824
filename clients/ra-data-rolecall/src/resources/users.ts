import {
  type Change,
  ids,
  isNothing,
  memberships,
  text,
  texts,
  together,
  type Meta,
  type Values,
} from '../changes.js';
import type { Client } from '../client.js';
import { userFilter, userOrder } from '../filters.js';
import {
  CreateUserDocument,
  SetUserStatusDocument,
  UserByIdDocument,
  UserListDocument,
  UserWalkDocument,
  type UserStatus,
  UpdateUserDocument,
} from '../generated/operations.js';
import { type UserRecord, toUser } from '../records.js';
import { refuse, refused } from '../userErrors.js';
import { type Resource, found, recordsById, source } from './resource.js';

export function users(client: Client): Required<Resource<UserRecord>> {
  const { translate } = client;

  return {
    list(filter, sort, signal) {
      const variables = { filter: userFilter(filter), orderBy: userOrder(sort) };
      const [list, walk] = [UserListDocument, UserWalkDocument];
      return { key: variables, source: source(client, list, walk, variables, toUser, signal) };
    },

    async one(id, signal) {
      return toUser(found((await client.run(UserByIdDocument, { id }, signal)).record));
    },

    many: (wanted, signal) => recordsById(client, 'User', wanted, toUser, signal),

    async create(data) {
      const { result } = await client.run(CreateUserDocument, { input: created(data) });
      refuse(result.userErrors, translate);
      return toUser(found(result.record));
    },

    async update({ id, data, previous, meta }) {
      const change = changed(data, previous, meta);
      const status = data.status as UserStatus | undefined;
      const hasStatus = status !== undefined && status !== previous.status;
      if (isNothing(change)) {
        return hasStatus ? setStatus(client, id, status, meta.expectedVersion) : this.one(id);
      }
      const input = { id, ...change.input };
      const { result } = await client.run(UpdateUserDocument, { input });
      refuse(result.userErrors, translate, change.origins);
      return hasStatus ? setStatus(client, id, status) : toUser(found(result.record));
    },

    delete: (id, meta) => setStatus(client, id, 'DELETED', meta.expectedVersion),

    async validate(data, update) {
      const validateOnly = true;
      if (!update) {
        const input = { ...created(data), validateOnly };
        const { result } = await client.run(CreateUserDocument, { input });
        return refused(result.userErrors, translate);
      }
      const { input: change, origins } = changed(data, update.previous, {});
      const input = { id: update.id, ...change, validateOnly };
      const { result } = await client.run(UpdateUserDocument, { input });
      return refused(result.userErrors, translate, origins);
    },
  };
}

/** Blocks, unblocks, deletes or restores a user. */
export async function setStatus(
  client: Client,
  id: string,
  status: UserStatus,
  expectedVersion: number | null = null,
): Promise<UserRecord> {
  const input = { id, status, expectedVersion };
  const { result } = await client.run(SetUserStatusDocument, { input });
  refuse(result.userErrors, client.translate);
  return toUser(found(result.record));
}

function created(data: Values) {
  return {
    email: text(data.email),
    firstName: text(data.firstName),
    lastName: text(data.lastName),
    password: text(data.password),
    locale: text(data.locale) || null,
    groupIds: ids(data.groupIds),
  };
}

function changed(data: Values, previous: Values, meta: Meta): Change {
  const fields = ['email', 'firstName', 'lastName', 'locale', 'password'];
  const own = texts(fields, data, previous);
  return together(own, [memberships('groupIds', 'replace', data, previous)], data, previous, meta);
}
