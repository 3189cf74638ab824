// Requests that fail as a whole, and what comes by itself.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type AddressInfo,
  type Socket,
  connect as dial,
  createServer as createWire,
} from 'node:net';
import { test } from 'node:test';
import {
  type Change,
  type ClientOptions,
  RolecallError,
  rolecallDataProvider,
} from '../src/index.js';
import { document } from '../src/document.js';
import {
  BASE,
  TOKEN,
  admin,
  connect,
  data,
  makeGroup,
  makeRole,
  makeUser,
  rejection,
  someone,
  word,
} from './world.js';

test('nobody is 401, and a token that is none is, too', async () => {
  for (const client of [connect(), connect({ token: 'rolecall_none' })]) {
    const error = await rejection(
      rolecallDataProvider(client).getList('groups', {}),
      RolecallError,
    );
    assert.deepEqual([error.status, error.code], [401, 'UNAUTHENTICATED']);
    assert.deepEqual(error.body, {});
  }
});

test('what one may not do is 403 and names the access that it takes', async () => {
  const lea = await someone([['acl', 'role', 'index']]);
  const error = await rejection(lea.data.getList('groups', {}), RolecallError);
  assert.deepEqual([error.status, error.code], [403, 'FORBIDDEN']);
  assert.deepEqual(error.extensions.required, 'acl/group/index');
  const create = lea.data.create('roles', { data: { name: word() } });
  assert.equal((await rejection(create, RolecallError)).extensions.required, 'acl/role/create');
});

test('a request beyond a limit names it', async () => {
  const deep = document<object, object>(
    `{ roles { nodes ${'{ groups { nodes '.repeat(40)}{ id }${'}}'.repeat(40)} } }`,
  );
  const error = await rejection(admin.run(deep, {}), RolecallError);
  assert.deepEqual([error.status, error.code], [400, 'LIMIT_EXCEEDED']);
  assert.deepEqual(Object.keys(error.extensions).sort(), ['actual', 'limit', 'maximum']);
});

test('a value that the API does not have is 400', async () => {
  const list = data.getList('users', { filter: { statuses: ['GONE'] } });
  const error = await rejection(list, RolecallError);
  assert.deepEqual([error.status, error.code], [400, 'BAD_USER_INPUT']);
});

test('a server that is unavailable, out of reach or another than ours is told', async () => {
  const unavailable = { message: 'Later.', extensions: { code: 'UNAVAILABLE' } };
  const answers = {
    [JSON.stringify({ data: null, errors: [unavailable] })]: [503, 'UNAVAILABLE', 'Later.'],
    '{}': [500, 'INTERNAL', 'The answer is not one of GraphQL.'],
    '<html>': [0, 'NETWORK', 'The server cannot be reached.'],
  };
  for (const [body, expected] of Object.entries(answers)) {
    const options: ClientOptions = { fetch: () => Promise.resolve(new Response(body)) };
    const list = rolecallDataProvider(connect(options)).getList('groups', {});
    const error = await rejection(list, RolecallError);
    assert.deepEqual([error.status, error.code, error.message], expected);
  }
  const nowhere = rolecallDataProvider(connect({ url: await closedPort() })).getList('groups', {});
  assert.equal((await rejection(nowhere, RolecallError)).code, 'NETWORK');
});

test('failures of requests are translated by code', async () => {
  const client = connect({ translate: key => `<${key}>` });
  const error = await rejection(rolecallDataProvider(client).getList('roles', {}), RolecallError);
  assert.equal(error.message, '<rolecall.errors.UNAUTHENTICATED>');
});

