// Updates are what changed, so that people who edit the same thing at once both get what they want.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StaleVersionError, UserErrors, rolecallDataProvider } from '../src/index.js';
import { TOKEN, connect, data, makeGroup, makeRole, makeUser, rejection, word } from './world.js';

/** A provider that notes the inputs it sends. */
function watched() {
  const inputs: Record<string, unknown>[] = [];
  const client = connect({
    token: TOKEN,
    fetch: (url, init) => {
      const { query, variables } = JSON.parse(String(init?.body));
      if (/^mutation/.test(query)) inputs.push(variables.input);
      return fetch(url, init);
    },
  });
  return { inputs, provider: rolecallDataProvider(client) };
}

test('nothing changed is nothing sent', async () => {
  const { inputs, provider } = watched();
  const group = await makeGroup({ description: 'one' });
  const same = { ...group, roleIds: [...(group.roleIds ?? [])], description: 'one' };
  const { data: after } = await provider.update('groups', {
    id: group.id,
    data: same,
    previousData: group,
  });
  assert.deepEqual(after, group);

  const role = await makeRole([['a', 'b', 'c']]);
  await provider.update('roles', { id: role.id, data: role, previousData: role });
  const user = await makeUser();
  await provider.update('users', { id: user.id, data: user, previousData: user });
  assert.deepEqual(inputs, []);
});

test('own fields go with the version they were seen at, diffIds without', async () => {
  const { inputs, provider } = watched();
  const group = await makeGroup();
  const { id, version } = group;
  const role = await makeRole();
  const roleIds = [...(group.roleIds ?? []), role.id];
  await provider.update('groups', { id, data: { ...group, roleIds }, previousData: group });
  const seen = (await provider.getOne('groups', { id })).data;
  const title = word();
  await provider.update('groups', { id, data: { ...seen, title }, previousData: seen });
  assert.deepEqual(inputs, [
    { id, addRoleIds: [role.id] },
    { id, title, expectedVersion: version + 1 },
  ]);
});

test('two editors of the roles of one group both succeed', async () => {
  const [kept, removed, added] = [await makeRole(), await makeRole(), await makeRole()];
  const seen = await makeGroup({ roleIds: [kept.id, removed.id] });
  const edit = (roleIds: string[]) =>
    data.update('groups', { id: seen.id, data: { ...seen, roleIds }, previousData: seen });
  await Promise.all([edit([kept.id, removed.id, added.id]), edit([kept.id])]);
  const { roleIds } = (await data.getOne('groups', { id: seen.id })).data;
  assert.deepEqual(roleIds.toSorted(), [kept.id, added.id].toSorted());
});

test('two editors of the rules of one role both succeed, and kept rules keep their ids', async () => {
  const seen = await makeRole([
    ['a', 'b', 'one'],
    ['a', 'b', 'two'],
  ]);
  const [one, two] = seen.rules;
  const edit = (rules: unknown[]) =>
    data.update('roles', { id: seen.id, data: { ...seen, rules }, previousData: seen });
  const three = { bundle: 'a', controller: 'b', action: 'three', permission: 'DENY' };
  await Promise.all([edit([one, two, three]), edit([two])]);
  const { rules } = (await data.getOne('roles', { id: seen.id })).data;
  assert.deepEqual(
    rules.map((rule: { action: string; permission: string }) => [rule.action, rule.permission]),
    [
      ['three', 'DENY'],
      ['two', 'ALLOW'],
    ],
  );
  assert.equal(rules[1].id, two?.id);
});

test('who removes or adds a rule that another did is told at the rules', async () => {
  const seen = await makeRole([
    ['a', 'b', 'one'],
    ['a', 'b', 'two'],
  ]);
  const edit = (rules: unknown[]) =>
    data.update('roles', { id: seen.id, data: { rules }, previousData: seen });
  const three = { bundle: 'a', controller: 'b', action: 'three', permission: 'ALLOW' };
  await edit([seen.rules[0], three]);
  const gone = await rejection(edit([seen.rules[0]]), UserErrors);
  assert.deepEqual(gone.body.errors, { rules: { root: 'There is no such rule.' } });
  const there = await rejection(edit([...seen.rules, three]), UserErrors);
  const rows = there.body.errors?.rules as Record<number, Record<string, string>>;
  assert.deepEqual([there.code, Object.keys(rows)], ['DUPLICATE_ITEM', ['2']]);
});

