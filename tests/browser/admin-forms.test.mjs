// Forms while something happens around them: what is typed is not lost, and nobody is told that it is saved when it is not.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  PASSWORD,
  api,
  button,
  field,
  groupByTitle,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  makeUserWith,
  message,
  openAs,
  pick,
  save,
  unique,
} from './admin.mjs';

let browser, administrator, role, group, tab, page;
before(async () => {
  browser = await launch();
  [administrator, role] = await Promise.all([makeUser(), makeRole()]);
});
after(() => browser?.close());
beforeEach(async () => {
  group = await makeGroup(unique('Group'), [role]);
});
afterEach(() => tab.close());

test('what is typed stays while users come into the group and leave it, and is saved then', async () => {
  const user = await makeUser();
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  await field(page, 'Description').fill('For the night');
  await pick(page, 'Users to add', `${user.name} (${user.email})`, user.email);
  await button(page, 'Add to group').click();
  await message(page, '1 user added');
  await page.getByRole('link', { name: user.email }).waitFor();
  await button(page, `Remove ${user.name} from the group`).click();
  await message(page, `${user.name} is no longer in the group.`);
  await page.getByRole('link', { name: user.email }).waitFor({ state: 'detached' });
  assert.equal(await field(page, 'Description').inputValue(), 'For the night');
  assert.equal((await groupByTitle(group.title)).description, null);
  await save(page);
  await message(page, 'Group saved');
  assert.equal((await groupByTitle(group.title)).description, 'For the night');
  tab.assertClean();
});

test('what is typed stays while the user is blocked, and is saved then', async () => {
  const user = await makeUser();
  await start(`/users/${user.id}`);
  await holds(field(page, 'E-mail address'), user.email);
  await field(page, 'First name').fill('Grace');
  await field(page, 'New password').fill(`${PASSWORD} again`);
  await button(page, 'Block').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await message(page, 'This user is blocked');
  await button(page, 'Unblock').waitFor();
  assert.equal(await field(page, 'First name').inputValue(), 'Grace');
  assert.equal(await field(page, 'New password').inputValue(), `${PASSWORD} again`);
  await save(page);
  await message(page, 'User saved');
  await holds(field(page, 'New password'), '');
  const saved = await api('query ($id: ID!) { user(id: $id) { firstName status } }', user);
  assert.deepEqual(saved.user, { firstName: 'Grace', status: 'BLOCKED' });
  tab.assertClean();
});

test('what is typed while the form is being saved stays', async () => {
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  const answer = await held('UpdateGroup');
  await field(page, 'Description').fill('First');
  await save(page);
  await answer.asked;
  await field(page, 'Description').fill('First and more');
  answer.release();
  await message(page, 'Group saved');
  assert.equal(await field(page, 'Description').inputValue(), 'First and more');
  await Promise.all([
    page.waitForResponse(response => response.request().postData()?.includes('First and more')),
    save(page),
  ]);
  assert.equal((await groupByTitle(group.title)).description, 'First and more');
  tab.assertClean();
});

for (const [what, path, label] of [
  ['an edited group', () => `/groups/${group.id}`, 'Title'],
  ['a new group', () => '/groups/create', 'Title'],
]) {
  test(`saving ${what} after the session ended leads to the sign-in page, which says so`, async () => {
    await start(path());
    await field(page, label).fill(unique('Late'));
    if (path() === '/groups/create') await pick(page, 'Assigned roles', role.name);
    await endSession();
    await save(page);
    await sessionEnded();
    assert.equal(await page.getByText(/Group (saved|created)/).count(), 0);
    await signInAgain();
    await heading(page, path() === '/groups/create' ? 'Create Group' : 'Edit Group').waitFor();
  });
}

test('deleting after the session ended leads to the sign-in page, and nothing is deleted', async () => {
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  await button(page, 'Delete').click();
  await endSession();
  await button(page, 'Delete group').click();
  await sessionEnded();
  assert.equal(await page.getByText('Group deleted').count(), 0);
  assert.equal((await groupByTitle(group.title)).id, group.id);
});

test('what is done beside a form with changes leads to the sign-in page, too', async () => {
  const user = await makeUser();
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  await pick(page, 'Users to add', `${user.name} (${user.email})`, user.email);
  await field(page, 'Description').fill('Never saved');
  await endSession();
  await button(page, 'Add to group').click();
  await sessionEnded();
});

test('who goes on to another page after the session ended is told the same', async () => {
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  await endSession();
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await sessionEnded();
});

test('who signs out is not told that the session ended', async () => {
  await start('/groups');
  await button(page, administrator.name).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await heading(page, 'Sign in').waitFor();
  assert.equal(await page.getByText('Your session has ended').count(), 0);
});

for (const what of ['groups', 'roles']) {
  test(`deleting one of ${what} asks nothing about what was typed and not saved`, async () => {
    const asked = [];
    const one = what === 'groups' ? group : await makeRole();
    await start(`/${what}/${one.id}`);
    page.on('dialog', dialog => {
      asked.push(dialog.message());
      return dialog.dismiss();
    });
    await field(page, 'Description').fill('Never saved');
    await button(page, 'Delete').click();
    await button(page, `Delete ${what === 'groups' ? 'group' : 'role'}`).click();
    await heading(page, what === 'groups' ? 'User Groups' : 'User Roles').waitFor();
    assert.deepEqual(asked, []);
    tab.assertClean();
  });
}

