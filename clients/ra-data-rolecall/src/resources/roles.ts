import {
  type Change,
  isNothing,
  rows,
  rule,
  rules,
  text,
  texts,
  together,
  type Meta,
  type Values,
} from '../changes.js';
import type { Client } from '../client.js';
import type { UserError } from '../errors.js';
import { roleFilter, roleOrder } from '../filters.js';
import {
  CreateRoleDocument,
  DeleteRoleDocument,
  RoleByIdDocument,
  RoleListDocument,
  RoleWalkDocument,
  UpdateRoleDocument,
} from '../generated/operations.js';
import { type RoleRecord, toRole } from '../records.js';
import { refuse, refused } from '../userErrors.js';
import { type Resource, found, recordsById, source } from './resource.js';

export function roles(client: Client): Required<Resource<RoleRecord>> {
  const { translate } = client;

  return {
    list(filter, sort, signal) {
      const variables = { filter: roleFilter(filter), orderBy: roleOrder(sort) };
      const [list, walk] = [RoleListDocument, RoleWalkDocument];
      return { key: variables, source: source(client, list, walk, variables, toRole, signal) };
    },

    async one(id, signal) {
      return toRole(found((await client.run(RoleByIdDocument, { id }, signal)).record));
    },

    many: (wanted, signal) => recordsById(client, 'Role', wanted, toRole, signal),

    async create(data) {
      refuse(undecided(data), translate);
      const { result } = await client.run(CreateRoleDocument, { input: created(data) });
      refuse(result.userErrors, translate);
      return toRole(found(result.record));
    },

    async update({ id, data, previous, meta }) {
      refuse(undecided(data), translate);
      const change = changed(data, previous, meta);
      if (isNothing(change)) return this.one(id);
      const input = { id, ...change.input };
      const { result } = await client.run(UpdateRoleDocument, { input });
      refuse(result.userErrors, translate, change.origins);
      return toRole(found(result.record));
    },

    async delete(id, { expectedVersion }) {
      const input = { id, expectedVersion: expectedVersion ?? null };
      const { result } = await client.run(DeleteRoleDocument, { input });
      refuse(result.userErrors, translate);
    },

    async validate(data, update) {
      const validateOnly = true;
      const missing = refused(undecided(data), translate);
      if (missing) return missing;
      if (!update) {
        const input = { ...created(data), validateOnly };
        const { result } = await client.run(CreateRoleDocument, { input });
        return refused(result.userErrors, translate);
      }
      const { input: change, origins } = changed(data, update.previous, {});
      const input = { id: update.id, ...change, validateOnly };
      const { result } = await client.run(UpdateRoleDocument, { input });
      return refused(result.userErrors, translate, origins);
    },
  };
}

function created(data: Values) {
  return {
    name: text(data.name),
    description: text(data.description),
    rules: rows(data.rules).map(rule),
  };
}

function changed(data: Values, previous: Values, meta: Meta): Change {
  const own = texts(['name', 'description'], data, previous);
  return together(own, [rules(data, previous)], data, previous, meta);
}

/** Rules that neither allow nor deny: the API has no value for them, so it could not say where they are. */
function undecided(data: Values): UserError[] {
  return rows(data.rules).flatMap(({ permission }, index) =>
    permission
      ? []
      : {
          __typename: 'StringConstraintError',
          code: 'BLANK',
          path: ['input', 'rules', String(index), 'permission'],
          message: 'This must not be blank.',
          actual: 0,
          min: 1,
          max: null,
        },
  );
}
