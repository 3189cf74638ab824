// Two administrators at once: neither loses what they did, and each sees what the other does.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import {
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
  updateGroup,
} from './admin.mjs';

let browser, ada, ben, role, group, tabs, hers, his;
before(async () => {
  browser = await launch();
  [ada, ben, role] = await Promise.all([makeUser(), makeUser(), makeRole()]);
});
after(() => browser?.close());
beforeEach(async () => {
  group = await makeGroup(unique('Shared'), [role]);
});
afterEach(async () => {
  for (const tab of tabs) await tab.close();
});

test('the second save shows what the first one changed, and can keep its own', async () => {
  await bothOpen(`/groups/${group.id}`);
  const [first, second] = [unique('First'), unique('Second')];
  await field(his, 'Title').fill(second);
  await rename(hers, first);
  await message(hers, 'Group saved');
  await save(his);

  const dialog = his.getByRole('dialog', { name: 'Somebody else was faster' });
  const title = dialog.getByRole('radiogroup', { name: 'Title' });
  await title.getByText(`When you opened the page: ${group.title}`).waitFor();
  await title.getByRole('radio', { name: `Theirs: ${first}` }).waitFor();
  assert.equal(await title.getByRole('radio', { name: `Yours: ${second}` }).isChecked(), true);
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await holds(field(his, 'Title'), second);
  await save(his);
  await message(his, 'Group saved');
  assert.equal((await groupByTitle(second)).id, group.id);
  assertClean();
});

test('the second save can take what the first one changed', async () => {
  await bothOpen(`/groups/${group.id}`);
  const first = unique('First');
  await field(his, 'Title').fill(unique('Second'));
  await rename(hers, first);
  await message(hers, 'Group saved');
  await save(his);
  const dialog = his.getByRole('dialog', { name: 'Somebody else was faster' });
  await dialog.getByRole('radio', { name: `Theirs: ${first}` }).check();
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await holds(field(his, 'Title'), first);
  await save(his);
  await message(his, 'Group saved');
  assert.equal((await groupByTitle(first)).id, group.id);
  assertClean();
});

test('what only one of them changed survives the save of the other', async () => {
  await bothOpen(`/groups/${group.id}`);
  const more = await makeRole();
  const title = unique('Renamed');
  await field(his, 'Title').fill(title);
  await pick(hers, 'Assigned roles', more.name);
  await field(hers, 'Description').fill('For the night');
  await save(hers);
  await message(hers, 'Group saved');
  await holds(field(his, 'Description'), 'For the night');
  await holds(field(his, 'Title'), title);
  await chip(his, 'Assigned roles', more.name).waitFor();
  await save(his);
  await message(his, 'Group saved');
  const saved = await groupByTitle(title);
  assert.equal(saved.description, 'For the night');
  assert.deepEqual(saved.roles.map(({ id }) => id).sort(), [role.id, more.id].sort());
  assertClean();
});

test('both add other users to the same group, and both are in it', async () => {
  const [one, another] = await Promise.all([makeUser(), makeUser()]);
  await bothOpen(`/groups/${group.id}`);
  await pick(hers, 'Users to add', `${one.name} (${one.email})`, one.email);
  await pick(his, 'Users to add', `${another.name} (${another.email})`, another.email);
  await Promise.all([hers, his].map(page => button(page, 'Add to group').click()));
  await Promise.all([hers, his].map(page => message(page, '1 user added')));
  const { users } = await groupByTitle(group.title);
  assert.deepEqual(users.nodes.map(({ id }) => id).sort(), [one.id, another.id].sort());
  assertClean();
});

test('a list shows at once what another makes, renames and deletes', async () => {
  const search = unique('Live');
  await bothOpen('/groups');
  await his.getByRole('textbox', { name: 'Search' }).fill(search);
  await his.waitForURL(url => url.hash.includes(encodeURIComponent(search)));
  const made = await makeGroup(search, [role]);
  await his.getByRole('link', { name: search }).waitFor();
  await updateGroup({ id: made.id, title: `${search} renamed` });
  await his.getByRole('link', { name: `${search} renamed` }).waitFor();
  await hers.goto(`/admin/#/groups/${made.id}`);
  await button(hers, 'Delete').click();
  await button(hers, 'Delete group').click();
  await message(hers, 'Group deleted');
  await his.getByRole('link', { name: search }).waitFor({ state: 'detached' });
  assertClean();
});

test('the users of a group show at once who else comes in, and typing is not lost', async () => {
  const user = await makeUser();
  await bothOpen(`/groups/${group.id}`);
  await field(his, 'Description').fill('Half a sent');
  await updateGroup({ id: group.id, addUserIds: [user.id] });
  await his.getByRole('link', { name: user.email }).waitFor();
  await holds(field(his, 'Description'), 'Half a sent');
  await save(his);
  await message(his, 'Group saved');
  assertClean();
});

test('saving a group that another deleted says so', async () => {
  await bothOpen(`/groups/${group.id}`);
  await button(hers, 'Delete').click();
  await button(hers, 'Delete group').click();
  await message(hers, 'Group deleted');
  await field(his, 'Title').fill(unique('Late'));
  await save(his);
  await his.getByRole('main').getByText('This no longer exists.').first().waitFor();
});

async function bothOpen(path) {
  tabs = await Promise.all([ada, ben].map(user => openAs(browser, user, path)));
  [hers, his] = tabs.map(({ page }) => page);
  if (path.endsWith(group.id)) {
    for (const page of [hers, his]) await holds(field(page, 'Title'), group.title);
  }
}

async function rename(page, title) {
  await heading(page, 'Edit Group').waitFor();
  await field(page, 'Title').fill(title);
  await save(page);
}

const assertClean = () => tabs.forEach(tab => tab.assertClean());
