import type { Client } from '../client.js';
import { auditFilter, isOldestFirst } from '../filters.js';
import { AuditEventListDocument } from '../generated/operations.js';
import { reversed } from '../pages.js';
import type { AuditEventRecord } from '../records.js';
import { type Resource, found, recordsById, source } from './resource.js';

export function auditEvents(client: Client): Resource<AuditEventRecord> {
  const itself = (event: AuditEventRecord) => event;

  return {
    list(filter, sort, signal) {
      const variables = { filter: auditFilter(filter) };
      const newestFirst = source(client, AuditEventListDocument, variables, itself, signal);
      const oldestFirst = isOldestFirst(sort);
      return {
        key: { ...variables, oldestFirst },
        source: oldestFirst ? reversed(newestFirst) : newestFirst,
      };
    },

    async one(id, signal) {
      return found((await this.many([id], signal))[0], client.translate);
    },

    many: (ids, signal) => recordsById(client, 'AuditEvent', ids, itself, signal),
  };
}
