import { type Values, rows, rule, rules, text, texts, together } from '../changes.js';
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
import { refuse } from '../userErrors.js';
import { editable } from './editable.js';
import type { Resource } from './resource.js';

export function roles(client: Client): Resource<RoleRecord> {
  return {
    ...editable(client, 'Role', {
      list: RoleListDocument,
      walk: RoleWalkDocument,
      byId: RoleByIdDocument,
      create: CreateRoleDocument,
      update: UpdateRoleDocument,
      filter: roleFilter,
      order: roleOrder,
      record: toRole,
      faults: undecided,

      made: data => ({
        name: text(data.name),
        description: text(data.description),
        rules: rows(data.rules).map(rule),
      }),

      changed(data, previous, meta) {
        const own = texts(['name', 'description'], data, previous);
        return together(own, [rules(data, previous)], data, previous, meta);
      },
    }),

    async delete(id, { expectedVersion }) {
      const input = { id, expectedVersion: expectedVersion ?? null };
      const { result } = await client.run(DeleteRoleDocument, { input });
      refuse(result.userErrors, client.translate);
    },
  };
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
