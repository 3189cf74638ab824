import { diffIds, diffTexts, ids, mergeDiffs, text } from '../changes.js';
import type { Client } from '../client.js';
import { groupFilter, groupOrder } from '../filters.js';
import {
  CreateGroupDocument,
  DeleteGroupDocument,
  GroupByIdDocument,
  GroupListDocument,
  UpdateGroupDocument,
} from '../generated/operations.js';
import { type GroupRecord, toGroup } from '../records.js';
import { editable } from './editable.js';
import type { Resource } from './resource.js';

export function groups(client: Client): Resource<GroupRecord> {
  return editable(client, 'Group', {
    list: GroupListDocument,
    byId: GroupByIdDocument,
    create: CreateGroupDocument,
    update: UpdateGroupDocument,
    delete: DeleteGroupDocument,
    toFilter: groupFilter,
    toOrder: groupOrder,
    toRecord: toGroup,

    toCreateInput: data => ({
      title: text(data.title),
      description: text(data.description),
      roleIds: ids(data.roleIds),
      userIds: ids(data.userIds),
    }),

    toUpdateInput(data, previous, meta) {
      const own = diffTexts(['title', 'description'], data, previous);
      const roles = diffIds('roleIds', 'replace', data, previous);
      const users = diffIds('userIds', 'add', data, previous);
      return mergeDiffs(own, [roles, users], data, previous, meta);
    },
  });
}
