// Each failure of the API stands at its field, and keeps what its type tells.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type UserError,
  StaleVersionError,
  UserErrors,
  rolecallAuthProvider,
  rolecallDataProvider,
} from '../src/index.js';
import {
  PASSWORD,
  TOKEN,
  connect,
  data,
  makeGroup,
  makeRole,
  makeUser,
  rejection,
  someone,
  word,
} from './world.js';

test('a taken title stands at the title and names the group that has it', async () => {
  const { id, title, roleIds } = await makeGroup();
  const again = { title: ` ${title.toUpperCase()} `, roleIds };
  const error = await rejection(data.create('groups', { data: again }), UserErrors);
  assert.equal(error.status, 422);
  assert.equal(error.code, 'TAKEN');
  assert.deepEqual(error.body.errors, { title: 'A group with this title exists already.' });
  assert.equal(error.message, 'A group with this title exists already.');
  assert.deepEqual(only(error, 'TitleTakenError').existingGroup, { id, title });
});

test('a taken name of a role and a taken e-mail name who has them', async () => {
  const role = await makeRole();
  const named = await rejection(data.create('roles', { data: { name: role.name } }), UserErrors);
  assert.deepEqual(only(named, 'NameTakenError').existingRole, { id: role.id, name: role.name });
  assert.deepEqual(Object.keys(named.body.errors ?? {}), ['name']);

  const { id, email, groupIds } = await makeUser();
  const values = { email, firstName: 'B', lastName: 'C', password: PASSWORD, groupIds };
  const mailed = await rejection(data.create('users', { data: values }), UserErrors);
  assert.equal(only(mailed, 'EmailTakenError').existingUser?.id, id);
  assert.deepEqual(Object.keys(mailed.body.errors ?? {}), ['email']);
});

test('an empty form is answered with a message at every field', async () => {
  const group = await rejection(data.create('groups', { data: {} }), UserErrors);
  assert.deepEqual(codes(group), ['roleIds TOO_FEW_ITEMS', 'title BLANK']);
  assert.deepEqual(Object.keys(group.body.errors ?? {}).sort(), ['roleIds', 'title']);

  const user = await rejection(data.create('users', { data: {} }), UserErrors);
  assert.deepEqual(Object.keys(user.body.errors ?? {}).sort(), [
    'email',
    'firstName',
    'groupIds',
    'lastName',
    'password',
  ]);
});

test('diffTexts too long, too short, too weak or malformed tell their measures', async () => {
  const long = { title: 'x'.repeat(256), roleIds: [(await makeRole()).id] };
  const tooLong = await rejection(data.create('groups', { data: long }), UserErrors);
  const { code, actual, max } = only(tooLong, 'StringConstraintError');
  assert.deepEqual({ code, actual, max }, { code: 'TOO_LONG', actual: 256, max: 255 });

  const { id, version } = await makeUser();
  const refused = async (password: string) => {
    const update = { id, data: { password }, previousData: { id, version } };
    return codes(await rejection(data.update('users', update), UserErrors));
  };
  assert.deepEqual(await refused('short'), ['password TOO_SHORT']);
  assert.deepEqual(await refused('passwordpassword'), ['password TOO_WEAK']);
  const mail = { id, data: { email: 'nowhere' }, previousData: { id, version } };
  const malformed = await rejection(data.update('users', mail), UserErrors);
  assert.deepEqual(codes(malformed), ['email INVALID_FORMAT']);
});

test('faults of new rules stand at the rows of the form', async () => {
  const rules = [
    { bundle: '', controller: 'a b', action: '*', permission: 'ALLOW' },
    { bundle: 'cms', controller: 'page', action: 'edit', permission: 'ALLOW' },
    { bundle: 'cms', controller: 'page', action: 'edit', permission: 'ALLOW' },
  ];
  const error = await rejection(
    data.create('roles', { data: { name: word(), rules } }),
    UserErrors,
  );
  const { errors } = error.body as { errors: { rules: Record<number, Record<string, string>> } };
  assert.equal(errors.rules[0]?.bundle, 'This must not be blank.');
  assert.match(errors.rules[0]?.controller ?? '', /patterns such as sal\* do not exist/);
  assert.deepEqual(errors.rules[2], { bundle: 'The same item stands here more than once.' });
});

