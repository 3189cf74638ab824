// Lists by filter and order, records by id, and what belongs to something else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RolecallError, rolecallDataProvider } from '../src/index.js';
import { TOKEN, connect, data, makeGroup, makeRole, makeUser, rejection, someone, word } from './world.js';

const PAGE = { pagination: { page: 1, perPage: 10 } };
const UNSORTED = { sort: { field: 'id', order: 'ASC' as const } };

test('users are found by what they are called, their groups and their status', async () => {
  const name = word();
  const group = await makeGroup();
  const ada = await makeUser({ lastName: `${name} A`, groupIds: [group.id] });
  const bob = await makeUser({ lastName: `${name} B` });
  await data.setStatus({ id: bob.id, status: 'BLOCKED' });
  const ids = async (filter: object, sort = { field: 'lastName', order: 'DESC' as const }) => {
    const found = await data.getList('users', { ...PAGE, sort, filter });
    assert.equal(found.total, found.data.length);
    return found.data.map(({ id }) => id);
  };
  assert.deepEqual(await ids({ q: name }), [bob.id, ada.id]);
  assert.deepEqual(await ids({ search: name.toUpperCase(), groupIds: group.id }), [ada.id]);
  assert.deepEqual(await ids({ q: name, statuses: 'BLOCKED' }), [bob.id]);
  assert.deepEqual(await ids({ q: name, statuses: [], groupIds: null, search: '' }), [
    bob.id,
    ada.id,
  ]);
  assert.deepEqual(await ids({ q: name, neverSignedIn: true, ids: [ada.id] }), [ada.id]);
});

test('every order of every resource is one of the API', async () => {
  const orders = {
    users: ['id', 'email', 'firstName', 'lastName', 'status', 'lastSignInAt', 'createdAt'],
    groups: ['id', 'title', 'createdAt', 'updatedAt', 'userCount'],
    roles: ['id', 'name', 'createdAt', 'updatedAt'],
    auditEvents: ['id', 'at'],
    apiTokens: ['id', 'name', 'createdAt', 'expiresAt', 'lastUsedAt'],
  };
  for (const [resource, fields] of Object.entries(orders)) {
    for (const field of fields) {
      for (const order of ['ASC', 'DESC'] as const) {
        const { total = 0 } = await data.getList(resource, { ...PAGE, sort: { field, order } });
        assert.ok(total > 0, `${resource} by ${field}`);
      }
    }
  }
});

test('an unknown filter, order, resource or method is refused with a reason', async () => {
  const by = async (promise: Promise<unknown>) => (await rejection(promise, RolecallError)).message;
  assert.match(
    await by(data.getList('users', { filter: { name: 'x' } })),
    /no filter called name.*search/,
  );
  const sort = { field: 'roles', order: 'ASC' as const };
  assert.match(await by(data.getList('groups', { sort })), /no order called roles.*title/);
  assert.match(await by(data.getList('posts', {})), /no resource called posts/);
  for (const refused of [
    data.create('auditEvents', { data: {} }),
    data.validate('sessions', { data: {} }),
  ]) {
    const { status, message } = await rejection(refused, RolecallError);
    assert.equal(status, 405);
    assert.match(message, /^There is no (create|validate) for /);
  }
});

test('one by id, and 404 for what is not there', async () => {
  const made = { users: await makeUser(), groups: await makeGroup(), roles: await makeRole() };
  for (const [resource, record] of Object.entries(made)) {
    assert.deepEqual((await data.getOne(resource, { id: record.id })).data, record);
    const error = await rejection(data.getOne(resource, { id: 'nonsense' }), RolecallError);
    assert.deepEqual([error.status, error.code], [404, 'NOT_FOUND']);
    const translated = rolecallDataProvider(connect({ token: TOKEN, translate: key => key }));
    const spoken = await rejection(translated.getOne(resource, { id: 'nonsense' }), RolecallError);
    assert.equal(spoken.message, 'rolecall.errors.NOT_FOUND');
  }
});

test('many by id, more than the API gives at once, without those that are gone', async () => {
  const ids = await Promise.all(Array.from({ length: 150 }, async () => (await makeRole()).id));
  const { data: found } = await data.getMany('roles', { ids: [...ids, 'nonsense'] });
  assert.deepEqual(
    found.map(({ id }) => id),
    ids,
  );
});

test('users of a group with a search, groups of a role, groups of a user', async () => {
  const name = word();
  const role = await makeRole();
  const group = await makeGroup({ roleIds: [role.id] });
  const ada = await makeUser({ firstName: name, groupIds: [group.id] });
  await makeUser({ groupIds: [group.id] });
  const of = async (resource: string, target: string, id: string, filter = {}) => {
    const params = { target, id, filter, ...PAGE, ...UNSORTED };
    const { data: found, total } = await data.getManyReference(resource, params);
    assert.equal(total, found.length);
    return found.map(record => record.id);
  };
  assert.equal((await of('users', 'groupIds', group.id)).length, 2);
  assert.deepEqual(await of('users', 'groupIds', group.id, { q: name }), [ada.id]);
  assert.deepEqual(await of('groups', 'roleIds', role.id), [group.id]);
  assert.deepEqual(await of('groups', 'userIds', ada.id), [group.id]);
  assert.deepEqual(await of('roles', 'groupIds', group.id), [role.id]);
  assert.equal((await of('auditEvents', 'subjectIds', ada.id)).length, 1);
});

test('the audit trail by action, subject and day, from either end', async () => {
  const group = await makeGroup();
  await data.update('groups', { id: group.id, data: { title: word() }, previousData: group });
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map(part => String(part).padStart(2, '0'))
    .join('-');
  const actions = async (filter: object, order: 'ASC' | 'DESC') => {
    const params = {
      ...PAGE,
      sort: { field: 'at', order },
      filter: { subjectIds: group.id, ...filter },
    };
    return (await data.getList('auditEvents', params)).data.map(({ action }) => action);
  };
  const both = ['group.created', 'group.updated'];
  assert.deepEqual(await actions({ since: today, until: today }, 'ASC'), both);
  assert.deepEqual(await actions({}, 'DESC'), both.toReversed());
  assert.deepEqual(await actions({ actions: 'group.created' }, 'DESC'), ['group.created']);
  assert.deepEqual(await actions({ until: new Date(0) }, 'DESC'), []);
  const [event] = (await data.getList('auditEvents', { ...PAGE, filter: { subjectIds: group.id } }))
    .data;
  assert.deepEqual((await data.getOne('auditEvents', { id: event.id })).data, event);
});

test('what the viewer may not see of a record is null, and the rest is there', async () => {
  const lea = await someone([['user', 'user', 'index']]);
  const user = await makeUser();
  const { data: seen } = await lea.data.getOne('users', { id: user.id });
  assert.equal(seen.email, user.email);
  assert.equal(seen.groups, null);
  assert.equal('groupIds' in seen, false);
});
