// What the tests share: a running server, its administrator, and things of one test's own.
//   ROLECALL_URL     the server, for example http://127.0.0.1:8080
//   ROLECALL_TOKEN   an API token of one of its administrators

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import {
  type Client,
  type ClientOptions,
  type GroupRecord,
  type RoleRecord,
  type RulePermission,
  type UserRecord,
  createClient,
  rolecallAuthProvider,
  rolecallDataProvider,
} from '../src/index.js';

export const BASE = setting('ROLECALL_URL');
export const PASSWORD = 'correct horse battery staple';
export const TOKEN = setting('ROLECALL_TOKEN');

export const admin = connect({ token: TOKEN });
export const data = rolecallDataProvider(admin);

export function connect(options: ClientOptions = {}): Client {
  return createClient({ url: `${BASE}/graphql`, webSocket: WebSocket, ...options });
}

/** A word that no other test has. */
export function word(): string {
  return `t${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

export type Triple = readonly [bundle: string, controller: string, action: string, RulePermission?];

export async function makeRole(rules: readonly Triple[] = [], name = word()): Promise<RoleRecord> {
  const rows = rules.map(([bundle, controller, action, permission = 'ALLOW']) => {
    return { bundle, controller, action, permission };
  });
  return (await data.create('roles', { data: { name, rules: rows } })).data;
}

export async function makeGroup({
  roleIds,
  ...more
}: Partial<GroupRecord> & { userIds?: string[] } = {}): Promise<GroupRecord> {
  const values = { title: word(), roleIds: roleIds ?? [(await makeRole()).id], ...more };
  return (await data.create('groups', { data: values })).data;
}

export async function makeUser(values: Partial<UserRecord> = {}): Promise<UserRecord> {
  const user = {
    email: `${word()}@example.org`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: PASSWORD,
    groupIds: values.groupIds ?? [(await makeGroup()).id],
    ...values,
  };
  return (await data.create('users', { data: user })).data;
}

/** Someone who may do just this, by a client with a session of their own. */
export async function someone(rules: readonly Triple[]) {
  const role = await makeRole(rules);
  const group = await makeGroup({ roleIds: [role.id] });
  const user = await makeUser({ groupIds: [group.id] });
  let token: string | null = null;
  const client = connect({ token: () => token });
  const auth = rolecallAuthProvider(client, {
    onToken: secret => {
      token = secret;
    },
  });
  await auth.login({ email: user.email, password: PASSWORD });
  return { client, auth, data: rolecallDataProvider(client), user, group, role };
}

/** `fetch` as a page of the server's own site does it: with the cookie that it was given. */
export function browserFetch(): typeof fetch & { cookie: () => string } {
  let cookie = '';
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('Origin', BASE);
    if (cookie) headers.set('Cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookie = /max-age=0/i.test(line) ? '' : pair;
    }
    return response;
  };
  return Object.assign(send, { cookie: () => cookie });
}

/** What a promise is rejected with. */
export async function rejection<Kind extends Error>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => Kind,
): Promise<Kind> {
  const error: unknown = await promise.then(
    () => assert.fail('it was to be rejected'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof kind, `${String(error)} is not a ${kind.name}`);
  return error;
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}
