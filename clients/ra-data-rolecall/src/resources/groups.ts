import { ids, memberships, text, texts, together } from '../changes.js';
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
import { refuse } from '../userErrors.js';
import { editable } from './editable.js';
import type { Resource } from './resource.js';

export function groups(client: Client): Resource<GroupRecord> {
  return {
    ...editable(client, 'Group', {
      list: GroupListDocument,
      walk: GroupWalkDocument,
      byId: GroupByIdDocument,
      create: CreateGroupDocument,
      update: UpdateGroupDocument,
      filter: groupFilter,
      order: groupOrder,
      record: toGroup,

      made: data => ({
        title: text(data.title),
        description: text(data.description),
        roleIds: ids(data.roleIds),
        userIds: ids(data.userIds),
      }),

      changed(data, previous, meta) {
        const own = texts(['title', 'description'], data, previous);
        const roles = memberships('roleIds', 'replace', data, previous);
        const users = memberships('userIds', 'add', data, previous);
        return together(own, [roles, users], data, previous, meta);
      },
    }),

    async delete(id, { force, expectedVersion }) {
      const input = { id, force: force === true, expectedVersion: expectedVersion ?? null };
      const { result } = await client.run(DeleteGroupDocument, { input });
      refuse(result.userErrors, client.translate);
    },
  };
}
