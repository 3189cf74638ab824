// The admin UI as the server delivers it: the task that everything is measured by, under the page's policy.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { BASE, TOKEN } from '../server.mjs';
import { launch, newPage } from './browser.mjs';

const PASSWORD = 'correct horse battery staple';
const RUN = Date.now().toString(36);

let browser, tab, page, roles;
before(async () => {
  browser = await launch();
  roles = [`Editors ${RUN}`, `Readers ${RUN}`];
  for (const name of roles) await create('Role', { name, rules: [rule('cms', 'page', '*')] });
  const { groupByTitle } = await run('{ groupByTitle(title: "Administrators") { id } }');
  await createUser('admin', [groupByTitle.id]);
});
after(() => browser.close());
beforeEach(async () => {
  tab = await newPage(browser);
  page = tab.page;
});
afterEach(() => tab.close());

test('a wrong password is refused with a reason', async () => {
  await signIn('admin', 'not my password at all');
  await page.getByRole('alert').getByText('The e-mail address or the password is wrong').waitFor();
  tab.assertClean();
});

test('Create Group: title and roles, and the Edit Group page opens with a message', async () => {
  await openCreateGroup();
  await title().fill(`Web team ${RUN}`);
  for (const role of roles) await pick(role);
  await save();
  await heading('Edit Group');
  await page.getByText('Group created.').waitFor();
  assert.equal(await title().inputValue(), `Web team ${RUN}`);
  for (const role of roles) await page.getByRole('button', { name: role }).waitFor();
  tab.assertClean();
});

test('a taken title stands at its field, with a link to its holder, and what was typed stays', async () => {
  await openCreateGroup();
  await title().fill(' ADMINISTRATORS');
  await pick(roles[0]);
  await save();
  await page.getByText('A group with this title exists already.').waitFor();
  assert.equal(await title().inputValue(), ' ADMINISTRATORS');
  await page.getByRole('button', { name: roles[0] }).waitFor();
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: 'Open “Administrators”' }).click();
  const holder = await opened;
  await holder.getByRole('heading', { level: 1, name: 'Edit Group' }).waitFor();
  assert.equal(await holder.getByRole('textbox', { name: 'Title' }).inputValue(), 'Administrators');
  tab.assertClean();
});

test('missing and too long: each message at its field', async () => {
  await openCreateGroup();
  await save();
  await page.getByText('Choose at least one role').waitFor();
  assert.equal(await title().getAttribute('aria-invalid'), 'true');
  await pick(roles[0]);
  await title().fill('x'.repeat(300));
  await save();
  await page.getByText('At most 255 characters fit; these are 300.').waitFor();
  tab.assertClean();
});

test('a list shows what others change', async () => {
  await signIn('admin');
  await page.getByRole('menuitem', { name: 'User Groups' }).click();
  await page.getByRole('textbox', { name: 'Search' }).fill(`Live ${RUN}`);
  await page.getByText('Nothing matches the current filters.').waitFor();
  const { roleByName } = await run(`{ roleByName(name: "${roles[0]}") { id } }`);
  await create('Group', { title: `Live ${RUN}`, roleIds: [roleByName.id] });
  await page.getByRole('link', { name: `Live ${RUN}` }).waitFor();
  tab.assertClean();
});

test('two edit one group: the one who comes second decides field by field', async () => {
  const { roleByName } = await run(`{ roleByName(name: "${roles[0]}") { id } }`);
  const group = await create('Group', { title: `Two ${RUN}`, roleIds: [roleByName.id] });
  await signIn('admin');
  await page.goto(`/admin/#/groups/${group.id}`);
  await title().fill(`Mine ${RUN}`);
  const theirs = { id: group.id, title: `Theirs ${RUN}`, description: 'By them' };
  await run('mutation($input: UpdateGroupInput!) { updateGroup(input: $input) { userErrors { message } } }', {
    input: theirs,
  });
  await save();
  await page.getByRole('dialog', { name: 'Somebody else was faster' }).waitFor();
  await page.getByRole('radio', { name: `Yours: Mine ${RUN}` }).check();
  await page.getByRole('button', { name: 'Go on with these' }).click();
  await page.getByText('By them').waitFor();
  assert.equal(await title().inputValue(), `Mine ${RUN}`);
  await save();
  await page.getByText('Group saved').waitFor();
  tab.assertClean();
});

test('a limited administrator sees what they may use, and no more', async () => {
  const rules = [rule('acl', 'group', 'index'), rule('acl', 'role', 'index')];
  const role = await create('Role', { name: `Limited ${RUN}`, rules });
  const group = await create('Group', { title: `Limited ${RUN}`, roleIds: [role.id] });
  await createUser('limited', [group.id]);
  await signIn('limited');
  assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), [
    'Start',
    'User Groups',
    'User Roles',
    'My account',
  ]);
  await page.getByRole('menuitem', { name: 'User Groups' }).click();
  await page.getByRole('link', { name: 'Administrators' }).click();
  await page.getByText('Built in:').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Delete' }).count(), 0);
  await page.goto('/admin/#/groups/create');
  await heading('Access denied');
  tab.assertClean();
});

async function openCreateGroup() {
  await signIn('admin');
  await page.getByRole('menuitem', { name: 'User Groups' }).click();
  await page.getByRole('link', { name: 'Create Group' }).click();
  await heading('Create Group');
}

async function signIn(name, password = PASSWORD) {
  await page.goto('/');
  await page.getByLabel('E-mail address').fill(email(name));
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (password === PASSWORD) await heading(/^Welcome/);
}

async function pick(role) {
  await page.getByRole('combobox', { name: 'Assigned roles' }).fill(role);
  await page.getByRole('option', { name: role }).click();
  await page.keyboard.press('Escape');
}

const email = name => `${name}-${RUN}@example.org`;
const title = () => page.getByRole('textbox', { name: 'Title' });
const save = () => page.getByRole('button', { name: 'Save' }).click();
const heading = name => page.getByRole('heading', { level: 1, name }).waitFor();
const rule = (bundle, controller, action) => ({ bundle, controller, action, permission: 'ALLOW' });

function createUser(name, groupIds) {
  const names = { email: email(name), firstName: name, lastName: 'Tester' };
  return create('User', { ...names, password: PASSWORD, groupIds });
}

/** Makes a role, group or user by the API. */
async function create(type, input) {
  const field = type.toLowerCase();
  const { made } = await run(
    `mutation($input: Create${type}Input!) {
      made: create${type}(input: $input) { ${field} { id } userErrors { message } }
    }`,
    { input },
  );
  assert.deepEqual(made.userErrors, []);
  return made[field];
}

async function run(query, variables) {
  const answer = await fetch(new URL('/graphql', BASE), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  return data;
}
