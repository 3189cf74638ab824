// GraphQL over server-sent events, with their client graphql-sse, in the mode of distinct connections.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from 'graphql-sse';
import * as server from '../server.mjs';
import { CHANGES, collect, first } from './following.mjs';

after(server.cleanUp);

test('a change that is made elsewhere arrives, until the client unsubscribes', async t => {
  const { events, end } = collect(connect(t), CHANGES);
  const group = await server.makeGroupUntil(({ id }) => events.some(event => event.id === id));
  const { id, title } = group;
  assert.deepEqual(events.at(-1), { type: 'GROUP', kind: 'CREATED', id, node: { title } });
  await end();

  const count = events.length;
  const other = collect(connect(t), CHANGES);
  await server.makeGroupUntil(({ id }) => other.events.some(event => event.id === id));
  assert.equal(events.length, count);
  await other.end();
});

test('a query and a mutation are answered once', async t => {
  const client = connect(t);
  assert.deepEqual(await first(client, '{ __typename }'), { data: { __typename: 'Query' } });
  const group = await server.makeGroup();
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
  server.forget(group);
});

for (const [what, query] of Object.entries({
  'a subscription': 'subscription { nonsense }',
  'a query': '{ nonsense }',
})) {
  test(`${what} that is not valid is answered with the reasons, and completes`, async t => {
    const { data, errors } = await first(connect(t), query);
    assert.equal(data, undefined);
    assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  });
}

test('a document that is none is answered with the reason, and completes', async t => {
  const { errors } = await first(connect(t), 'subscription {');
  assert.equal(errors[0].extensions.code, 'GRAPHQL_PARSE_FAILED');
});

for (const [name, headers] of Object.entries({
  'a wrong token': server.bearer('rolecall_not_a_token'),
  'no token': {},
})) {
  test(`with ${name} there is nothing to follow`, async t => {
    const { data, errors } = await first(connect(t, { headers }), CHANGES);
    assert.ok(!data);
    assert.equal(errors[0].extensions.code, 'UNAUTHENTICATED');
  });
}

test('the cookie of a page of this site is enough, until its session ends', async t => {
  const { email } = await server.makeUser();
  const { cookie } = await server.signIn(email, server.PASSWORD);
  const headers = { cookie, origin: server.ORIGIN };
  const following = collect(connect(t, { headers }), CHANGES);
  const ended = assert.rejects(following.done, ([error]) => {
    assert.equal(error.extensions.code, 'UNAUTHENTICATED');
    return true;
  });
  await server.makeGroupUntil(({ id }) => following.events.some(event => event.id === id));
  await server.send('mutation { signOut(input: {}) { signedOut } }', { headers });
  await ended;
});

function connect(t, options = {}) {
  const client = createClient({
    url: server.HTTP,
    headers: server.bearer(server.TOKEN),
    retryAttempts: 0,
    ...options,
  });
  t.after(() => client.dispose());
  return client;
}
