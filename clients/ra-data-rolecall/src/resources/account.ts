// What belongs to the viewer alone: at most 100 of each, so all of them at once.

import { type Values, text } from '../changes.js';
import type { Client } from '../client.js';
import { signedOut } from '../errors.js';
import {
  ApiTokensDocument,
  CreateApiTokenDocument,
  RevokeApiTokenDocument,
  RevokeSessionDocument,
  SessionsDocument,
} from '../generated/operations.js';
import type { ApiTokenRecord, SessionRecord } from '../records.js';
import type { Translate } from '../translate.js';
import { throwUserErrors } from '../userErrors.js';
import { type Identified, type Resource, found } from './resource.js';

export function apiTokens(client: Client): Resource<ApiTokenRecord> {
  const all = async (signal?: AbortSignal) =>
    (await client.run(ApiTokensDocument, {}, signal)).apiTokens;

  return {
    ...among(all, client.translate),
    async create(data) {
      const { apiToken, secret } = await createApiToken(client, data);
      return { ...apiToken, secret };
    },
    async delete(id) {
      const { result } = await client.run(RevokeApiTokenDocument, { input: { id } });
      throwUserErrors(result.userErrors, client.translate);
    },
  };
}

export function sessions(client: Client): Resource<SessionRecord> {
  const all = async (signal?: AbortSignal) => {
    const { viewer } = await client.run(SessionsDocument, {}, signal);
    if (!viewer) throw signedOut(client.translate);
    return viewer.sessions;
  };

  return {
    ...among(all, client.translate),
    async delete(id) {
      const { result } = await client.run(RevokeSessionDocument, { input: { id } });
      throwUserErrors(result.userErrors, client.translate);
    },
  };
}

/** The only answer that ever holds the secret. */
export async function createApiToken(
  client: Client,
  data: Values,
): Promise<{ apiToken: ApiTokenRecord; secret: string }> {
  const input = { name: text(data.name), expiresAt: text(data.expiresAt) || null };
  const { result } = await client.run(CreateApiTokenDocument, { input });
  throwUserErrors(result.userErrors, client.translate);
  return {
    apiToken: found(result.record, client.translate),
    secret: found(result.secret, client.translate),
  };
}

function among<Record extends Identified>(
  all: (signal?: AbortSignal) => Promise<Record[]>,
  translate: Translate,
) {
  return {
    list: (_filter: unknown, _sort?: unknown, signal?: AbortSignal) => all(signal),
    one: async (id: string, signal?: AbortSignal) =>
      found((await all(signal)).find(record => record.id === id), translate),
    many: async (ids: readonly string[], signal?: AbortSignal) =>
      (await all(signal)).filter(({ id }) => ids.includes(id)),
  };
}
