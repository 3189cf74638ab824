// The task that everything else is measured by: a group with roles, made in the admin UI.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch, newPage } from './browser.mjs';
import {
  PASSWORD,
  assertNoSidewaysScroll,
  button,
  field,
  groupByTitle,
  heading,
  holds,
  makeRole,
  makeUser,
  menu,
  message,
  openAs,
  pick,
  save,
  signIn,
  unique,
} from './admin.mjs';

// The first question of the page is who is signed in; Chromium logs answers of 4xx as errors.
const SIGNED_OUT = /^console error: Failed to load resource: .* 401 /;

let browser, administrator, roles, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  roles = [await makeRole(), await makeRole()];
});
after(() => browser?.close());
beforeEach(async () => {
  tab = await newPage(browser);
  page = tab.page;
});
afterEach(() => tab.close());

test('sign in, Users > User Groups > Create Group, TITLE, ASSIGNED ROLES, Save', async () => {
  const title = unique('Night shift');
  await signIn(page, administrator);
  await menu(page).getByText('Users', { exact: true }).first().waitFor();
  await menu(page).getByRole('menuitem', { name: 'User Groups' }).click();
  await heading(page, 'User Groups').waitFor();
  await page.getByRole('link', { name: 'Create Group' }).click();
  await heading(page, 'Create Group').waitFor();
  await field(page, 'Title').fill(title);
  for (const { name } of roles) await pick(page, 'Assigned roles', name);
  await save(page);

  await message(page, 'Group created.');
  await heading(page, 'Edit Group').waitFor();
  assert.equal(await field(page, 'Title').inputValue(), title);
  await assertMade(title);
  tab.assertClean(SIGNED_OUT);
});

test('the same on a narrow screen', async () => {
  await tab.close();
  tab = await newPage(browser, { viewport: { width: 390, height: 800 } });
  page = tab.page;
  const title = unique('Day shift');
  await signIn(page, administrator);
  await button(page, 'Open menu').click();
  await menu(page).getByRole('menuitem', { name: 'User Groups' }).click();
  await heading(page, 'User Groups').waitFor();
  await page.getByRole('link', { name: 'Create Group' }).click();
  await field(page, 'Title').fill(title);
  for (const { name } of roles) await pick(page, 'Assigned roles', name);
  await assertNoSidewaysScroll(page);
  await save(page);

  await message(page, 'Group created.');
  await heading(page, 'Edit Group').waitFor();
  await assertNoSidewaysScroll(page);
  await assertMade(title);
  tab.assertClean(SIGNED_OUT);
});

test('the same by keyboard alone', async () => {
  const title = unique('Late shift');
  const { keyboard } = page;
  await page.goto('/admin/');
  await focused('E-mail address'); // at once, without a Tab
  await keyboard.type(administrator.email);
  await tabTo('Password');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await heading(page, /^Welcome/).waitFor();

  await tabTo('User Groups');
  await keyboard.press('Enter');
  await heading(page, 'User Groups').waitFor();
  await tabTo('Create Group');
  await keyboard.press('Enter');
  await heading(page, 'Create Group').waitFor();
  await focused('Title');
  await keyboard.type(title);
  await tabTo('Assigned roles');
  for (const { name } of roles) {
    const found = page.waitForResponse(answer => answer.request().postData()?.includes(name));
    await keyboard.type(name);
    await found;
    await page.getByRole('option', { name }).waitFor();
    await keyboard.press('ArrowDown');
    await page.locator('[aria-activedescendant]').waitFor();
    await keyboard.press('Enter');
    await page.getByRole('button', { name, exact: true }).waitFor();
  }
  await keyboard.press('Escape'); // the suggestions
  await tabTo('Save');
  await keyboard.press('Enter');

  await message(page, 'Group created.');
  await heading(page, 'Edit Group').waitFor();
  await assertMade(title);
  tab.assertClean(SIGNED_OUT);
});

test('what is in the list opens by keyboard, and the way back leads there', async () => {
  const { name } = roles[0];
  await tab.close();
  tab = await openAs(browser, administrator, '/roles');
  page = tab.page;
  await page.getByRole('textbox', { name: 'Search' }).fill(name);
  await page.waitForURL(url => url.hash.includes(encodeURIComponent(name)));
  await page.getByText('1-1 of 1').waitFor();
  await tabTo(name);
  await page.keyboard.press('Enter');
  await heading(page, 'Edit Role').waitFor();
  await holds(field(page, 'Name'), name);
  await page.goBack();
  await heading(page, 'User Roles').waitFor();
  await holds(page.getByRole('textbox', { name: 'Search' }), name);
  tab.assertClean();
});

test('a wrong password is refused in words, with the address still there', async () => {
  await page.goto('/admin/');
  await field(page, 'E-mail address').fill(administrator.email);
  await field(page, 'Password').fill('not the password of anyone');
  await button(page, 'Sign in').click();
  await message(page, 'The e-mail address or the password is wrong');
  assert.equal(await field(page, 'E-mail address').inputValue(), administrator.email);
});

test('who opens a page deep inside comes back to it after signing in', async () => {
  await page.goto('/admin/#/groups/create');
  await field(page, 'E-mail address').fill(administrator.email);
  await field(page, 'Password').fill(PASSWORD);
  await button(page, 'Sign in').click();
  await heading(page, 'Create Group').waitFor();
  tab.assertClean(SIGNED_OUT);
});

test('signing out leads to the sign-in page, and the way back shows nothing', async () => {
  await tab.close();
  tab = await openAs(browser, administrator, '/groups');
  page = tab.page;
  await button(page, administrator.name).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await heading(page, 'Sign in').waitFor();
  await page.goto('/admin/#/groups');
  await heading(page, 'Sign in').waitFor();
});

async function assertMade(title) {
  const group = await groupByTitle(title);
  const names = list => list.map(({ name }) => name).sort();
  assert.deepEqual(names(group.roles), names(roles));
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(name) {
  const seen = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const now = await nameOfFocused();
    if (now === name) return;
    seen.push(now);
  }
  assert.fail(`no way to “${name}”: ${seen.join(', ')}`);
}

async function focused(name) {
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.equal(await nameOfFocused(), name);
}

/** As a screen reader reads it, without the mark of what is required. */
const nameOfFocused = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    const named = document.getElementById(element.getAttribute('aria-labelledby'));
    const text =
      element.getAttribute('aria-label') ??
      (element.labels?.[0] ?? named ?? element).textContent ??
      '';
    return text.replace(/[\s*\u2009]+$/, '').trim();
  });
