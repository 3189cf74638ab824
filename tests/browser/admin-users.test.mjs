// Users: in groups and out of them, blocked, deleted and let in again, and what they may do.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  PASSWORD,
  api,
  button,
  chip,
  field,
  groupByTitle,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  message,
  openAs,
  pick,
  save,
  unique,
} from './admin.mjs';

let browser, administrator, role, group, user, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  role = await makeRole(unique('Role'), ['allow shop/order/*', 'deny shop/order/delete']);
});
after(() => browser?.close());
beforeEach(async () => {
  group = await makeGroup(unique('Group'), [role]);
  user = await makeUser({ groups: [group], firstName: 'Grace', lastName: unique('Hopper') });
});
afterEach(() => tab.close());

test('a user is added to a group by search, and taken out again', async () => {
  const other = await makeUser();
  await start(`/groups/${group.id}`);
  await pick(page, 'Users to add', `${other.name} (${other.email})`, other.email);
  await button(page, 'Add to group').click();
  await message(page, '1 user added');
  await page.getByRole('link', { name: other.email }).waitFor();
  assert.equal(await chip(page, 'Users to add', `${other.name} (${other.email})`).count(), 0);
  assert.deepEqual(await members(), [user.email, other.email].sort());

  await button(page, `Remove ${other.name} from the group`).click();
  await message(page, `${other.name} is no longer in the group.`);
  await page.getByRole('link', { name: other.email }).waitFor({ state: 'detached' });
  assert.deepEqual(await members(), [user.email]);
  tab.assertClean();
});

test('the users of a group are searched', async () => {
  const other = await makeUser({ groups: [group] });
  await start(`/groups/${group.id}`);
  await page.getByRole('link', { name: user.email }).waitFor();
  await page.getByRole('textbox', { name: 'Search these users' }).fill(other.email);
  await page.getByRole('link', { name: user.email }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: other.email }).waitFor();
  tab.assertClean();
});

test('a user is made, and can sign in', async () => {
  const email = `${unique('new').replaceAll(' ', '-')}@example.com`;
  await start('/users/create');
  await field(page, 'E-mail address').fill(email);
  await field(page, 'First name').fill('Alan');
  await field(page, 'Last name').fill('Turing');
  await pick(page, 'Groups', group.title);
  await field(page, 'Password').fill(PASSWORD);
  await save(page);
  await message(page, 'User created. They can sign in now.');
  await heading(page, 'Edit User').waitFor();
  assert.equal(await field(page, 'E-mail address').inputValue(), email);
  tab.assertClean();
  await tab.close();
  tab = await openAs(browser, { email, password: PASSWORD }, '/account');
  await heading(tab.page, 'My account').waitFor();
});

test('names and groups of a user are changed', async () => {
  const more = await makeGroup();
  await start(`/users/${user.id}`);
  await holds(field(page, 'First name'), 'Grace');
  await field(page, 'First name').fill('Amazing Grace');
  await pick(page, 'Groups', more.title);
  await save(page);
  await message(page, 'User saved');
  const saved = await asSaved();
  assert.equal(saved.firstName, 'Amazing Grace');
  assert.deepEqual(saved.groups.map(({ id }) => id).sort(), [group.id, more.id].sort());
  tab.assertClean();
});

test('a user is blocked and let in again, after reading what it does', async () => {
  await start(`/users/${user.id}`);
  await button(page, 'Block').click();
  const question = page.getByRole('dialog', { name: `Block ${user.name}?` });
  await question.getByText('signed out at once').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  assert.equal((await asSaved()).status, 'ACTIVE');

  await button(page, 'Block').click();
  await question.getByRole('button', { name: 'Block' }).click();
  await message(page, `${user.name} is blocked.`);
  await message(page, 'This user is blocked');
  assert.equal((await asSaved()).status, 'BLOCKED');

  await button(page, 'Unblock').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click();
  await message(page, `${user.name} can sign in again.`);
  await button(page, 'Block').waitFor();
  assert.equal((await asSaved()).status, 'ACTIVE');
  tab.assertClean();
});