test('faults of added rules stand at the rows of the form, not of the difference', async () => {
  const previousData = await makeRole([
    ['cms', 'page', 'edit'],
    ['cms', 'page', 'view'],
  ]);
  const [first, second] = previousData.rules;
  const edited = { ...second, action: 'v i e w' };
  const change = { id: previousData.id, data: { rules: [first, edited, first] }, previousData };
  const error = await rejection(data.update('roles', change), UserErrors);
  const rows = error.body.errors?.rules as Record<number, Record<string, string>>;
  assert.deepEqual(Object.keys(rows), ['1', '2']);
  assert.deepEqual(Object.keys(rows[1] ?? {}), ['action']);
  assert.equal(only(error, 'DuplicateItemsError').code, 'DUPLICATE_ITEM');
});

test('a rule without a permission is blank there, and nothing is asked', async () => {
  const rules = [{ bundle: 'a', controller: 'b', action: 'c' }];
  const error = await rejection(
    data.create('roles', { data: { name: word(), rules } }),
    UserErrors,
  );
  assert.deepEqual(Object.keys(error.body.errors ?? {}), ['rules']);
  assert.deepEqual(codes(error), ['permission BLANK']);
});

test('bad ids of an added membership stand at the field of the form', async () => {
  const group = await makeGroup();
  const { id: wrong } = await makeUser();
  const change = { roleIds: [...(group.roleIds ?? []), 'nonsense', wrong] };
  const update = { id: group.id, data: change, previousData: group };
  const error = await rejection(data.update('groups', update), UserErrors);
  assert.deepEqual(Object.keys(error.body.errors ?? {}), ['roleIds']);
  const found = error.userErrors.filter(it => it.__typename === 'NodesNotFoundError');
  assert.deepEqual(
    found.map(it => [it.code, it.expectedType, ...it.affectedIds]),
    [
      ['NOT_FOUND', 'Role', 'nonsense'],
      ['WRONG_TYPE', 'Role', wrong],
    ],
  );
});

test('the last role of a group is not taken away, and the form shows it', async () => {
  const group = await makeGroup();
  const update = { id: group.id, data: { roleIds: [] }, previousData: group };
  const error = await rejection(data.update('groups', update), UserErrors);
  assert.deepEqual(Object.keys(error.body.errors ?? {}), ['roleIds']);
  assert.deepEqual([only(error, 'ListSizeError').code], ['TOO_FEW_ITEMS']);
});

test('what is both added and removed contradicts itself', async () => {
  const group = await makeGroup();
  const { id } = await makeUser();
  const change = { addUserIds: [id], removeUserIds: [id] };
  const update = { id: group.id, data: change, previousData: group };
  const error = await rejection(data.update('groups', update), UserErrors);
  assert.deepEqual(only(error, 'DuplicateItemsError').code, 'CONTRADICTORY_ITEM');
  assert.deepEqual(only(error, 'DuplicateItemsError').affectedIds, [id]);
});

test('access that one lacks is out of scope, with an example', async () => {
  const lea = await someone([
    ['acl', '*', '*'],
    ['cms', 'page', 'edit'],
  ]);
  const mighty = await makeRole([['cms', 'page', '*']]);
  const group = { title: word(), roleIds: [mighty.id] };
  const error = await rejection(lea.data.create('groups', { data: group }), UserErrors);
  const { affectedIds, example } = only(error, 'OutOfScopeError');
  assert.deepEqual({ affectedIds, example }, { affectedIds: [mighty.id], example: 'cms/page/*' });
  assert.deepEqual(Object.keys(error.body.errors ?? {}), ['roleIds']);
});

test('what is protected or in use says what it is and by how many', async () => {
  const self = await rejection(data.delete('users', { id: await adminId() }), UserErrors);
  assert.equal(only(self, 'ProtectedError').code, 'PROTECTED');
  assert.deepEqual(Object.keys(self.body.errors ?? {}), ['root']);

  const group = await makeGroup();
  const [roleId = ''] = group.roleIds ?? [];
  const used = await rejection(data.delete('roles', { id: roleId }), UserErrors);
  const { code, usedBy } = only(used, 'ProtectedError');
  assert.deepEqual({ code, usedBy }, { code: 'IN_USE', usedBy: 1 });
});

test('nobody locks everyone out', async () => {
  const deny = await makeRole([['acl', '*', '*', 'DENY']]);
  const admins = (await data.getList('groups', { filter: { q: 'Administrators' } })).data[0];
  const update = {
    id: admins.id,
    data: { roleIds: [...admins.roleIds, deny.id] },
    previousData: admins,
  };
  const error = await rejection(data.update('groups', update), UserErrors);
  assert.equal(
    error.userErrors.some(it => it.__typename === 'LockoutError'),
    true,
  );
});

