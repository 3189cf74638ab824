// Changes of many have a result for each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BulkError,
  RolecallError,
  StaleVersionError,
  UserErrors,
  rolecallDataProvider,
} from '../src/index.js';
import { connect, data, makeGroup, makeRole, makeUser, rejection, word } from './world.js';

test('many are deleted at once', async () => {
  const ids = await Promise.all(Array.from({ length: 7 }, async () => (await makeRole()).id));
  assert.deepEqual(await data.deleteMany('roles', { ids }), { data: ids });
  assert.deepEqual((await data.getMany('roles', { ids })).data, []);
});

test('of those that fail, each says why, and the others are done', async () => {
  const [free, alsoFree] = [await makeRole(), await makeRole()];
  const [used = ''] = (await makeGroup()).roleIds ?? [];
  const ids = [free.id, used, 'nonsense', alsoFree.id];
  const error = await rejection(data.deleteMany('roles', { ids }), BulkError);
  assert.deepEqual(error.succeeded, [free.id, alsoFree.id]);
  assert.deepEqual(
    error.failed.map(({ id, error: { code } }) => [id, code]),
    [
      [used, 'IN_USE'],
      ['nonsense', 'NOT_FOUND'],
    ],
  );
  assert.match(error.message, /^2 of 4 failed\. /);
  assert.equal(error.status, 422);
  assert.deepEqual(
    (await data.getMany('roles', { ids })).data.map(({ id }) => id),
    [used],
  );
});

test('one alone that fails says why as if it were not one of many', async () => {
  const [used = ''] = (await makeGroup()).roleIds ?? [];
  const error = await rejection(data.deleteMany('roles', { ids: [used] }), UserErrors);
  assert.equal(error.code, 'IN_USE');
});

test('groups with users go with force only', async () => {
  const groups = await Promise.all([makeGroup(), makeGroup()]);
  await Promise.all(groups.map(({ id }) => makeUser({ groupIds: [id] })));
  const ids = groups.map(({ id }) => id);
  const error = await rejection(data.deleteMany('groups', { ids }), BulkError);
  assert.deepEqual(
    error.failed.map(({ error: { code } }) => code),
    ['IN_USE', 'IN_USE'],
  );
  await data.deleteMany('groups', { ids: ids.slice(1), meta: { force: true } });
  const [one = ''] = ids;
  assert.deepEqual(await data.delete('groups', { id: one, meta: { force: true } }), {
    data: { id: one },
  });
});

test('many users get one status, and many groups one more role', async () => {
  const users = await Promise.all([makeUser(), makeUser()]);
  const ids = users.map(({ id }) => id);
  await data.updateMany('users', { ids, data: { status: 'BLOCKED' } });
  const { data: after } = await data.getMany('users', { ids });
  assert.deepEqual(
    after.map(({ status }) => status),
    ['BLOCKED', 'BLOCKED'],
  );

  const role = await makeRole();
  const groups = await Promise.all([makeGroup(), makeGroup()]);
  const groupIds = groups.map(({ id }) => id);
  await data.updateMany('groups', { ids: groupIds, data: { addRoleIds: [role.id] } });
  const withRole = (await data.getMany('groups', { ids: groupIds })).data;
  assert.ok(withRole.every(({ roleIds }) => roleIds.length === 2 && roleIds.includes(role.id)));
  await data.updateMany('groups', { ids: groupIds, data: { roleIds: [role.id] } });
  const replaced = (await data.getMany('groups', { ids: groupIds })).data;
  assert.ok(replaced.every(({ roleIds }) => roleIds.length === 1));
});

test('a failure that nobody can mend stops the rest', async () => {
  let requests = 0;
  const provider = rolecallDataProvider(
    connect({
      token: 'rolecall_nobody',
      fetch: (...request) => {
        requests += 1;
        return fetch(...request);
      },
    }),
  );
  const ids = Array.from({ length: 50 }, word);
  const error = await rejection(provider.deleteMany('roles', { ids }), BulkError);
  assert.equal(error.status, 401);
  assert.equal(error.failed.length, 50);
  assert.ok(error.failed.every(({ error: reason }) => reason instanceof RolecallError));
  assert.ok(requests < 10, `${requests} requests`);
});

test('what changed since a deletion was decided for stays, when its version is told', async () => {
  const group = await makeGroup();
  await data.update('groups', { id: group.id, data: { title: word() }, previousData: group });
  const meta = { expectedVersion: group.version };
  const { id } = group;
  const stale = await rejection(data.delete('groups', { id, meta }), StaleVersionError);
  assert.equal(stale.current?.version, group.version + 1);
  await data.delete('groups', { id, meta: { expectedVersion: stale.currentVersion } });

  const role = await makeRole();
  const roleMeta = { expectedVersion: role.version + 1 };
  await rejection(data.delete('roles', { id: role.id, meta: roleMeta }), StaleVersionError);
});
