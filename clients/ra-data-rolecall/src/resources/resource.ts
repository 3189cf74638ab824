// What the data provider asks of each resource.

import type { Client } from '../client.js';
import type { Document } from '../document.js';
import { RolecallError, type UserErrors } from '../errors.js';
import type { Meta, Values } from '../changes.js';
import type { Sort } from '../filters.js';
import {
  type AuditEventFieldsFragment,
  type GroupFieldsFragment,
  type RoleFieldsFragment,
  type UserFieldsFragment,
  RecordsByIdDocument,
} from '../generated/operations.js';
import { type ConnectionArguments, MOST, type Page, type Source } from '../pages.js';
import { type Translate, errorKey } from '../translate.js';

export interface Identified {
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

export interface Resource<Record extends Identified = Identified> {
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

/** A list, whose total and rows are there as far as they are asked for. */
export type ListDocument<Node, Filter, Order> = Document<
  { page: Omit<Page<Node>, 'nodes'> & { nodes?: Node[] } },
  ConnectionArguments & {
    filter?: Filter | null;
    orderBy?: Order | null;
    withTotal: boolean;
    withNodes: boolean;
  }
>;

/** The pages of a list, with what becomes of each node. */
export function source<Node, Record, Filter, Order>(
  client: Client,
  list: ListDocument<Node, Filter, Order>,
  variables: { filter: Filter; orderBy?: Order | null },
  toRecord: (node: Node) => Record,
  signal?: AbortSignal,
): Source<Record> {
  const run = async (args: ConnectionArguments, withTotal: boolean, withNodes: boolean) =>
    (await client.run(list, { ...variables, ...args, withTotal, withNodes }, signal)).page;

  return {
    async page(args, withTotal) {
      const page = await run(args, withTotal, true);
      return { ...page, nodes: (page.nodes ?? []).map(toRecord) };
    },
    walk: async args => (await run(args, false, false)).pageInfo,
  };
}

/** What the API finds by its id alone. */
export type AnyNode =
  RoleFieldsFragment | GroupFieldsFragment | UserFieldsFragment | AuditEventFieldsFragment;

/** Those of some ids that exist, are of this type and may be seen, in the order of the ids. */
export async function recordsById<Type extends AnyNode['__typename'], Record>(
  client: Client,
  type: Type,
  ids: readonly string[],
  toRecord: (node: Extract<AnyNode, { __typename: Type }>) => Record,
  signal?: AbortSignal,
): Promise<Record[]> {
  const chunks: string[][] = [];
  for (let at = 0; at < ids.length; at += MOST) chunks.push(ids.slice(at, at + MOST));
  const answers = await Promise.all(
    chunks.map(chunk => client.run(RecordsByIdDocument, { ids: chunk }, signal)),
  );
  return answers
    .flatMap(({ nodes }) => nodes)
    .filter((node): node is Extract<AnyNode, { __typename: Type }> => node?.__typename === type)
    .map(toRecord);
}

/** What there is, or 404. */
export function found<Record>(record: Record | null | undefined, translate: Translate): Record {
  if (record != null) return record;
  const message = translate(errorKey('NOT_FOUND'), { field: 'id', _: 'This does not exist.' });
  throw new RolecallError(message, 404, 'NOT_FOUND');
}
