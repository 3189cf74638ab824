import { type Values, diffRules, diffTexts, mergeDiffs, rows, rule, text } from '../changes.js';
import type { Client } from '../client.js';
import type { UserError } from '../errors.js';
import { roleFilter, roleOrder } from '../filters.js';
import {
  CreateRoleDocument,
  DeleteRoleDocument,
  RoleByIdDocument,
  RoleListDocument,
  UpdateRoleDocument,
} from '../generated/operations.js';
import type { RoleRecord } from '../records.js';
import { editable } from './editable.js';
import type { Resource } from './resource.js';

export function roles(client: Client): Resource<RoleRecord> {
  return editable(client, 'Role', {
    list: RoleListDocument,
    byId: RoleByIdDocument,
    create: CreateRoleDocument,
    update: UpdateRoleDocument,
    delete: DeleteRoleDocument,
    toFilter: roleFilter,
    toOrder: roleOrder,
    toRecord: role => role,
    faults: undecided,

    toCreateInput: data => ({
      name: text(data.name),
      description: text(data.description),
      rules: rows(data.rules).map(rule),
    }),

    toUpdateInput(data, previous, meta) {
      const own = diffTexts(['name', 'description'], data, previous);
      return mergeDiffs(own, [diffRules(data, previous)], data, previous, meta);
    },
  });
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
