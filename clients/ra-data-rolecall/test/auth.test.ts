// Signing in as a page does it, by cookie, and what each person may do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserErrors, rolecallAuthProvider, rolecallDataProvider } from '../src/index.js';
import { PASSWORD, browserFetch, connect, makeUser, rejection, someone } from './world.js';

test('a page signs in, stays signed in, and signs out', async () => {
  const { email, id } = await makeUser();
  const send = browserFetch();
  const client = connect({ fetch: send });
  const auth = rolecallAuthProvider(client);
  // Who has not been signed in on this page is sent to sign in without a complaint.
  await assert.rejects(auth.checkAuth({}), { message: false });

  await auth.login({ email, password: PASSWORD });
  assert.match(send.cookie(), /=./);
  await auth.checkAuth({});
  assert.deepEqual(await auth.getIdentity(), { id, fullName: 'Ada Lovelace', email, locale: 'en' });
  const { data: sessions } = await rolecallDataProvider(client).getList('sessions', {});
  assert.equal(sessions.length, 1);

  await auth.logout({});
  assert.equal(send.cookie(), '');
  await assert.rejects(auth.checkAuth({}), { message: false });
});

test('wrong credentials are told, and the one before stays', async () => {
  const auth = rolecallAuthProvider(connect({ fetch: browserFetch() }));
  const error = await rejection(auth.login({ email: 'no@body.org', password: 'x' }), UserErrors);
  assert.equal(error.code, 'INVALID_CREDENTIALS');
  assert.match(error.message, /./);
});

test('a session that ends while someone works is told', async () => {
  const lea = await someone([]);
  await lea.auth.checkAuth({});
  const { data: sessions } = await lea.data.getList('sessions', {});
  await lea.data.delete('sessions', { id: sessions[0].id });
  for (const resource of ['sessions', 'apiTokens', 'groups']) {
    await assert.rejects(lea.data.getList(resource, {}), { status: 401 });
  }
  lea.auth.invalidate();
  await assert.rejects(lea.auth.checkAuth({}), { status: 401, code: 'UNAUTHENTICATED' });
});

test('a server out of reach sends nobody away', async () => {
  const fetch = () => Promise.reject(new TypeError('fetch failed'));
  const auth = rolecallAuthProvider(connect({ fetch }));
  await auth.checkAuth({});
  await assert.rejects(auth.getIdentity(), { status: 0, code: 'NETWORK' });
});

test('who comes back to the page is asked for anew', async () => {
  const page = new EventTarget();
  Object.assign(globalThis, { window: page });
  const send = browserFetch();
  const auth = rolecallAuthProvider(connect({ fetch: send }));
  Reflect.deleteProperty(globalThis, 'window');
  const { email } = await makeUser();
  await auth.login({ email, password: PASSWORD });
  await auth.checkAuth({});

  // Elsewhere, in another tab, they sign out.
  await rolecallAuthProvider(connect({ fetch: send })).logout({});
  await auth.checkAuth({});
  page.dispatchEvent(new Event('focus'));
  await assert.rejects(auth.checkAuth({}), { status: 401 });
});

test('401 signs out, and nothing else does', async () => {
  const auth = rolecallAuthProvider(connect());
  await assert.rejects(auth.checkError({ status: 401 }), { status: 401 });
  for (const status of [0, 400, 403, 404, 422, 503]) await auth.checkError({ status });
});

test('who one is and what one may do is one request, until something changes', async () => {
  const lea = await someone([['acl', '*', '*']]);
  let requests = 0;
  const token = lea.client;
  const auth = rolecallAuthProvider({
    ...token,
    run: (...request) => {
      requests += 1;
      return token.run(...request);
    },
  });
  await Promise.all([
    auth.checkAuth({}),
    auth.getIdentity(),
    auth.getPermissions({}),
    auth.canAccess?.({ resource: 'groups', action: 'create' }),
    auth.canAccess?.({ resource: 'users', action: 'list' }),
  ]);
  assert.equal(requests, 1);
  auth.invalidate();
  await auth.getIdentity();
  assert.equal(requests, 2);
});

test('a limited administrator may do what their roles allow, by the names of react-admin', async () => {
  const { auth } = await someone([
    ['acl', 'group', '*'],
    ['acl', 'group', 'delete', 'DENY'],
    ['acl', 'role', 'index'],
    ['user', 'user', 'update'],
    ['audit', 'event', 'index'],
  ]);
  const may = async (resource: string, action: string, record?: object) =>
    auth.canAccess?.({ resource, action, ...(record && { record }) });
  const allowed = async (resource: string) => {
    const actions = ['list', 'show', 'export', 'create', 'edit', 'delete', 'block', 'restore'];
    const answers = await Promise.all(actions.map(action => may(resource, action)));
    return actions.filter((_, index) => answers[index]);
  };
  assert.deepEqual(await allowed('groups'), ['list', 'show', 'export', 'create', 'edit', 'block']);
  assert.deepEqual(await allowed('roles'), ['list', 'show', 'export']);
  assert.deepEqual(await allowed('users'), ['edit', 'block']);
  assert.deepEqual(await allowed('auditEvents'), ['list', 'show', 'export']);
  assert.deepEqual(await allowed('apiTokens'), []);
  assert.equal(await may('sessions', 'delete'), true);
  assert.equal(await may('posts', 'list'), false);

  // A record knows better: this group is beyond them, that user is themselves.
  assert.equal(await may('groups', 'edit', { viewerCan: { update: false } }), false);
  assert.equal(await may('users', 'edit', { viewerCan: { update: true } }), true);
  assert.equal(await may('users', 'unblock', { viewerCan: { block: false } }), false);
  assert.equal(await may('users', 'show', { viewerCan: { update: true } }), false);
  const permissions = await auth.getPermissions({});
  assert.equal(permissions['acl/group/create'], true);
  assert.equal(permissions['acl/group/delete'], false);
  assert.equal(Object.keys(permissions).length, 14);
});

test("an app's own resources are asked for by what the API calls them", async () => {
  const { client, auth } = await someone([['shop', 'order', 'index']]);
  const check = (controller: string, action: string) => ({
    bundle: 'shop',
    controller,
    action: action === 'list' ? 'index' : action,
  });
  const shop = rolecallAuthProvider(client, { toCheck: check });
  const may = (action: string, resource = 'order') => shop.canAccess?.({ resource, action });
  assert.equal(await may('list'), true);
  assert.equal(await may('delete'), false);
  assert.equal(await may('list', 'groups'), false);
  assert.equal(await auth.canAccess?.({ resource: 'order', action: 'list' }), false);
});
