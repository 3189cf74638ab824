// What the data provider asks of each resource.

import type { Client } from '../client.js';
import type { Document } from '../document.js';
import { RolecallError } from '../errors.js';
import type { Meta, Values } from '../changes.js';
import type { Sort } from '../filters.js';
import {
  type AuditEventFieldsFragment,
  type GroupFieldsFragment,
  type RoleFieldsFragment,
  type UserFieldsFragment,
  RecordsByIdDocument,
} from '../generated/operations.js';
import { MOST, type Page, type Source, type Window } from '../pages.js';
import type { UserErrors } from '../errors.js';

export interface Thing {
  id: string;
}

export interface Update {
  id: string;
  data: Values;
  /** What the form started with; without it, what `data` says replaces what there is. */
  previous: Values;
  meta: Meta & Values;
}

/** A list whose pages are asked for by cursor. */
export interface Listing<Record> {
  /** What tells it from others: its filter and order. */
  key: unknown;
  source: Source<Record>;
}

export interface Resource<Record extends Thing = Thing> {
  /** Either pages by cursor, or all there are. */
  list(filter: unknown, sort?: Sort, signal?: AbortSignal): Listing<Record> | Promise<Record[]>;
  one(id: string, signal?: AbortSignal): Promise<Record>;
  many(ids: readonly string[], signal?: AbortSignal): Promise<Record[]>;
  create?(data: Values): Promise<Record>;
  update?(update: Update): Promise<Record>;
  delete?(id: string, meta: Meta & Values): Promise<unknown>;
  /** Null when all is well; an update when there is something before it. */
  validate?(data: Values, update?: { id: string; previous: Values }): Promise<UserErrors | null>;
}

export interface ListVariables<Filter, Order> extends Window {
  filter?: Filter | null;
  orderBy?: Order | null;
}

/** The pages of a list, with what becomes of each node. */
export function source<Node, Record, Filter, Order>(
  client: Client,
  list: Document<{ page: Page<Node> }, ListVariables<Filter, Order> & { withTotal: boolean }>,
  walk: Document<{ page: Page<Thing> }, ListVariables<Filter, Order>>,
  variables: { filter: Filter; orderBy?: Order | null },
  record: (node: Node) => Record,
  signal?: AbortSignal,
): Source<Record> {
  return {
    async page(window, withTotal) {
      const all = { ...variables, ...window, withTotal };
      const { page } = await client.run(list, all, signal);
      return { ...page, nodes: page.nodes.map(record) };
    },
    async walk(window) {
      return (await client.run(walk, { ...variables, ...window }, signal)).page;
    },
  };
}

/** What is found by its id. */
export type Known =
  RoleFieldsFragment | GroupFieldsFragment | UserFieldsFragment | AuditEventFieldsFragment;

/** Those of some ids that exist, are of this type and may be seen, in the order of the ids. */
export async function recordsById<Type extends Known['__typename'], Record>(
  client: Client,
  type: Type,
  ids: readonly string[],
  record: (node: Extract<Known, { __typename: Type }>) => Record,
  signal?: AbortSignal,
): Promise<Record[]> {
  const chunks: string[][] = [];
  for (let at = 0; at < ids.length; at += MOST) chunks.push(ids.slice(at, at + MOST));
  const answers = await Promise.all(
    chunks.map(chunk => client.run(RecordsByIdDocument, { ids: chunk }, signal)),
  );
  return answers
    .flatMap(({ nodes }) => nodes)
    .filter((node): node is Extract<Known, { __typename: Type }> => node?.__typename === type)
    .map(record);
}

/** What there is, or 404. */
export function found<Record>(record: Record | null | undefined): Record {
  if (record == null) throw new RolecallError('There is no such thing.', 404, 'NOT_FOUND');
  return record;
}