test('a stale version tells the record as it is now', async () => {
  const group = await makeGroup();
  const title = word();
  await data.update('groups', { id: group.id, data: { title }, previousData: group });
  const late = { id: group.id, data: { title: word() }, previousData: group };
  const error = await rejection(data.update('groups', late), StaleVersionError);
  assert.equal(error.expectedVersion, group.version);
  assert.equal(error.currentVersion, group.version + 1);
  const { current } = error;
  assert.ok(current?.__typename === 'Group');
  assert.deepEqual([current.title, current.roleIds], [title, group.roleIds]);
  assert.ok(error.body.errors?.root);

  // Whoever decides to, overwrites it: for what there is now, or whatever there is.
  for (const expectedVersion of [error.currentVersion, null]) {
    const anyway = { ...late, data: { title: word() }, meta: { expectedVersion } };
    assert.equal((await data.update('groups', anyway)).data.title, anyway.data.title);
  }
});

test('wrong credentials and too many of them say when the next attempt counts', async () => {
  const { email } = await makeUser();
  const auth = rolecallAuthProvider(connect());
  const wrong = await rejection(auth.login({ email, password: 'wrong' }), UserErrors);
  assert.equal(wrong.code, 'INVALID_CREDENTIALS');
  assert.equal(wrong.retryAfterSeconds, null);

  const attempts = Array.from({ length: 12 }, () => auth.login({ email, password: 'wrong' }));
  const outcomes = await Promise.allSettled(attempts);
  const reasons = outcomes.map(it => (it.status === 'rejected' ? it.reason : null) as UserErrors);
  const limited = reasons.find(({ code }) => code === 'RATE_LIMITED');
  assert.ok(limited && (limited.retryAfterSeconds ?? 0) > 0);
  assert.ok(limited.body.errors?.root);

  const { id } = (await data.getList('users', { filter: { q: email } })).data[0];
  await data.clearSignInFailures({ userId: id, address: '127.0.0.1' });
  await auth.login({ email, password: PASSWORD });
});

test('messages may be translated by code, with what the failure tells', async () => {
  const asked: unknown[] = [];
  const client = connect({
    token: TOKEN,
    translate: (key, params) => {
      asked.push([key, params.max, params.field, params.type]);
      return `Höchstens ${params.max} Zeichen.`;
    },
  });
  const title = 'x'.repeat(256);
  const roleIds = [(await makeRole()).id];
  const german = rolecallDataProvider(client);
  const error = await rejection(german.create('groups', { data: { title, roleIds } }), UserErrors);
  assert.deepEqual(asked, [['rolecall.errors.TOO_LONG', 255, 'title', 'StringConstraintError']]);
  assert.deepEqual(error.body.errors, { title: 'Höchstens 255 Zeichen.' });
});

test('validating tells the same failures and writes nothing', async () => {
  const group = await makeGroup();
  const taken = await data.validate('groups', { data: { title: group.title } });
  assert.deepEqual(Object.keys(taken?.body.errors ?? {}).sort(), ['roleIds', 'title']);

  const fine = { title: word(), roleIds: group.roleIds };
  assert.equal(await data.validate('groups', { data: fine }), null);
  assert.equal(await data.validate('groups', { data: fine, previousData: group }), null);
  assert.equal((await data.getOne('groups', { id: group.id })).data.title, group.title);

  const blank = await data.validate('groups', { data: { title: '' }, previousData: group });
  assert.deepEqual(Object.keys(blank?.body.errors ?? {}), ['title']);
  assert.deepEqual(Object.keys((await data.validate('roles', { data: {} }))?.body.errors ?? {}), [
    'name',
  ]);
  const user = await makeUser();
  const renamed = { data: { firstName: 'Eva' }, previousData: user };
  assert.equal(await data.validate('users', renamed), null);
});

function only<Type extends UserError['__typename']>(
  { userErrors }: UserErrors,
  type: Type,
): Extract<UserError, { __typename: Type }> {
  const found = userErrors.filter(
    (error): error is Extract<UserError, { __typename: Type }> => error.__typename === type,
  );
  const [first] = found;
  assert.ok(first, `no ${type} among ${JSON.stringify(userErrors)}`);
  return first;
}

function codes({ userErrors }: UserErrors): string[] {
  return userErrors.map(({ path, code }) => `${path.at(-1)} ${code}`);
}

async function adminId(): Promise<string> {
  const { data: found } = await data.getList('users', { filter: { q: 'admin@rolecall.local' } });
  return found[0].id;
}
