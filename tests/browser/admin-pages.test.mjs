// Every page of the admin UI: nothing on the console, nothing that the policy refuses, and nothing that
// axe finds in the way of people, in the light and in the dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { launch, newPage } from './browser.mjs';
import {
  assertNoSidewaysScroll,
  button,
  heading,
  makeGroup,
  makeRole,
  makeUser,
  open,
  openAs,
  picker,
  save,
  unique,
} from './admin.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The first question of the page is who is signed in.
const SIGNED_OUT = /^console error: Failed to load resource: .* 401 /;

let browser, administrator, role, group, user;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  role = await makeRole(unique('Role'), ['allow */*/*', 'deny shop/order/delete', 'allow shop/order/delete']);
  group = await makeGroup(unique('Group'), [role]);
  user = await makeUser({ groups: [group] });
});
after(() => browser?.close());

const PAGES = [
  ['the start', () => '/', /^Welcome, /],
  ['the list of users', () => '/users', 'Users'],
  ['a new user', () => '/users/create', 'Create User'],
  ['a user', () => `/users/${user.id}`, 'Edit User'],
  ['the list of groups', () => '/groups', 'User Groups'],
  ['a new group', () => '/groups/create', 'Create Group'],
  ['a group', () => `/groups/${group.id}`, 'Edit Group'],
  ['the list of roles', () => '/roles', 'User Roles'],
  ['a new role', () => '/roles/create', 'Create Role'],
  ['a role', () => `/roles/${role.id}`, 'Edit Role'],
  ['the audit trail', () => '/auditEvents', 'Audit'],
  ["one's own account", () => '/account', 'My account'],
];

const SCREENS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 800 } },
};

for (const [name, options] of Object.entries(SCREENS)) {
  describe(name, () => {
    let tab;
    before(async () => {
      tab = await openAs(browser, administrator, '/', options);
      if (name === 'dark') await assertDark(tab.page);
    });
    after(() => tab?.close());

    for (const [what, path, title] of PAGES) {
      test(`${what}, ${name}`, async () => {
        tab.startAfresh();
        await open(tab.page, path());
        await heading(tab.page, title).waitFor();
        await settled(tab.page);
        await assertAccessible(tab.page);
        await assertNoSidewaysScroll(tab.page);
        tab.assertClean();
      });
    }

    test(`a form with failures, ${name}`, async () => {
      const { page } = tab;
      tab.startAfresh();
      await open(page, '/groups/create');
      await save(page);
      await page.getByText('Choose at least one role').waitFor();
      await assertAccessible(page);
      tab.assertClean();
    });

    test(`suggestions, ${name}`, async () => {
      const { page } = tab;
      tab.startAfresh();
      await open(page, '/groups/create');
      await picker(page, 'Assigned roles').fill(role.name);
      await page.getByRole('option', { name: role.name }).waitFor();
      // Suggestions belong to their field, wherever in the document they are.
      await assertAccessible(page, { region: { enabled: false } });
      await page.keyboard.press('Escape');
      tab.assertClean();
    });

    test(`a question before deleting, ${name}`, async () => {
      const { page } = tab;
      tab.startAfresh();
      await open(page, `/groups/${group.id}`);
      await button(page, 'Delete').click();
      await page.getByRole('dialog', { name: `Delete “${group.title}”?` }).waitFor();
      await assertAccessible(page);
      await button(page, 'Cancel').click();
      tab.assertClean();
    });
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`signing in, ${colorScheme}`, async () => {
    const tab = await newPage(browser, { colorScheme });
    await tab.page.goto('/admin/');
    await heading(tab.page, 'Sign in').waitFor();
    await assertAccessible(tab.page);
    tab.assertClean(SIGNED_OUT);
    await tab.close();
  });
}

test('a page that is not there says so, and leads on', async () => {
  const tab = await openAs(browser, administrator, '/nonsense');
  await tab.page.getByText(/not found|could not be found/i).first().waitFor();
  await tab.page.getByRole('menuitem', { name: 'User Groups' }).click();
  await heading(tab.page, 'User Groups').waitFor();
  tab.assertClean();
  await tab.close();
});

async function assertAccessible(page, rules = {}) {
  await page.evaluate(AXE);
  // What is still fading in has another contrast than it will have.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
        .map(animation => animation.finished.catch(() => {})),
    ),
  );
  const violations = await page.evaluate(async rules => {
    const { violations } = await axe.run(document, { rules });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
    }));
  }, rules);
  assert.deepEqual(violations, []);
}

/** Nothing is on its way any more. */
async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('[role=progressbar]'));
}

async function assertDark(page) {
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const brightness = Math.max(...background.match(/\d+/g).slice(0, 3).map(Number));
  assert.ok(brightness < 80, background);
}
