// What roles, groups and users have in common: lists, records by id, and forms that make and change them.

import { type Change, type Meta, type Values, isNothing } from '../changes.js';
import type { Client } from '../client.js';
import type { Document } from '../document.js';
import type { UserError } from '../errors.js';
import type { Sort } from '../filters.js';
import type { Page } from '../pages.js';
import { refuse, refused } from '../userErrors.js';
import {
  type Known,
  type ListVariables,
  type Resource,
  type Thing,
  found,
  recordsById,
  source,
} from './resource.js';

interface Result<Node> {
  result: { record: Node | null; userErrors: UserError[] };
}

/** How one of them differs from the others. */
export interface Kind<Node, Record, Filter, Order, Create, Update> {
  list: Document<{ page: Page<Node> }, ListVariables<Filter, Order> & { withTotal: boolean }>;
  walk: Document<{ page: Page<Thing> }, ListVariables<Filter, Order>>;
  byId: Document<{ record: Node | null }, { id: string }>;
  create: Document<Result<Node>, { input: Create }>;
  update: Document<Result<Node>, { input: Update }>;
  filter(filter: unknown): Filter;
  order(sort?: Sort): Order | null;
  record(node: Node): Record;
  /** The input that makes one of what a form holds. */
  made(data: Values): Create;
  changed(data: Values, previous: Values, meta: Meta): Change;
  /** Faults that the API's types have no way to say. */
  faults?(data: Values): UserError[];
}

export type Editable<Record extends Thing> = Required<Omit<Resource<Record>, 'delete'>>;

export function editable<
  Type extends Known['__typename'],
  Record extends Thing,
  Filter,
  Order,
  Create extends object,
  Update,
>(
  client: Client,
  type: Type,
  kind: Kind<Extract<Known, { __typename: Type }>, Record, Filter, Order, Create, Update>,
): Editable<Record> {
  const { translate } = client;
  const { record } = kind;
  const faults = (data: Values) => kind.faults?.(data) ?? [];
  // What a form says is the API's to judge, which is why the input is not typed before it is here.
  const updating = (id: string, input: Values) => ({ id, ...input }) as Update;

  return {
    list(filter, sort, signal) {
      const variables = { filter: kind.filter(filter), orderBy: kind.order(sort) };
      const { list, walk } = kind;
      return { key: variables, source: source(client, list, walk, variables, record, signal) };
    },

    async one(id, signal) {
      return record(found((await client.run(kind.byId, { id }, signal)).record));
    },

    many: (ids, signal) => recordsById(client, type, ids, record, signal),

    async create(data) {
      refuse(faults(data), translate);
      const { result } = await client.run(kind.create, { input: kind.made(data) });
      refuse(result.userErrors, translate);
      return record(found(result.record));
    },

    async update({ id, data, previous, meta }) {
      refuse(faults(data), translate);
      const { input, origins } = kind.changed(data, previous, meta);
      if (isNothing(input)) return this.one(id);
      const { result } = await client.run(kind.update, { input: updating(id, input) });
      refuse(result.userErrors, translate, origins);
      return record(found(result.record));
    },

    async validate(data, update) {
      const missing = refused(faults(data), translate);
      if (missing) return missing;
      if (!update) {
        const input = { ...kind.made(data), validateOnly: true };
        const { result } = await client.run(kind.create, { input });
        return refused(result.userErrors, translate);
      }
      const { input, origins } = kind.changed(data, update.previous, {});
      const all = updating(update.id, { ...input, validateOnly: true });
      const { result } = await client.run(kind.update, { input: all });
      return refused(result.userErrors, translate, origins);
    },
  };
}
