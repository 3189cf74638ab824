// What can be wrong with a form: each failure stands at its field, in words, and nothing typed is lost.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  PASSWORD,
  button,
  chip,
  fails,
  field,
  fillRule,
  groupByTitle,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  message,
  openAs,
  part,
  pick,
  picker,
  rule,
  save,
  unique,
} from './admin.mjs';

let browser, administrator, role, group, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  role = await makeRole();
  group = await makeGroup(unique('Taken'), [role]);
});
after(() => browser?.close());
afterEach(() => tab.close());

test('a taken title, however it is spelt, with the way to the group that holds it', async () => {
  await start('/groups/create');
  await field(page, 'Title').fill(`  ${group.title.toUpperCase()} `);
  await field(page, 'Description').fill('For the night');
  await pick(page, 'Assigned roles', role.name);
  await save(page);

  await fails(field(page, 'Title'), 'A group with this title exists already.');
  await page.getByRole('link', { name: `Open “${group.title}”` }).waitFor();
  assert.match(await field(page, 'Title').inputValue(), new RegExp(group.title, 'i'));
  assert.equal(await field(page, 'Description').inputValue(), 'For the night');
  await chip(page, 'Assigned roles', role.name).waitFor();

  // Beside the form: what was typed stays.
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: `Open “${group.title}”` }).click();
  const beside = await opened;
  await heading(beside, 'Edit Group').waitFor();
  await holds(field(beside, 'Title'), group.title);
  assert.equal(await field(page, 'Description').inputValue(), 'For the night');
  tab.assertClean();
});

test('another title takes the failure away, and is saved', async () => {
  const title = unique('Free');
  await start('/groups/create');
  await field(page, 'Title').fill(group.title);
  await pick(page, 'Assigned roles', role.name);
  await save(page);
  await fails(field(page, 'Title'), 'exists already');
  await field(page, 'Title').fill(title);
  await save(page);
  await message(page, 'Group created.');
  assert.equal((await groupByTitle(title)).title, title);
  tab.assertClean();
});

test('no role is chosen', async () => {
  const title = unique('Roleless');
  await start('/groups/create');
  await field(page, 'Title').fill(title);
  await save(page);
  await fails(picker(page, 'Assigned roles'), 'Choose at least one role');
  assert.equal(await field(page, 'Title').inputValue(), title);
  assert.equal(await groupByTitle(title), null);
  tab.assertClean();
});

test('a title is too long, is blank, or has nothing to see in it', async () => {
  await start('/groups/create');
  await pick(page, 'Assigned roles', role.name);
  await field(page, 'Title').fill('t'.repeat(256));
  await save(page);
  await fails(field(page, 'Title'), 'At most 255 characters fit; these are 256.');
  assert.equal((await field(page, 'Title').inputValue()).length, 256);
  await field(page, 'Title').fill('   ');
  await save(page);
  await fails(field(page, 'Title'), /Required|There is nothing to see in this text/);
  await field(page, 'Title').fill('\u200b');
  await save(page);
  await fails(field(page, 'Title'), /There is nothing to see in this text/);
  await chip(page, 'Assigned roles', role.name).waitFor();
  tab.assertClean();
});

test('both fields are wrong at once, and both say so', async () => {
  await start('/groups/create');
  await save(page);
  await fails(field(page, 'Title'), 'Required');
  await fails(picker(page, 'Assigned roles'), 'Choose at least one role');
  tab.assertClean();
});

test('a taken title of an existing group', async () => {
  const other = await makeGroup();
  await start(`/groups/${other.id}`);
  await holds(field(page, 'Title'), other.title);
  await field(page, 'Title').fill(group.title);
  await save(page);
  await fails(field(page, 'Title'), 'A group with this title exists already.');
  await page.getByRole('link', { name: `Open “${group.title}”` }).waitFor();
  tab.assertClean();
});

test('the name of a role is taken', async () => {
  await start('/roles/create');
  await field(page, 'Name').fill(role.name);
  await fillRule(page, 0, ['shop', 'order', 'index']);
  await save(page);
  await fails(field(page, 'Name'), 'A role with this name exists already.');
  await page.getByRole('link', { name: `Open “${role.name}”` }).waitFor();
  await holds(part(page, 0, 'Bundle'), 'shop');
  tab.assertClean();
});

test('a duplicate rule is marked', async () => {
  await start('/roles/create');
  await field(page, 'Name').fill(unique('Twice'));
  await fillRule(page, 0, ['shop', 'order', 'index']);
  await button(page, 'Add another rule').click();
  await fillRule(page, 1, ['shop', 'order', 'index']);
  await rule(page, 1).getByText('Duplicate').waitFor();
  await save(page);
  await message(page, 'Some rules are duplicates.');
  await button(page, 'Remove rule 2').click();
  await save(page);
  await message(page, 'Role created.');
  tab.assertClean();
});

test('a part of a rule is wrong, at that part of that rule', async () => {
  await start('/roles/create');
  await field(page, 'Name').fill(unique('Pattern'));
  await fillRule(page, 0, ['shop', 'order', 'index']);
  await button(page, 'Add another rule').click();
  await fillRule(page, 1, ['shop', 'sal*', 'index']);
  await save(page);
  await fails(part(page, 1, 'Controller'), 'or * alone for every controller');
  assert.equal(await part(page, 0, 'Controller').getAttribute('aria-invalid'), 'false');
  assert.equal(await part(page, 1, 'Bundle').getAttribute('aria-invalid'), 'false');
  await part(page, 1, 'Controller').fill('');
  await save(page);
  await fails(part(page, 1, 'Controller'), 'Required');
  tab.assertClean();
});

test('the e-mail address of a user is taken', async () => {
  const other = await makeUser();
  await start('/users/create');
  await fillUser({ email: other.email.toUpperCase(), password: PASSWORD });
  await save(page);
  await fails(field(page, 'E-mail address'), 'A user with this e-mail address exists already');
  await page.getByRole('link', { name: `Open “${other.email}”` }).waitFor();
  assert.equal(await field(page, 'Password').inputValue(), PASSWORD);
  tab.assertClean();
});

test('the password of a user is too short, or easy to guess', async () => {
  await start('/users/create');
  await fillUser({ email: `${unique('new').replaceAll(' ', '-')}@example.com`, password: 'password1234' });
  await save(page);
  await fails(field(page, 'Password'), 'This password is easy to guess.');
  await field(page, 'Password').fill('short');
  await save(page);
  await fails(field(page, 'Password'), 'At least 12 characters are needed; these are 5.');
  await chip(page, 'Groups', group.title).waitFor();
  tab.assertClean();
});

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

async function fillUser({ email, password }) {
  await field(page, 'E-mail address').fill(email);
  await field(page, 'First name').fill('Grace');
  await field(page, 'Last name').fill('Hopper');
  await pick(page, 'Groups', group.title);
  await field(page, 'Password').fill(password);
}
