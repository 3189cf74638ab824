// One's own account, and the audit trail.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { BASE } from '../server.mjs';
import { launch } from './browser.mjs';
import {
  PASSWORD,
  button,
  fails,
  field,
  heading,
  makeGroup,
  makeUser,
  menu,
  message,
  openAs,
  pick,
  picker,
  save,
  unique,
  updateGroup,
} from './admin.mjs';

let browser, user, tab, page;
before(async () => (browser = await launch()));
after(() => browser?.close());
beforeEach(async () => {
  user = await makeUser({ firstName: 'Grace' });
});
afterEach(() => tab.close());

test("one's own name is changed, and the bar shows it", async () => {
  await start('/account');
  await field(page, 'First name').fill('Amazing');
  await save(page);
  await message(page, 'Saved');
  await page.getByRole('banner').getByText(`Amazing ${user.lastName}`).waitFor();
  tab.assertClean();
});

test('the language becomes German and English again', async () => {
  await start('/account');
  await language('Language', 'Deutsch');
  await save(page);
  await heading(page, 'Mein Konto').waitFor();
  await page.getByRole('menuitem', { name: 'Benutzergruppen' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.reload();
  await heading(page, 'Mein Konto').waitFor();
  await language('Sprache', 'English');
  await button(page, 'Speichern').click();
  await heading(page, 'My account').waitFor();
  await menu(page).getByRole('menuitem', { name: 'User Groups' }).waitFor();
  tab.assertClean();
});

test('another session is listed, and ended', async () => {
  const elsewhere = await openAs(browser, user, '/account');
  await start('/account');
  const sessions = page.getByRole('region', { name: 'Sessions' });
  await sessions.getByRole('row').nth(2).waitFor();
  await sessions.getByRole('row', { name: /This session/ }).waitFor();
  await sessions.getByRole('button', { name: 'End session' }).click();
  const question = page.getByRole('dialog', { name: 'End this session?' });
  await question.getByRole('button', { name: 'End session' }).click();
  await message(page, 'The session has ended.');
  await sessions.getByRole('row').nth(2).waitFor({ state: 'detached' });
  tab.assertClean();
  await elsewhere.page.reload();
  await heading(elsewhere.page, 'Sign in').waitFor();
  await elsewhere.close();
});

test('a token is made: its secret works, is shown once, and not after it is revoked', async () => {
  const name = unique('Token');
  await start('/account');
  const tokens = page.getByRole('region', { name: 'API tokens' });
  await tokens.getByRole('textbox', { name: 'Name' }).fill(name);
  await tokens.getByRole('button', { name: 'Create token' }).click();
  const secret = await tokens.getByRole('alert').locator('code').innerText();
  assert.match(secret, /^rolecall_/);
  assert.equal(await whoHas(secret), user.email);

  await tokens.getByRole('row', { name }).waitFor();
  await page.reload();
  await tokens.getByRole('row', { name }).waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
  await tokens.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await message(page, 'The token no longer works.');
  await tokens.getByText('You have no API tokens.').waitFor();
  assert.equal(await whoHas(secret), undefined);
  tab.assertClean();
});

test('a wrong current password is told at its field, and the right one changes it', async () => {
  const other = 'eleven brave umbrellas near the canal';
  await start('/account');
  await field(page, 'Current password').fill('not this one at all');
  await field(page, 'New password').fill(other);
  await button(page, 'Change password').click();
  await fails(field(page, 'Current password'), 'This is not your current password.');
  assert.equal(await field(page, 'New password').inputValue(), other);
  await field(page, 'Current password').fill(PASSWORD);
  await button(page, 'Change password').click();
  await message(page, 'Your password is changed');
  tab.assertClean();
  await tab.close();
  tab = await openAs(browser, { ...user, password: other }, '/account');
});

test('the trail is filtered by action, and says what was before and after', async () => {
  const group = await makeGroup(unique('Before'));
  const after = unique('After');
  await updateGroup({ id: group.id, title: after });
  await start('/auditEvents');
  await page.getByRole('combobox', { name: 'What', exact: true }).click();
  await page.getByRole('option', { name: 'Group changed', exact: true }).click();
  await page.keyboard.press('Escape');
  await button(page, 'Group created').waitFor({ state: 'detached' });
  await page.getByRole('row', { name: after }).getByRole('button', { name: 'Group changed' }).click();
  const change = page.getByRole('row', { name: `Title ${group.title} ${after}`, exact: true });
  await change.waitFor();
  const table = await change.locator('xpath=ancestor::table[1]').innerText();
  assert.match(table, /Before/);
  assert.match(table, /After/);
  tab.assertClean();
});

test('the trail names who came into a group, not their number', async () => {
  const group = await makeGroup();
  await updateGroup({ id: group.id, addUserIds: [user.id] });
  await start('/auditEvents');
  const row = page.getByRole('row', { name: group.title });
  await row.getByRole('button', { name: 'Users of the group changed' }).click();
  await page.getByRole('row', { name: `Users – + ${user.name}`, exact: true }).waitFor();
  tab.assertClean();
});

test('the trail is filtered by who did it', async () => {
  const title = unique('By Grace');
  await start('/groups/create');
  await field(page, 'Title').fill(title);
  await pick(page, 'Assigned roles', 'Administrator');
  await save(page);
  await message(page, 'Group created.');
  await menu(page).getByRole('menuitem', { name: 'Audit' }).click();
  await picker(page, 'Who').fill(user.email);
  await page.getByRole('option', { name: `${user.name} (${user.email})` }).click();
  await page.getByText('1-2 of 2').waitFor(); // she signed in, and made the group
  await page.getByRole('row', { name: title }).getByText('Group created').waitFor();
  tab.assertClean();
});

async function start(path) {
  tab = await openAs(browser, user, path);
  page = tab.page;
}

async function language(label, name) {
  const input = picker(page, label);
  await input.click();
  await input.fill(name);
  await page.getByRole('option', { name, exact: true }).click();
}

/** The e-mail address of whose token this is; undefined when it is nobody's. */
async function whoHas(token) {
  const answer = await fetch(new URL('/graphql', BASE), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { user { email } } }' }),
  });
  return (await answer.json()).data?.viewer?.user.email;
}
