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
import { refuse } from '../userErrors.js';
import { type Resource, type Thing, found } from './resource.js';

export function apiTokens(client: Client): Resource<ApiTokenRecord> {
  const all = async (signal?: AbortSignal) =>
    (await client.run(ApiTokensDocument, {}, signal)).apiTokens;

  return {
    ...among(all),
    async create(data) {
      const { apiToken, secret } = await createApiToken(client, data);
      return { ...apiToken, secret };
    },
    delete: id => revokeApiToken(client, id),
  };
}

export function sessions(client: Client): Resource<SessionRecord> {
  const all = async (signal?: AbortSignal) => {
    const { viewer } = await client.run(SessionsDocument, {}, signal);
    if (!viewer) throw signedOut(client.translate);
    return viewer.sessions;
  };

  return { ...among(all), delete: id => revokeSession(client, id) };
}

/** The only answer that ever holds the secret. */
export async function createApiToken(
  client: Client,
  data: Values,
): Promise<{ apiToken: ApiTokenRecord; secret: string }> {
  const input = { name: text(data.name), expiresAt: text(data.expiresAt) || null };
  const { result } = await client.run(CreateApiTokenDocument, { input });
  refuse(result.userErrors, client.translate);
  return { apiToken: found(result.record), secret: found(result.secret) };
}

export async function revokeApiToken(client: Client, id: string): Promise<void> {
  const { result } = await client.run(RevokeApiTokenDocument, { input: { id } });
  refuse(result.userErrors, client.translate);
}

export async function revokeSession(client: Client, id: string): Promise<void> {
  const { result } = await client.run(RevokeSessionDocument, { input: { id } });
  refuse(result.userErrors, client.translate);
}

function among<Record extends Thing>(all: (signal?: AbortSignal) => Promise<Record[]>) {
  return {
    list: (_filter: unknown, _sort?: unknown, signal?: AbortSignal) => all(signal),
    one: async (id: string, signal?: AbortSignal) =>
      found((await all(signal)).find(record => record.id === id)),
    many: async (ids: readonly string[], signal?: AbortSignal) =>
      (await all(signal)).filter(({ id }) => ids.includes(id)),
  };
}
