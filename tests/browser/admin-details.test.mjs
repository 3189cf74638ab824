// What people stumble over when they are quick, precise, or look away for a moment.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch, newPage } from './browser.mjs';
import {
  PASSWORD,
  button,
  chip,
  fails,
  field,
  heading,
  makeGroup,
  makeRole,
  makeUser,
  makeUserWith,
  menu,
  open,
  openAs,
  pick,
  picker,
  save,
  unique,
} from './admin.mjs';

let browser, administrator, role, group, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  role = await makeRole();
  group = await makeGroup(unique('Group'), [role]);
});
after(() => browser?.close());
afterEach(() => tab.close());

test('who clicks in the menu as soon as it is there gets the page', async () => {
  tab = await newPage(browser);
  page = tab.page;
  await page.goto('/admin/');
  await field(page, 'E-mail address').fill(administrator.email);
  await field(page, 'Password').fill(PASSWORD);
  await button(page, 'Sign in').click();
  await menu(page).getByRole('menuitem', { name: 'User Groups' }).click();
  await heading(page, 'User Groups').waitFor();
});

test('an e-mail address that is none is told at its field, beside a weak password', async () => {
  await start(administrator, '/users/create');
  await field(page, 'E-mail address').fill('nobody');
  await field(page, 'First name').fill('Grace');
  await field(page, 'Last name').fill('Hopper');
  await pick(page, 'Groups', group.title);
  await field(page, 'Password').fill('password1234');
  await save(page);
  await fails(field(page, 'E-mail address'), 'This is not an e-mail address.');
  await fails(field(page, 'Password'), 'This password is easy to guess.');
});

test('who types a name, and takes it with Enter before the search is back, has picked it', async () => {
  await start(administrator, '/groups/create');
  await picker(page, 'Assigned roles').focus();
  await page.keyboard.type(role.name);
  await page.getByRole('option', { name: role.name }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await chip(page, 'Assigned roles', role.name).waitFor();
  assert.equal(await field(page, 'Title').getAttribute('aria-invalid'), 'false');
});

test('users are found by the name that they are shown with', async () => {
  const user = await makeUser({ lastName: unique('Lovelace') });
  await start(administrator, '/users');
  await page.getByRole('textbox', { name: 'Search' }).fill(user.name);
  await page.waitForURL(url => url.hash.includes(encodeURIComponent(user.name)));
  await page.getByText('1-1 of 1').waitFor();
  await page.getByRole('link', { name: user.email }).waitFor();
});

test('who may not use a form does not see it for a moment, and nothing is asked for it', async () => {
  await start(await makeUserWith(['allow acl/group/index']), '/');
  const asked = [];
  page.on('request', request => asked.push(request.postDataJSON()?.query ?? ''));
  await page.evaluate(() => {
    window.sawForm = false;
    new MutationObserver(() => (window.sawForm ||= document.querySelector('form') !== null)).observe(
      document.body,
      { subtree: true, childList: true },
    );
  });
  await open(page, '/groups/create');
  await heading(page, 'Access denied').waitFor();
  assert.equal(await page.evaluate(() => window.sawForm), false);
  assert.deepEqual(asked.filter(query => query.includes('roles(')), []);
});

test('where nothing can be done with several rows, none can be picked', async () => {
  await start(await makeUserWith(['allow acl/group/index']), '/groups');
  await page.getByRole('link', { name: 'Administrators' }).waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
});

test('what is done with several rows is out of the way while none is picked', async () => {
  await start(administrator, '/groups');
  await page.getByRole('link', { name: 'Administrators' }).waitFor();
  assert.equal(await button(page, 'Delete').count(), 0);
  assert.equal(await button(page, 'Unselect').count(), 0);
});

test('a window made narrow still speaks to screen readers', async () => {
  await start(administrator, '/groups');
  await page.setViewportSize({ width: 390, height: 800 });
  await button(page, 'Open menu').waitFor();
  await heading(page, 'User Groups').waitFor();
});

test('what tells that something loads has a name', async () => {
  await start(administrator, '/');
  let answer;
  const held = new Promise(resolve => (answer = resolve));
  await page.route('**/graphql', async route => {
    await held;
    await route.continue();
  });
  await menu(page).getByRole('menuitem', { name: 'Audit' }).click();
  await page.getByRole('progressbar', { includeHidden: false }).first().waitFor();
  const names = await page
    .getByRole('progressbar')
    .evaluateAll(all => all.map(bar => bar.getAttribute('aria-label') ?? bar.title));
  answer();
  assert.deepEqual(names.filter(name => !name), []);
});

async function start(user, path) {
  tab = await openAs(browser, user, path);
  page = tab.page;
}
