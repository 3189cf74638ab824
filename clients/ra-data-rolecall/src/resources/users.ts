import {
  type Diff,
  type Meta,
  type Values,
  diffIds,
  diffTexts,
  ids,
  isNothing,
  mergeDiffs,
  text,
} from '../changes.js';
import type { Client } from '../client.js';
import { userFilter, userOrder } from '../filters.js';
import {
  CreateUserDocument,
  SetUserStatusDocument,
  UpdateUserDocument,
  UserByIdDocument,
  UserListDocument,
  type UserStatus,
} from '../generated/operations.js';
import { type UserRecord, toUser } from '../records.js';
import { throwUserErrors } from '../userErrors.js';
import { editable } from './editable.js';
import { type Resource, found } from './resource.js';

const OWN = ['email', 'firstName', 'lastName', 'locale', 'password'];

export function users(client: Client): Resource<UserRecord> {
  const fields = editable(client, 'User', {
    list: UserListDocument,
    byId: UserByIdDocument,
    create: CreateUserDocument,
    update: UpdateUserDocument,
    toFilter: userFilter,
    toOrder: userOrder,
    toRecord: toUser,

    toCreateInput: data => ({
      email: text(data.email),
      firstName: text(data.firstName),
      lastName: text(data.lastName),
      password: text(data.password),
      locale: text(data.locale) || null,
      groupIds: ids(data.groupIds),
    }),
    toUpdateInput,
  });

  return {
    ...fields,

    /** The status is a mutation of its own, which comes after that of the rest. */
    async update(update) {
      const { id, data, previous, meta } = update;
      const status = data.status as UserStatus | undefined;
      if (status === undefined || status === previous.status) return fields.update(update);
      const isAlone = isNothing(toUpdateInput(data, previous, meta).input);
      if (!isAlone) await fields.update(update);
      return setStatus(client, id, status, isAlone ? meta.expectedVersion : null);
    },

    delete: (id, meta) => setStatus(client, id, 'DELETED', meta.expectedVersion),
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
  throwUserErrors(result.userErrors, client.translate);
  return toUser(found(result.record, client.translate));
}

function toUpdateInput(data: Values, previous: Values, meta: Meta): Diff {
  const groups = diffIds('groupIds', 'replace', data, previous);
  return mergeDiffs(diffTexts(OWN, data, previous), [groups], data, previous, meta);
}