test('an edited rule goes and comes, and rules that trade places do not', async () => {
  const { inputs, provider } = watched();
  const role = await makeRole([
    ['a', 'b', 'one'],
    ['a', 'b', 'two'],
  ]);
  const [one, two] = role.rules;
  const edit = (rules: unknown[]) =>
    provider.update('roles', { id: role.id, data: { rules }, previousData: role });
  await edit([two, one]);
  await edit([one, { ...two, permission: 'DENY' }]);
  const changed = { bundle: 'a', controller: 'b', action: 'two', permission: 'DENY' };
  assert.deepEqual(inputs, [{ id: role.id, addRules: [changed], removeRuleIds: [two?.id] }]);
});

test('users join and leave groups from either side', async () => {
  const [here, there] = [await makeGroup(), await makeGroup()];
  const user = await makeUser({ groupIds: [here.id] });
  const moved = { id: user.id, data: { groupIds: [there.id] }, previousData: user };
  assert.deepEqual((await data.update('users', moved)).data.groupIds, [there.id]);

  await data.update('groups', { id: here.id, data: { addUserIds: [user.id] }, previousData: here });
  const both = (await data.getOne('users', { id: user.id })).data.groupIds;
  assert.deepEqual(both.toSorted(), [here.id, there.id].toSorted());
  const leave = { id: here.id, data: { removeUserIds: [user.id] }, previousData: here };
  assert.equal((await data.update('groups', leave)).data.userCount, 0);
});

test('members that a form loaded itself are compared as well', async () => {
  const [one, two] = [await makeUser(), await makeUser()];
  const group = await makeGroup({ userIds: [one.id] });
  const previousData = { ...group, userIds: [one.id] };
  const update = { id: group.id, data: { userIds: [two.id] }, previousData };
  await data.update('groups', update);
  const reference = { target: 'groupIds', id: group.id, filter: {}, ...FIRST };
  const members = (await data.getManyReference('users', reference)).data;
  assert.deepEqual(
    members.map(({ id }: { id: string }) => id),
    [two.id],
  );
});

test('a form from before a change of the record is stale, even for diffIds', async () => {
  const { provider } = watched();
  const seen = await makeGroup();
  const role = await makeRole();
  await data.update('groups', { id: seen.id, data: { title: word() }, previousData: seen });
  const now = (await data.getOne('groups', { id: seen.id })).data;
  const form = { ...seen, roleIds: [...(seen.roleIds ?? []), role.id] };
  const update = provider.update('groups', { id: seen.id, data: form, previousData: now });
  await rejection(update, StaleVersionError);
});

test('a description is taken away by an empty input, and a title is not', async () => {
  const group = await makeGroup({ description: 'one' });
  const update = { id: group.id, data: { description: null }, previousData: group };
  assert.equal((await data.update('groups', update)).data.description, null);
});

test('a status among the changes of a user is set after them', async () => {
  const user = await makeUser();
  const change = { firstName: 'Eva', status: 'BLOCKED' };
  const { data: after } = await data.update('users', {
    id: user.id,
    data: { ...user, ...change },
    previousData: user,
  });
  assert.deepEqual([after.firstName, after.status], ['Eva', 'BLOCKED']);
});

test('users are blocked, unblocked, deleted and restored', async () => {
  const { id, version } = await makeUser();
  for (const status of ['BLOCKED', 'ACTIVE'] as const) {
    assert.equal((await data.setStatus({ id, status })).data.status, status);
  }
  const previousData = (await data.getOne('users', { id })).data;
  assert.deepEqual(await data.delete('users', { id, previousData }), { data: previousData });
  assert.equal((await data.getOne('users', { id })).data.status, 'DELETED');
  assert.equal((await data.setStatus({ id, status: 'ACTIVE' })).data.status, 'ACTIVE');
  const stale = data.setStatus({ id, status: 'BLOCKED', meta: { expectedVersion: version } });
  await rejection(stale, StaleVersionError);
});

const FIRST = {
  pagination: { page: 1, perPage: 10 },
  sort: { field: 'id', order: 'ASC' as const },
};
