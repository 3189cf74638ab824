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
import { groupFilter, groupOrder } from '../filters.js';
import {
  CreateGroupDocument,
  DeleteGroupDocument,
  GroupByIdDocument,
  GroupListDocument,
  GroupWalkDocument,
  UpdateGroupDocument,
} from '../generated/operations.js';
import { type GroupRecord, toGroup } from '../records.js';
import { refuse, refused } from '../userErrors.js';
import { type Resource, found, recordsById, source } from './resource.js';

export function groups(client: Client): Required<Resource<GroupRecord>> {
  const { translate } = client;

  return {
    list(filter, sort, signal) {
      const variables = { filter: groupFilter(filter), orderBy: groupOrder(sort) };
      const [list, walk] = [GroupListDocument, GroupWalkDocument];
      return { key: variables, source: source(client, list, walk, variables, toGroup, signal) };
    },

    async one(id, signal) {
      return toGroup(found((await client.run(GroupByIdDocument, { id }, signal)).record));
    },

    many: (wanted, signal) => recordsById(client, 'Group', wanted, toGroup, signal),

    async create(data) {
      const { result } = await client.run(CreateGroupDocument, { input: created(data) });
      refuse(result.userErrors, translate);
      return toGroup(found(result.record));
    },

    async update({ id, data, previous, meta }) {
      const change = changed(data, previous, meta);
      if (isNothing(change)) return this.one(id);
      const input = { id, ...change.input };
      const { result } = await client.run(UpdateGroupDocument, { input });
      refuse(result.userErrors, translate, change.origins);
      return toGroup(found(result.record));
    },

    async delete(id, { force, expectedVersion }) {
      const input = { id, force: force === true, expectedVersion: expectedVersion ?? null };
      const { result } = await client.run(DeleteGroupDocument, { input });
      refuse(result.userErrors, translate);
    },

    async validate(data, update) {
      const validateOnly = true;
      if (!update) {
        const input = { ...created(data), validateOnly };
        const { result } = await client.run(CreateGroupDocument, { input });
        return refused(result.userErrors, translate);
      }
      const { input: change, origins } = changed(data, update.previous, {});
      const input = { id: update.id, ...change, validateOnly };
      const { result } = await client.run(UpdateGroupDocument, { input });
      return refused(result.userErrors, translate, origins);
    },
  };
}

function created(data: Values) {
  return {
    title: text(data.title),
    description: text(data.description),
    roleIds: ids(data.roleIds),
    userIds: ids(data.userIds),
  };
}

function changed(data: Values, previous: Values, meta: Meta): Change {
  return together(
    texts(['title', 'description'], data, previous),
    [
      memberships('roleIds', 'replace', data, previous),
      memberships('userIds', 'add', data, previous),
    ],
    data,
    previous,
    meta,
  );
}