test('changes by others come as they happen, of the types asked for', async () => {
  const changes: Change[] = [];
  const arrived = new EventTarget();
  const stop = data.subscribe(['GROUP'], change => {
    changes.push(change);
    arrived.dispatchEvent(new Event('change'));
  });
  // The first may be made before the subscription is there.
  await until(arrived, () => changes.length > 0, makeGroup);
  const group = await makeGroup();
  await until(arrived, () => changes.some(({ id }) => id === group.id));
  await data.update('groups', { id: group.id, data: { title: word() }, previousData: group });
  await data.delete('groups', { id: group.id });
  await makeUser();
  await until(arrived, () => changes.some(({ kind }) => kind === 'DELETED'));
  stop();
  const its = changes.filter(({ id }) => id === group.id);
  assert.deepEqual(
    its.map(({ kind }) => kind),
    ['CREATED', 'UPDATED', 'DELETED'],
  );
  assert.ok(changes.every(({ type }) => type === 'GROUP'));

  const before = changes.length;
  await makeGroup();
  await new Promise(resolve => setTimeout(resolve, 200));
  assert.equal(changes.length, before);
});

test('changes that one may not read are refused', async () => {
  const lea = await someone([['acl', 'role', 'index']]);
  const error = await new Promise<RolecallError>(resolve => {
    lea.data.subscribe(['USER'], () => assert.fail(), { error: resolve });
  });
  assert.deepEqual([error.status, error.extensions.required], [403, 'user/user/index']);
});

test('nobody gets no changes, and is told', async () => {
  const error = await new Promise<RolecallError>(resolve => {
    rolecallDataProvider(connect()).subscribe(null, () => assert.fail(), { error: resolve });
  });
  assert.equal(error.status, 401);
});

test('too many sockets of one user are told from a session that has ended', async () => {
  const lea = await someone([
    ['acl', 'role', 'index'],
    ['user', 'token', 'create'],
  ]);
  const { secret: token } = await lea.data.createApiToken({ name: word() });
  const stops: (() => void)[] = [];
  const error = await new Promise<RolecallError>(resolve => {
    for (let at = 0; at < 21; at += 1) {
      const provider = rolecallDataProvider(connect({ token }));
      stops.push(provider.subscribe(['ROLE'], () => {}, { error: resolve }));
    }
  });
  for (const stop of stops) stop();
  assert.deepEqual([error.status, error.code], [400, 'LIMIT_EXCEEDED']);
  assert.match(error.message, /at most 20 sockets/);
});

test('a lost connection comes back by itself and says so to everyone who listens', async () => {
  const { url, cut, close } = await wire();
  const provider = rolecallDataProvider(connect({ url, token: TOKEN }));
  const arrived = new EventTarget();
  const note = () => arrived.dispatchEvent(new Event('change'));
  let [changes, resumptions, others] = [0, 0, 0];
  const stop = provider.subscribe(
    ['ROLE'],
    () => {
      changes += 1;
      note();
    },
    {
      resumed: () => {
        resumptions += 1;
        note();
      },
    },
  );
  await until(arrived, () => changes > 0, makeRole);
  // By the socket that is open already.
  const stopOther = provider.subscribe(['GROUP'], () => {}, { resumed: () => (others += 1) });
  assert.equal(resumptions, 0);
  cut();
  await until(arrived, () => resumptions > 0);
  assert.equal(others, 1);
  const before = changes;
  await until(arrived, () => changes > before, makeRole);
  assert.deepEqual([resumptions, others], [1, 1]);
  stop();
  stopOther();
  close();
});

/** The server's address by a wire that can be cut. */
async function wire() {
  const { hostname, port } = new URL(BASE);
  const sockets = new Set<Socket>();
  const server = createWire(near => {
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => sockets.forEach(socket => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    cut,
    close: () => {
      cut();
      server.close();
    },
  };
}

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/graphql`;
}

/** Waits until something holds, looking at each change, and does something again until then. */
async function until(target: EventTarget, holds: () => boolean, again?: () => Promise<unknown>) {
  while (!holds()) {
    const next = once(target, 'change', { signal: AbortSignal.timeout(again ? 300 : 20_000) });
    const patient = again ? next.catch(() => undefined) : next;
    await again?.();
    await patient;
  }
}
