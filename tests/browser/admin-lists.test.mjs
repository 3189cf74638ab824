// Lists: what is done with several rows at once, on whichever pages and screens these are, and what is taken away as CSV.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  api,
  button,
  groupByTitle,
  heading,
  makeGroup,
  makeRole,
  makeUser,
  makeUserWith,
  message,
  openAs,
  setStatus,
  statusOf,
  unique,
} from './admin.mjs';

const NARROW = { viewport: { width: 390, height: 800 } };

let browser, administrator, role, tab, page;
before(async () => {
  browser = await launch();
  [administrator, role] = await Promise.all([makeUser(), makeRole()]);
});
after(() => browser?.close());
afterEach(() => tab.close());

test('rows of two pages are deleted at once, and each says what came of it', async () => {
  const search = unique('Pair');
  const roles = [];
  for (const letter of 'abcdef') roles.push(await makeRole(`${search} ${letter}`));
  const [first, , , fourth, used] = roles;
  const group = await makeGroup(unique('Holder'), [used]);
  await start(administrator, listPath('roles', { search }, 3));
  await check(first.name);
  await button(page, 'Go to next page').click();
  await check(fourth.name, used.name);
  await button(page, 'Delete').click();

  const dialog = page.getByRole('dialog', { name: 'Delete these 3 roles?' });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByText('2 of 3 done.').waitFor();
  for (const { name } of [first, fourth]) {
    await dialog.getByRole('listitem').filter({ hasText: `${name}Done` }).waitFor();
  }
  const stays = dialog.getByRole('listitem').filter({ hasText: used.name });
  await stays.getByText('This group has the role. Take it away there first.').waitFor();
  await stays.getByRole('link', { name: group.title }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByText('of 4', { exact: false }).first().waitFor();
  assert.equal(await button(page, 'Unselect').count(), 0);
  const left = await api('query ($search: String!) { roles(filter: { search: $search }) { nodes { name } } }', {
    search,
  });
  const gone = new Set([first.name, fourth.name]);
  assert.deepEqual(
    left.roles.nodes.map(({ name }) => name),
    roles.map(({ name }) => name).filter(name => !gone.has(name)),
  );
  tab.assertClean();
});

test('who deletes groups reads how many users each of them has', async () => {
  const search = unique('Crew');
  const groups = [await makeGroup(`${search} a`, [role]), await makeGroup(`${search} b`, [role])];
  await Promise.all([makeUser({ groups: groups.slice(1) }), makeUser({ groups: groups.slice(1) })]);
  await start(administrator, listPath('groups', { search }));
  await check(...groups.map(({ title }) => title));
  await button(page, 'Delete').click();
  const dialog = page.getByRole('dialog', { name: 'Delete these 2 groups?' });
  const [empty, crew] = await dialog.getByRole('listitem').allTextContents();
  assert.deepEqual([empty, crew], [`${groups[0].title}0 users`, `${groups[1].title}2 users`]);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByText('2 of 2 done.').waitFor();
  assert.equal(await groupByTitle(groups[1].title), null);
  tab.assertClean();
});

test('several deleted users are restored at once and deleted again, and who needs none of it is left out', async () => {
  const group = await makeGroup(unique('Group'), [role]);
  const users = await Promise.all([1, 2, 3].map(() => makeUser({ groups: [group] })));
  const [active, ...deleted] = users;
  await Promise.all(deleted.map(user => setStatus(user, 'DELETED')));
  await start(
    administrator,
    listPath('users', { groupIds: [group.id], statuses: ['ACTIVE', 'DELETED'] }),
  );
  await check(...users.map(({ email }) => email));
  await button(page, 'Unblock or restore').click();
  const dialog = page.getByRole('dialog', { name: 'Let these 2 users sign in again?' });
  await dialog.getByText('One of those selected is left out').waitFor();
  assert.equal(await dialog.getByText(active.email).count(), 0);
  await dialog.getByRole('button', { name: 'Unblock or restore' }).click();
  await dialog.getByText('2 of 2 done.').waitFor();
  for (const user of users) assert.equal(await statusOf(user), 'ACTIVE');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await message(page, '2 users are as they were before.');
  for (const user of deleted) assert.equal(await statusOf(user), 'DELETED');
  assert.equal(await statusOf(active), 'ACTIVE');
  tab.assertClean();
});

test('where nothing is left to do with those selected, nothing can be done', async () => {
  const user = await makeUser({ groups: [await makeGroup(unique('Group'), [role])] });
  await start(administrator, listPath('users', { search: user.email }));
  await check(user.email);
  await button(page, 'Unblock or restore').click();
  const dialog = page.getByRole('dialog', { name: 'Unblock or restore' });
  await dialog.getByText('One of those selected is left out').waitFor();
  assert.deepEqual(await dialog.getByRole('button').allTextContents(), ['Cancel']);
  tab.assertClean();
});

const LIMITED = [
  ['update', ['Block', 'Unblock or restore'], 'BLOCKED'],
  ['delete', ['Unblock or restore', 'Delete'], 'DELETED'],
];
for (const [right, names, status] of LIMITED) {
  test(`who may only ${right} users finds that, and only for those whom they may`, async () => {
    const group = await makeGroup(unique('Group'), [role]);
    const more = await makeGroup(unique('Group'), [await makeRole(unique('Role'), ['allow a/b/c'])]);
    const user = await makeUser({ groups: [group] });
    const beyond = await makeUser({ groups: [group, more] });
    const limited = await makeUserWith([
      'allow user/user/index',
      `allow user/user/${right}`,
      'allow acl/group/index',
      'allow shop/order/index',
    ]);
    await start(limited, listPath('users', { groupIds: [group.id] }));
    assert.equal(await row(beyond.email).getByRole('checkbox').isDisabled(), true);
    await check(user.email);
    assert.deepEqual(await bulkButtons(), names);
    const name = status === 'BLOCKED' ? 'Block' : 'Delete';
    await button(page, name).click();
    await page.getByRole('dialog').getByRole('button', { name }).click();
    await page.getByText('1 of 1 done.').waitFor();
    assert.equal(await statusOf(user), status);
    await button(page, 'Undo').click();
    await message(page, 'The sessions and API tokens of before do not come back.');
    assert.equal(await statusOf(user), 'ACTIVE');
    tab.assertClean();
  });
}

test('several are selected and deleted on a narrow screen', async () => {
  const search = unique('Pocket');
  const groups = [await makeGroup(`${search} a`, [role]), await makeGroup(`${search} b`, [role])];
  await start(administrator, listPath('groups', { search }), NARROW);
  for (const { title } of groups) {
    await page.getByRole('checkbox', { name: `Select ${title}` }).check();
  }
  await page.getByText('2 items selected').waitFor();
  await button(page, 'Delete').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('2 of 2 done.').waitFor();
  await button(page, 'Close').click();
  await page.getByText('Nothing matches the current filters.').waitFor();
  assert.equal(await groupByTitle(groups[0].title), null);
  tab.assertClean();
});

test('several are removed from a group on a narrow screen, and come back', async () => {
  const group = await makeGroup(unique('Group'), [role]);
  const users = await Promise.all([1, 2].map(() => makeUser({ groups: [group] })));
  await start(administrator, `/groups/${group.id}`, NARROW);
  for (const { name } of users) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await button(page, 'Remove').click();
  await message(page, '2 users are no longer in the group.');
  await button(page, 'Undo').click();
  await message(page, 'They are in the group again.');
  await page.getByRole('link', { name: users[1].name }).waitFor();
  assert.equal((await groupByTitle(group.title)).users.nodes.length, 2);
  tab.assertClean();
});

test('a card leads to its page, and nothing can be selected where nothing can be done', async () => {
  const reader = await makeUserWith(['allow acl/group/index']);
  const group = await makeGroup(unique('Card'), [role]);
  await start(reader, listPath('groups', { search: group.title }), NARROW);
  const card = page.getByRole('link', { name: group.title });
  await card.waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await card.click();
  await heading(page, 'Edit Group').waitFor();
  tab.assertClean();
});

test('a search on a narrow screen is as wide as what it finds', async () => {
  await start(administrator, '/users', NARROW);
  const list = page.getByRole('listitem').first();
  await list.waitFor();
  const box = await page.locator('.MuiInputBase-root', { has: page.getByRole('textbox', { name: 'Search' }) }).boundingBox();
  const card = await page.locator('.RaList-content').boundingBox();
  assert.deepEqual([box.x, box.width], [card.x, card.width]);
});

test('the list as CSV holds what the page shows, and no formula', async () => {
  const search = unique('Sheet');
  const name = `=${search}, "quoted"`;
  const group = await makeGroup(`${search} group`, [role]);
  await makeGroup(name, [role]);
  await makeUser({ groups: [group] });
  await start(administrator, listPath('groups', { search }));
  await page.getByRole('link', { name }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Export as CSV').click(),
  ]);
  assert.equal(download.suggestedFilename(), 'groups.csv');
  const [head, ...rows] = (await readFile(await download.path(), 'utf8')).split('\r\n');
  assert.equal(head, 'Title,Description,Assigned roles,Users,Created');
  const cells = rows.map(line => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'then')).sort();
  assert.deepEqual(cells, [
    `"'=${search}, ""quoted""",,${role.name},0,then`,
    `${search} group,,${role.name},1,then`,
  ]);
  tab.assertClean();
});

test('who exports more than fits in one file reads how much of it', async () => {
  tab = await openAs(browser, administrator, '/');
  page = tab.page;
  await page.route('**/graphql', async route => {
    if (!route.request().postData()?.includes('query GroupList')) return route.continue();
    const answer = await route.fetch();
    const json = await answer.json();
    json.data.page.totalCount = 12_345;
    json.data.page.pageInfo.hasNextPage = true;
    return route.fulfill({ response: answer, json });
  });
  await page.getByRole('menuitem', { name: 'User Groups' }).click();
  await button(page, 'Export the first 10,000 of 12,345 as CSV').waitFor();
});

async function start(user, path, options) {
  tab = await openAs(browser, user, path, options);
  page = tab.page;
}

const listPath = (resource, filter, perPage = 25) =>
  `/${resource}?perPage=${perPage}&filter=${encodeURIComponent(JSON.stringify(filter))}`;

const row = name => page.getByRole('row', { name });

async function check(...names) {
  for (const name of names) await row(name).getByRole('checkbox').check();
}

/** What can be done with those that are selected. */
const bulkButtons = () =>
  page.locator('[data-test=bulk-actions-toolbar] .RaBulkActionsToolbar-topToolbar button').allTextContents();
