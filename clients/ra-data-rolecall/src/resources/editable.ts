// What roles, groups and users have in common: lists, records by id, and forms that make and change them.

import { type Diff, type Meta, type Values, isNothing } from '../changes.js';
import type { Client } from '../client.js';
import type { Document } from '../document.js';
import type { UserError } from '../errors.js';
import type { Sort } from '../filters.js';
import { throwUserErrors, toUserErrors } from '../userErrors.js';
import {
  type AnyNode,
  type Identified,
  type ListDocument,
  type Resource,
  found,
  recordsById,
  source,
} from './resource.js';

interface Result<Node> {
  result: { record: Node | null; userErrors: UserError[] };
}

interface DeleteInput {
  id: string;
  expectedVersion: number | null;
  force?: boolean;
}

/** How one of them differs from the others. */
export interface Definition<Node, Record, Filter, Order, Create, Update> {
  list: ListDocument<Node, Filter, Order>;
  byId: Document<{ record: Node | null }, { id: string }>;
  create: Document<Result<Node>, { input: Create }>;
  update: Document<Result<Node>, { input: Update }>;
  delete?: Document<{ result: { userErrors: UserError[] } }, { input: DeleteInput }>;
  toFilter(filter: unknown): Filter;
  toOrder(sort?: Sort): Order | null;
  toRecord(node: Node): Record;
  toCreateInput(data: Values): Create;
  toUpdateInput(data: Values, previous: Values, meta: Meta): Diff;
  /** Faults that the API's types have no way to say. */
  faults?(data: Values): UserError[];
}

export type Editable<Record extends Identified> = Required<Omit<Resource<Record>, 'delete'>> &
  Pick<Resource<Record>, 'delete'>;

export function editable<
  Type extends AnyNode['__typename'],
  Record extends Identified,
  Filter,
  Order,
  Create extends object,
  Update,
>(
  client: Client,
  type: Type,
  definition: Definition<
    Extract<AnyNode, { __typename: Type }>,
    Record,
    Filter,
    Order,
    Create,
    Update
  >,
): Editable<Record> {
  const { translate } = client;
  const { toRecord, delete: deletion } = definition;
  const faults = (data: Values) => definition.faults?.(data) ?? [];
  // What a form says is the API's to judge, which is why the input is not typed before it is here.
  const updating = (id: string, input: Values) => ({ id, ...input }) as Update;

  return {
    list(filter, sort, signal) {
      const variables = { filter: definition.toFilter(filter), orderBy: definition.toOrder(sort) };
      const pages = source(client, definition.list, variables, toRecord, signal);
      return { key: variables, source: pages };
    },

    async one(id, signal) {
      const { record } = await client.run(definition.byId, { id }, signal);
      return toRecord(found(record, translate));
    },

    many: (ids, signal) => recordsById(client, type, ids, toRecord, signal),

    async create(data) {
      throwUserErrors(faults(data), translate);
      const input = definition.toCreateInput(data);
      const { result } = await client.run(definition.create, { input });
      throwUserErrors(result.userErrors, translate);
      return toRecord(found(result.record, translate));
    },

    async update({ id, data, previous, meta }) {
      throwUserErrors(faults(data), translate);
      const { input, origins } = definition.toUpdateInput(data, previous, meta);
      if (isNothing(input)) return this.one(id);
      const { result } = await client.run(definition.update, { input: updating(id, input) });
      throwUserErrors(result.userErrors, translate, origins);
      return toRecord(found(result.record, translate));
    },

    ...(deletion && {
      async delete(id: string, { expectedVersion = null, force }: Meta & Values) {
        const input = { id, expectedVersion, ...(force === true && { force }) };
        const { result } = await client.run(deletion, { input });
        throwUserErrors(result.userErrors, translate);
      },
    }),

    async validate(data, update) {
      const missing = toUserErrors(faults(data), translate);
      if (missing) return missing;
      if (!update) {
        const input = { ...definition.toCreateInput(data), validateOnly: true };
        const { result } = await client.run(definition.create, { input });
        return toUserErrors(result.userErrors, translate);
      }
      const { input, origins } = definition.toUpdateInput(data, update.previous, {});
      const all = updating(update.id, { ...input, validateOnly: true });
      const { result } = await client.run(definition.update, { input: all });
      return toUserErrors(result.userErrors, translate, origins);
    },
  };
}
