// What someone does with their own account, and asks about others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  RolecallError,
  UserErrors,
  rolecallAuthProvider,
  rolecallDataProvider,
} from '../src/index.js';
import {
  PASSWORD,
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

const PAGE = { pagination: { page: 1, perPage: 10 }, sort: { field: 'id', order: 'ASC' as const } };

test('a token is made, shown once, listed, used and revoked', async () => {
  const lea = await someone([['user', 'token', 'create']]);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { apiToken, secret } = await lea.data.createApiToken({ name: 'mine', expiresAt });
  assert.equal(apiToken.expiresAt, expiresAt);
  assert.ok(secret.startsWith(apiToken.prefix));

  const { data: made } = await lea.data.create('apiTokens', { data: { name: 'another' } });
  assert.ok(made.secret.startsWith('rolecall_'));
  const listed = await lea.data.getList('apiTokens', {
    ...PAGE,
    sort: { field: 'name', order: 'ASC' },
  });
  assert.deepEqual(
    listed.data.map(({ name }) => name),
    ['another', 'mine'],
  );
  assert.equal(listed.total, 2);
  assert.ok(listed.data.every(token => !('secret' in token)));
  assert.equal((await lea.data.getOne('apiTokens', { id: made.id })).data.name, 'another');

  const program = rolecallAuthProvider(connect({ token: secret }));
  assert.equal((await program.getIdentity()).id, lea.user.id);
  await lea.data.delete('apiTokens', { id: apiToken.id });
  await lea.data.delete('apiTokens', { id: made.id });
  assert.equal((await lea.data.getList('apiTokens', PAGE)).total, 0);
  program.invalidate();
  await assert.rejects(program.getIdentity(), { status: 401 });

  const nameless = await rejection(lea.data.createApiToken({ name: '' }), UserErrors);
  assert.deepEqual(Object.keys(nameless.body.errors ?? {}), ['name']);
  const twice = await rejection(lea.data.delete('apiTokens', { id: apiToken.id }), UserErrors);
  assert.equal(twice.code, 'NOT_FOUND');
});

test('sessions are listed, and ended one by one', async () => {
  const lea = await someone([]);
  let token: string | null = null;
  const elsewhere = rolecallAuthProvider(connect({ token: () => token }), {
    onToken: secret => {
      token = secret;
    },
  });
  await elsewhere.login({ username: lea.user.email, password: PASSWORD });
  const { data: sessions, total } = await lea.data.getList('sessions', PAGE);
  assert.equal(total, 2);
  assert.deepEqual(sessions.map(({ isCurrent }) => isCurrent).toSorted(), [false, true]);
  const other = sessions.find(({ isCurrent }) => !isCurrent);
  assert.deepEqual((await lea.data.getMany('sessions', { ids: [other.id] })).data, [other]);
  await lea.data.delete('sessions', { id: other.id });
  await assert.rejects(elsewhere.getIdentity(), { status: 401 });
  const again = await rejection(lea.data.delete('sessions', { id: other.id }), UserErrors);
  assert.equal(again.code, 'NOT_FOUND');
});

test('a password is changed with the one up to now, and each fault stands at its field', async () => {
  const lea = await someone([]);
  const newPassword = 'another horse battery staple';
  const wrong = lea.data.changePassword({ currentPassword: 'wrong', newPassword });
  const refused = await rejection(wrong, UserErrors);
  assert.deepEqual(Object.keys(refused.body.errors ?? {}), ['currentPassword']);
  const weak = lea.data.changePassword({ currentPassword: PASSWORD, newPassword: 'short' });
  assert.deepEqual(Object.keys((await rejection(weak, UserErrors)).body.errors ?? {}), [
    'newPassword',
  ]);

  await lea.data.changePassword({ currentPassword: PASSWORD, newPassword });
  await rejection(lea.auth.login({ email: lea.user.email, password: PASSWORD }), UserErrors);
  await lea.auth.login({ email: lea.user.email, password: newPassword });
});

test('failures to sign in are forgotten for a user, an address, or neither', async () => {
  const { id } = await makeUser();
  await data.clearSignInFailures({ userId: id });
  await data.clearSignInFailures({ address: '127.0.0.1' });
  const error = await rejection(data.clearSignInFailures({ address: 'nowhere' }), UserErrors);
  assert.deepEqual(Object.keys(error.body.errors ?? {}), ['address']);
  await rejection(data.clearSignInFailures({}), UserErrors);
});

test('a decision comes with the rules that made it, and the way they came', async () => {
  const role = await makeRole([
    ['cms', 'page', '*'],
    ['cms', 'page', 'delete', 'DENY'],
  ]);
  const group = await makeGroup({ roleIds: [role.id] });
  const { id } = await makeUser({ groupIds: [group.id] });
  const ask = (action: string) =>
    data.access({ userId: id, bundle: 'cms', controller: 'page', action });
  assert.equal((await ask('edit')).reason, 'ALLOWED');
  const denied = await ask('delete');
  assert.deepEqual([denied.allowed, denied.reason], [false, 'DENIED_BY_RULE']);
  const [origin] = denied.decidedBy;
  assert.deepEqual(
    [origin?.rule.permission, origin?.role.name, origin?.group.title],
    ['DENY', role.name, group.title],
  );
  const nobody = data.access({ userId: 'nonsense', bundle: 'a', controller: 'b', action: 'c' });
  assert.equal((await rejection(nobody, RolecallError)).status, 404);
});

test('the viewer may do this and not that; nobody may do anything', async () => {
  const lea = await someone([['cms', 'page', 'edit']]);
  const checks = ['edit', 'view'].map(action => ({ bundle: 'cms', controller: 'page', action }));
  assert.deepEqual(await lea.data.can(checks), [true, false]);
  assert.deepEqual(await rolecallDataProvider(connect()).can(checks), [false, false]);
  assert.deepEqual(await rolecallDataProvider(admin).can(checks), [true, true]);
});

test('everyone changes their own names and language', async () => {
  const lea = await someone([]);
  const id = lea.user.id;
  const { data: before } = await lea.data.getOne('users', { id });
  const change = { firstName: word(), locale: 'de' };
  await lea.data.update('users', { id, data: { ...before, ...change }, previousData: before });
  lea.auth.invalidate();
  const { fullName = '', locale } = await lea.auth.getIdentity();
  assert.deepEqual([fullName.split(' ')[0], locale], [change.firstName, 'de']);
});