test('a user is deleted, found among the deleted, and restored', async () => {
  await start(`/users/${user.id}`);
  await button(page, 'Delete').click();
  const question = page.getByRole('dialog', { name: `Delete ${user.name}?` });
  await question.getByText('They can be restored').waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await message(page, `${user.name} is deleted.`);
  assert.equal((await asSaved()).status, 'DELETED');

  await page.getByRole('menuitem', { name: 'Users', exact: true }).click();
  await heading(page, 'Users').waitFor();
  await page.getByRole('textbox', { name: 'Search' }).fill(user.email);
  await page.getByText('Nothing matches the current filters.').waitFor();
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Deleted' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: user.email }).click();

  await button(page, 'Restore').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await message(page, `${user.name} is restored.`);
  assert.equal((await asSaved()).status, 'ACTIVE');
  tab.assertClean();
});

test('one cannot block or delete oneself', async () => {
  await start(`/users/${administrator.id}`);
  await holds(field(page, 'E-mail address'), administrator.email);
  assert.equal(await button(page, 'Block').count(), 0);
  assert.equal(await button(page, 'Delete').count(), 0);
  tab.assertClean();
});

test('several users are blocked at once, each with what came of it', async () => {
  const other = await makeUser({ groups: [group] });
  await start(`/users?filter=${encodeURIComponent(JSON.stringify({ groupIds: [group.id] }))}`);
  for (const { email } of [user, other]) {
    await page.getByRole('row', { name: email }).getByRole('checkbox').check();
  }
  await button(page, 'Block').click();
  const question = page.getByRole('dialog', { name: 'Block these 2 users?' });
  await question.getByRole('button', { name: 'Block' }).click();
  await page.getByText('2 of 2 done.').waitFor();
  assert.equal((await asSaved()).status, 'BLOCKED');
  tab.assertClean();
});

const ANSWERS = [
  ['show', 'Yes', 'A rule allows it, and none denies it:', 'shop/order/*'],
  ['delete', 'No', 'A rule denies it.', 'shop/order/delete'],
];
for (const [action, word, reason, rule] of ANSWERS) {
  test(`may this user ${action} an order? ${word}, and by which rule`, async () => {
    await start(`/users/${user.id}`);
    const answer = await ask('shop', 'order', action);
    await answer.getByText(new RegExp(`^${word}, ${user.name} may .*shop/order/${action}\\.$`)).waitFor();
    await answer.getByText(reason).waitFor();
    await answer.getByText(rule, { exact: true }).waitFor();
    await answer.getByRole('link', { name: role.name }).waitFor();
    await answer.getByRole('link', { name: group.title }).waitFor();
    tab.assertClean();
  });
}

test('what no rule speaks of is refused, and so is everything to a blocked user', async () => {
  await start(`/users/${user.id}`);
  let answer = await ask('shop', 'customer', 'show');
  await answer.getByText('No rule speaks of it').waitFor();
  await button(page, 'Block').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await message(page, 'This user is blocked');
  answer = await ask('shop', 'order', 'show');
  await answer.getByText('The user is blocked or deleted, and may do nothing.').waitFor();
  tab.assertClean();
});

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

async function ask(...parts) {
  const section = page.getByRole('region', { name: `May ${user.name} ...?` });
  for (const [at, label] of ['Bundle', 'Controller', 'Action'].entries()) {
    await section.getByRole('textbox', { name: label }).fill(parts[at]);
  }
  await section.getByRole('button', { name: 'Check' }).click();
  return section;
}

const members = async () =>
  (await groupByTitle(group.title)).users.nodes.map(({ email }) => email).sort();

async function asSaved() {
  const answer = await api(
    'query ($id: ID!) { user(id: $id) { status firstName groups { id } } }',
    { id: user.id },
  );
  return answer.user;
}
