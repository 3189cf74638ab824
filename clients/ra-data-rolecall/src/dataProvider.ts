// The data provider: react-admin's methods for every resource, and what the API can do beyond them.

import type {
  CreateResult,
  DataProvider,
  DeleteResult,
  GetListParams,
  GetListResult,
  GetManyResult,
  GetOneResult,
  Identifier,
  UpdateResult,
} from 'ra-core';
import { forEach } from './bulk.js';
import type { Meta, Values } from './changes.js';
import type { Client, Listener } from './client.js';
import { RolecallError, type UserErrors } from './errors.js';
import {
  type ChangedType,
  ChangesDocument,
  type ChangesSubscription,
  type UserStatus,
} from './generated/operations.js';
import { Pages } from './pages.js';
import type { ApiTokenRecord, UserRecord } from './records.js';
import * as account from './resources/account.js';
import { auditEvents } from './resources/auditEvents.js';
import { groups } from './resources/groups.js';
import type { Resource } from './resources/resource.js';
import { roles } from './resources/roles.js';
import { setStatus, users } from './resources/users.js';
import * as viewer from './resources/viewer.js';

export type Change = ChangesSubscription['changes'];

export interface RolecallDataProvider extends DataProvider {
  setStatus(params: {
    id: Identifier;
    status: UserStatus;
    meta?: Meta;
  }): Promise<{ data: UserRecord }>;
  access(params: viewer.Check & { userId: Identifier }): Promise<viewer.AccessDecision>;
  can(checks: readonly viewer.Check[]): Promise<boolean[]>;
  createApiToken(data: {
    name: string;
    expiresAt?: string | null;
  }): Promise<{ apiToken: ApiTokenRecord; secret: string }>;
  changePassword(params: { currentPassword: string; newPassword: string }): Promise<void>;
  clearSignInFailures(params: { userId?: string; address?: string }): Promise<void>;
  /** What creating this, or updating it when `previousData` is given, would be refused for. */
  validate(
    resource: string,
    params: { data: Values; previousData?: Values & { id: Identifier } },
  ): Promise<UserErrors | null>;
  /** Calls back for each change of these types, of all that the viewer may read when null. */
  subscribe(
    types: readonly ChangedType[] | null,
    callback: (change: Change) => void,
    more?: Omit<Listener<unknown>, 'next'>,
  ): () => void;
}

const PAGE = { page: 1, perPage: 25 };

export function rolecallDataProvider(client: Client): RolecallDataProvider {
  const pages = new Pages();
  const resources: Readonly<Record<string, Resource>> = {
    users: users(client),
    groups: groups(client),
    roles: roles(client),
    auditEvents: auditEvents(client),
    apiTokens: account.apiTokens(client),
    sessions: account.sessions(client),
  };

  return {
    supportAbortSignal: true,

    getList,

    getManyReference: (name, { target, id, filter, ...params }) =>
      getList(name, { ...params, filter: { ...filter, [target]: [id] } }),

    async getOne(name, { id, signal }): Promise<GetOneResult> {
      return { data: await resource(name).one(String(id), signal) };
    },

    async getMany(name, { ids, signal }): Promise<GetManyResult> {
      return { data: await resource(name).many(ids.map(String), signal) };
    },

    async create(name, { data }): Promise<CreateResult> {
      return { data: await method(name, 'create')(data) };
    },

    async update(name, { id, data, previousData, meta }): Promise<UpdateResult> {
      const update = { id: String(id), data, previous: previousData ?? {}, meta: meta ?? {} };
      return { data: await method(name, 'update')(update) };
    },

    async updateMany(name, { ids, data, meta }) {
      const change = method(name, 'update');
      const work = (id: string) => change({ id, data, previous: {}, meta: meta ?? {} });
      return { data: await forEach(ids.map(String), client.translate, work) };
    },

    async delete(name, { id, previousData, meta }): Promise<DeleteResult> {
      await method(name, 'delete')(String(id), meta ?? {});
      return { data: previousData ?? { id } };
    },

    async deleteMany(name, { ids, meta }) {
      const remove = method(name, 'delete');
      const work = (id: string) => remove(id, meta ?? {});
      return { data: await forEach(ids.map(String), client.translate, work) };
    },

    async setStatus({ id, status, meta }) {
      return { data: await setStatus(client, String(id), status, meta?.expectedVersion) };
    },

    access: ({ userId, ...check }) => viewer.access(client, { userId: String(userId), ...check }),
    can: checks => viewer.can(client, checks),
    createApiToken: data => account.createApiToken(client, data),
    changePassword: params => viewer.changePassword(client, params),
    clearSignInFailures: params => viewer.clearSignInFailures(client, params),

    async validate(name, { data, previousData }) {
      const update = previousData && { id: String(previousData.id), previous: previousData };
      return method(name, 'validate')(data, update);
    },

    subscribe: (types, callback, more) =>
      client.listen(
        ChangesDocument,
        { types: types && [...types] },
        { ...more, next: ({ changes }) => callback(changes) },
      ),
  };

  async function getList(name: string, params: GetListParams): Promise<GetListResult> {
    const { pagination = PAGE, sort, filter, meta, signal } = params;
    const offset = (pagination.page - 1) * pagination.perPage;
    const listing = resource(name).list(filter, sort, signal);
    if (listing instanceof Promise) {
      const all = sorted(await listing, sort);
      return { data: all.slice(offset, offset + pagination.perPage), total: all.length };
    }
    const key = JSON.stringify([name, listing.key]);
    const withTotal = meta?.total !== false;
    const page = await pages.read(key, listing.source, offset, pagination.perPage, withTotal);
    const { hasNextPage, hasPreviousPage } = page.pageInfo;
    return {
      data: page.nodes,
      ...(page.totalCount === undefined
        ? { pageInfo: { hasNextPage, hasPreviousPage } }
        : { total: page.totalCount }),
    };
  }

  function resource(name: string): Resource {
    const found = Object.hasOwn(resources, name) ? resources[name] : undefined;
    if (found) return found;
    throw new RolecallError(`There is no resource called ${name}.`, 400, 'BAD_USER_INPUT');
  }

  function method<Name extends 'create' | 'update' | 'delete' | 'validate'>(
    name: string,
    verb: Name,
  ): NonNullable<Resource[Name]> {
    const it = resource(name);
    const found = it[verb];
    if (found) return found.bind(it) as NonNullable<Resource[Name]>;
    throw new RolecallError(`There is no ${verb} for ${name}.`, 405, 'BAD_USER_INPUT');
  }
}

function sorted<Row extends object>(rows: Row[], sort: GetListParams['sort']): Row[] {
  if (!sort || sort.field === 'id') return rows;
  const sign = sort.order === 'DESC' ? -1 : 1;
  const key = (row: Row) => String((row as Values)[sort.field] ?? '');
  return rows.toSorted((a, b) => sign * key(a).localeCompare(key(b)));
}