test('a page that the server cannot answer stays, says why, and is there at another try', async () => {
  await start('/account');
  await page.route('**/graphql', route =>
    route.request().postData()?.includes('GroupById')
      ? route.fulfill({
          json: { data: null, errors: [{ message: 'No', extensions: { code: 'UNAVAILABLE' } }] },
        })
      : route.continue(),
  );
  await page.goto(`/admin/#/groups/${group.id}`);
  const failure = page.getByRole('alert').filter({ has: button(page, 'Try again') });
  await failure.getByText('The server is not available at the moment.').waitFor();
  await heading(page, 'Edit Group').waitFor();
  await page.unroute('**/graphql');
  await button(page, 'Try again').click();
  await holds(field(page, 'Title'), group.title);
});

test('a page of something that is gone leads to the list', async () => {
  const gone = await makeGroup(unique('Gone'), [role]);
  await deleteGroup(gone);
  await start('/');
  await page.goto(`/admin/#/groups/${gone.id}`);
  await heading(page, 'User Groups').waitFor();
});

test('what is typed about something that is gone meanwhile stays to be read', async () => {
  await start(`/groups/${group.id}`);
  await holds(field(page, 'Title'), group.title);
  await field(page, 'Description').fill('Many words');
  await deleteGroup(group);
  await button(page, 'Refresh').click();
  await page.getByRole('main').getByText('This no longer exists.').waitFor();
  await holds(field(page, 'Description'), 'Many words');
});

test("one's own page is only to read for who may not change users", async () => {
  const reader = await makeUserWith(['allow user/user/index', 'allow acl/group/index']);
  tab = await openAs(browser, reader, `/users/${reader.id}`);
  page = tab.page;
  await holds(field(page, 'E-mail address'), reader.email);
  await message(page, 'You may look at this, but not change it.');
  assert.equal(await field(page, 'E-mail address').getAttribute('readonly'), '');
  assert.equal(await field(page, 'New password').count(), 0);
  assert.equal(await button(page, 'Save').count(), 0);
  tab.assertClean();
});

test('who may not see groups is told how many have the role, and nothing is asked for them', async () => {
  await makeGroup(unique('Hidden'), [role]);
  const limited = await makeUserWith([
    'allow acl/role/index',
    'allow acl/role/update',
    'allow acl/role/delete',
    'allow shop/order/index',
  ]);
  tab = await openAs(browser, limited, `/roles/${role.id}`);
  page = tab.page;
  await holds(field(page, 'Name'), role.name);
  await button(page, 'Delete').click();
  const dialog = page.getByRole('dialog', { name: `“${role.name}” is still in use` });
  await dialog.getByText(/groups? ha(s|ve) the role/).waitFor();
  assert.equal(await dialog.getByRole('table').count(), 0);
  assert.equal(await page.getByText('You may not do this.').count(), 0);
  tab.assertClean();
});

for (const [what, path] of [
  ['group', () => `/groups/${group.id}`],
  ['role', () => `/roles/${role.id}`],
  ['user', () => `/users/${administrator.id}`],
]) {
  test(`a ${what} says when it was changed last, and leads to its history`, async () => {
    await start(path());
    await page.getByText(/^Last changed/).getByRole('time').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await heading(page, 'Audit').waitFor();
    const id = path().split('/').at(-1);
    await page.waitForURL(url => decodeURIComponent(url.hash).includes(`"subjectIds":"${id}"`));
    await page.getByText(/^1-\d+ of \d+$/).waitFor();
    const rows = page.getByRole('row');
    assert.equal(await rows.filter({ hasText: new RegExp(`${what} created`, 'i') }).count(), 1);
    tab.assertClean();
  });
}

test('names for rules are fetched when one is written, and not before', async () => {
  const asked = [];
  await start('/account');
  page.on('request', request => asked.push(request.postDataJSON()?.query ?? ''));
  await page.goto(`/admin/#/roles/${role.id}`);
  await button(page, 'Remove the rule shop/order/index').waitFor();
  const lists = () => asked.filter(query => query.includes('query RoleList')).length;
  assert.equal(lists(), 0);
  await button(page, 'Add another rule').click();
  await page.getByRole('combobox', { name: 'Bundle' }).fill('sho');
  await page.getByRole('option', { name: 'shop', exact: true }).waitFor();
  assert.equal(lists(), 1);
  tab.assertClean();
});

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

/** Holds the answer of an operation back until it is released. */
async function held(operation) {
  let release, ask;
  const released = new Promise(resolve => (release = resolve));
  const asked = new Promise(resolve => (ask = resolve));
  await page.route('**/graphql', async route => {
    if (route.request().postData()?.includes(`mutation ${operation}`)) {
      ask();
      await released;
    }
    await route.continue();
  });
  return { asked, release };
}

const deleteGroup = ({ id }) =>
  api(
    'mutation ($id: ID!) { deleteGroup(input: { id: $id }) { userErrors { code path message } } }',
    { id },
  );

async function endSession() {
  await tab.context.clearCookies();
}

async function sessionEnded() {
  await heading(page, 'Sign in').waitFor();
  await message(page, 'Your session has ended.');
}

async function signInAgain() {
  await field(page, 'E-mail address').fill(administrator.email);
  await field(page, 'Password').fill(PASSWORD);
  await button(page, 'Sign in').click();
}
