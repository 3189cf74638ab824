// GraphQL over WebSocket, with the client that most programs use: graphql-ws.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as server from '../server.mjs';
import { CHANGES, collect, first } from './following.mjs';

after(server.cleanUp);

test('a change that is made over HTTP arrives, and so does the next', async t => {
  const { events, end } = collect(connect(t), CHANGES);
  const group = await server.makeGroupUntil(({ id }) => events.some(event => event.id === id));
  const { id, title } = group;
  assert.deepEqual(events.at(-1), { type: 'GROUP', kind: 'CREATED', id, node: { title } });

  await server.deleteGroup(group);
  const isGone = event => event.id === id && event.kind === 'DELETED';
  await server.makeGroupUntil(() => events.some(isGone));
  assert.deepEqual(events.find(isGone), { type: 'GROUP', kind: 'DELETED', id, node: null });
  await end();
});

test('whoever unsubscribes hears no more, and others on the socket do', async t => {
  const client = connect(t);
  const [one, other] = [collect(client, CHANGES), collect(client, CHANGES)];
  const heard = ({ id }, { events }) => events.some(event => event.id === id);
  await server.makeGroupUntil(group => heard(group, one) && heard(group, other));
  await one.end();
  const count = one.events.length;
  await server.makeGroupUntil(group => heard(group, other));
  assert.equal(one.events.length, count);
  await other.end();
});

test('queries and mutations run over the socket', async t => {
  const client = connect(t);
  const { data } = await first(client, '{ roles { nodes { id name } } }');
  const { id: roleId } = data.roles.nodes.find(({ name }) => name === 'Administrator');
  const title = server.unique('Over a socket');
  const create = await first(
    client,
    `mutation ($title: String!, $roleId: ID!) {
      createGroup(input: { title: $title, roleIds: [$roleId], userIds: [] }) {
        group { id title }
        userErrors { code }
      }
    }`,
    { title, roleId },
  );
  const { group, userErrors } = create.data.createGroup;
  assert.deepEqual([group.title, userErrors], [title, []]);
  const remove = await first(
    client,
    `mutation ($id: ID!) {
      deleteGroup(input: { id: $id }) { deletedGroupId userErrors { code } }
    }`,
    { id: group.id },
  );
  assert.deepEqual(remove, {
    data: { deleteGroup: { deletedGroupId: group.id, userErrors: [] } },
  });
});

test('a socket that the client closes is closed cleanly, so that the client opens the next at once', async t => {
  const closes = [];
  const client = connect(t, { lazyCloseTimeout: 0, on: { closed: event => closes.push(event) } });
  for (let i = 0; i < 3; i++) await first(client, '{ __typename }');
  assert.deepEqual(
    closes.map(({ code, wasClean }) => [code, wasClean]),
    [
      [1000, true],
      [1000, true],
    ],
  );
});

test('a document that is not valid is refused alone, with the reasons', async t => {
  const client = connect(t);
  await assert.rejects(first(client, 'subscription { nonsense }'), ([error]) => {
    assert.equal(error.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    assert.ok(error.message);
    return true;
  });
  assert.deepEqual(await first(client, '{ __typename }'), { data: { __typename: 'Query' } });
});

test('what fails while it runs is an answer with errors', async t => {
  const { data, errors } = await first(connect(t), '{ groups(first: 1000) { totalCount } }');
  assert.equal(data, null);
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code]),
    [[['groups'], 'BAD_USER_INPUT']],
  );
});

for (const [name, connectionParams] of Object.entries({
  'a wrong token': server.bearer('rolecall_not_a_token'),
  'no token': undefined,
})) {
  test(`${name} is refused with 4403, and tried as often as the client is told`, async t => {
    const closes = [];
    const client = connect(t, {
      connectionParams,
      retryAttempts: 2,
      retryWait: async () => {},
      on: { closed: event => closes.push(event.code) },
    });
    await assert.rejects(first(client, '{ __typename }'), { code: 4403, reason: 'Forbidden' });
    assert.deepEqual(closes, [4403, 4403, 4403]);
  });
}

test('the cookie of a page of this site is enough, until its session ends', async t => {
  const { email } = await server.makeUser();
  const { cookie } = await server.signIn(email, server.PASSWORD);
  const headers = { cookie, origin: server.ORIGIN };
  const client = connect(t, { connectionParams: undefined, webSocketImpl: withHeaders(headers) });
  assert.deepEqual(await first(client, '{ viewer { user { email } } }'), {
    data: { viewer: { user: { email } } },
  });

  const following = collect(client, CHANGES);
  const ended = assert.rejects(following.done, { code: 4401 });
  await server.makeGroupUntil(({ id }) => following.events.some(event => event.id === id));
  await server.send('mutation { signOut(input: {}) { signedOut } }', { headers });
  await ended;
});

test('the handshake of a page of another site is refused', async () => {
  const { email } = await server.makeUser();
  const { cookie } = await server.signIn(email, server.PASSWORD);
  const socket = new (withHeaders({ cookie, origin: 'https://elsewhere.example' }))(
    server.SOCKET,
    'graphql-transport-ws',
  );
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 403);
  socket.on('error', () => {});
  socket.terminate();
});

function connect(t, options = {}) {
  const client = createClient({
    url: server.SOCKET,
    webSocketImpl: WebSocket,
    connectionParams: server.bearer(server.TOKEN),
    retryAttempts: 0,
    lazyCloseTimeout: 1000,
    ...options,
  });
  t.after(() => client.dispose());
  return client;
}

/** What a browser adds to a handshake by itself. */
function withHeaders(headers) {
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers });
    }
  };
}
