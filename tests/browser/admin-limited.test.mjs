// An administrator who may do little: what they may not use is not there, and what they open all the
// same says so.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  api,
  button,
  chip,
  field,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  makeUserWith,
  menu,
  message,
  openAs,
  pick,
  picker,
  save,
  unique,
} from './admin.mjs';

let browser, role, group, tab, page;
before(async () => {
  browser = await launch();
  role = await makeRole(unique('Role'), ['allow shop/order/index']);
  group = await makeGroup(unique('Group'), [role]);
});
after(() => browser?.close());
afterEach(() => tab.close());

test('who may only read groups sees these in the menu, and no way to change them', async () => {
  const filter = encodeURIComponent(JSON.stringify({ search: group.title }));
  await openWith(['allow acl/group/index'], `/groups?filter=${filter}`);
  await page.getByRole('link', { name: group.title }).waitFor();
  assert.deepEqual(await entries(), ['Start', 'User Groups', 'My account']);
  assert.equal(await page.getByRole('link', { name: 'Create Group' }).count(), 0);

  await page.getByRole('link', { name: group.title }).click();
  await heading(page, 'Edit Group').waitFor();
  await holds(field(page, 'Title'), group.title);
  await message(page, 'You may look at this, but not change it.');
  assert.equal(await button(page, 'Save').count(), 0);
  assert.equal(await button(page, 'Delete').count(), 0);
  assert.equal(await page.getByText('Users in this group').count(), 0);
  tab.assertClean();
});

const CLOSED = ['/users', '/users/create', '/groups/create', '/roles', '/roles/create', '/auditEvents'];
for (const path of CLOSED) {
  test(`${path} says that it is not allowed to who may only read groups`, async () => {
    await openWith(['allow acl/group/index'], path);
    await notAllowed();
  });
}

test('a user is not shown to who may not read users', async () => {
  const other = await makeUser({ groups: [group] });
  await openWith(['allow acl/group/index'], `/users/${other.id}`);
  await notAllowed();
  assert.equal(await page.getByText(other.email).count(), 0);
});

test('who may do nothing is led to their own account', async () => {
  await openWith(['allow shop/order/index']);
  assert.deepEqual(await entries(), ['Start', 'My account']);
  await page.getByText('You may look after your own account here').waitFor();
  await menu(page).getByRole('menuitem', { name: 'My account' }).click();
  await heading(page, 'My account').waitFor();
  await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'API tokens' }).count(), 0);
  tab.assertClean();
});

test('who may read everything sees a user without a way to change them', async () => {
  const other = await makeUser({ groups: [group] });
  await openWith(
    ['allow acl/group/index', 'allow acl/role/index', 'allow user/user/index', 'allow audit/event/index'],
    `/users/${other.id}`,
  );
  await holds(field(page, 'E-mail address'), other.email);
  await message(page, 'You may look at this, but not change it.');
  for (const name of ['Save', 'Block', 'Delete']) assert.equal(await button(page, name).count(), 0);
  assert.deepEqual(await entries(), ['Start', 'Users', 'User Groups', 'User Roles', 'Audit', 'My account']);
  tab.assertClean();
});

test('a role with more than one has oneself cannot be picked, and says why', async () => {
  const big = await makeRole(unique('Big'), ['allow */*/*']);
  await openWith(
    ['allow acl/group/index', 'allow acl/role/index', 'allow acl/group/create'],
    '/groups/create',
  );
  await picker(page, 'Assigned roles').fill(big.name);
  const option = page.getByRole('option', { name: `${big.name} – carries access that you lack` });
  await option.waitFor();
  assert.equal(await option.getAttribute('aria-disabled'), 'true');
  await page.keyboard.press('Enter');
  assert.equal(await chip(page, 'Assigned roles', big.name).count(), 0);
  tab.assertClean();
});

test('a role that got more than one has oneself meanwhile is refused in words, at the roles', async () => {
  const title = unique('Too much');
  const growing = await makeRole(unique('Growing'), ['allow shop/order/index']);
  await openWith(
    [
      'allow acl/group/index',
      'allow acl/role/index',
      'allow acl/group/create',
      'allow shop/order/index',
    ],
    '/groups/create',
  );
  await field(page, 'Title').fill(title);
  await pick(page, 'Assigned roles', growing.name);
  await api(
    `mutation ($id: ID!) {
      updateRole(input: {
        id: $id, addRules: [{ bundle: "*", controller: "*", action: "*", permission: ALLOW }]
      }) { userErrors { code path message } }
    }`,
    growing,
  );
  await save(page);
  await page
    .getByText(/This carries access that you lack, for example .*You can only hand out/)
    .waitFor();
  const roles = picker(page, 'Assigned roles');
  assert.equal(await roles.getAttribute('aria-invalid'), 'true');
  assert.equal(await field(page, 'Title').inputValue(), title);
  tab.assertClean();
});

test('the built-in role and group cannot be changed by an administrator either', async () => {
  const administrator = await makeUser();
  tab = await openAs(browser, administrator, '/roles');
  page = tab.page;
  await page.getByRole('textbox', { name: 'Search' }).fill('Administrator');
  await page.waitForURL(url => url.hash.includes('Administrator'));
  const row = page.getByRole('row', { name: /Administrator\b.*Built in/ });
  await row.getByRole('link').click();
  await holds(field(page, 'Name'), 'Administrator');
  await message(page, 'Built in: what administrators lean on cannot be changed or deleted.');
  assert.equal(await button(page, 'Save').count(), 0);
  assert.equal(await button(page, 'Delete').count(), 0);
  tab.assertClean();
});

async function openWith(rules, path) {
  tab = await openAs(browser, await makeUserWith(rules), path);
  page = tab.page;
}

async function notAllowed() {
  await heading(page, 'Access denied').waitFor();
  await page.getByText("You don't have the right permissions to access this page").waitFor();
}

const entries = async () => (await menu(page).getByRole('menuitem').allTextContents()).map(text => text.trim());
