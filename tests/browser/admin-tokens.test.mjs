// One's own sessions and tokens: made, counted, and ended.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ORIGIN } from '../server.mjs';
import { launch } from './browser.mjs';
import {
  PASSWORD,
  api,
  button,
  fails,
  field,
  heading,
  makeUser,
  message,
  openAs,
  save,
  unique,
} from './admin.mjs';

let browser, user, tab, page;
before(async () => (browser = await launch()));
after(() => browser?.close());
beforeEach(async () => {
  user = await makeUser({ firstName: 'Grace' });
});
afterEach(() => tab.close());

test('a day that has passed is marked at its field, and another one makes the token', async () => {
  const name = unique('Token');
  await start();
  const tokens = region('API tokens');
  const lastDay = tokens.getByLabel('Last day');
  await field(tokens, 'Name').fill(name);
  await lastDay.fill('2020-02-29');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  await fails(lastDay, 'This day has passed.');
  await lastDay.fill('2999-12-31');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  await tokens.getByRole('row', { name }).getByText('31 Dec 2999').waitFor();
  tab.assertClean();
});

test('a hundred tokens are all shown, one more is refused, and all are revoked at once', async () => {
  await start('/');
  for (let at = 0; at < 100; at += 1) await makeToken({ name: `Token ${at}` });
  await go('/account');
  const tokens = region('API tokens');
  const rows = tokens.getByRole('row');
  await rows.nth(100).waitFor();
  await field(tokens, 'Name').fill('One more');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  await tokens.getByRole('alert').filter({ hasText: 'You have 100 tokens' }).waitFor();

  // The oldest stands last.
  const oldest = tokens.getByRole('row', { name: /^Token 0 / });
  await oldest.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await message(page, 'The token no longer works.');
  await oldest.waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 100);

  await tokens.getByRole('button', { name: 'Revoke all' }).click();
  const question = page.getByRole('dialog', { name: 'Revoke all 99 tokens?' });
  await question.getByRole('button', { name: 'Revoke' }).click();
  await message(page, '99 tokens no longer work.');
  await tokens.getByText('You have no API tokens.').waitFor();
  tab.assertClean();
});

test('a token that has expired says so', async () => {
  await start('/');
  await makeToken({ name: 'Short', expiresAt: new Date(Date.now() + 1500).toISOString() });
  await makeToken({ name: 'Long', expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
  await setTimeout(1600);
  await go('/account');
  const row = name => region('API tokens').getByRole('row', { name });
  await row('Short').getByText('Expired').waitFor();
  assert.equal(await row('Long').getByText('Expired').count(), 0);
  tab.assertClean();
});

test('a site that is not secure shows the secret without a button that could not copy it', async () => {
  await start('/');
  await page.addInitScript(() => delete Navigator.prototype.clipboard);
  await page.reload();
  await go('/account');
  const tokens = region('API tokens');
  await field(tokens, 'Name').fill('By hand');
  await tokens.getByRole('button', { name: 'Create token' }).click();
  const made = tokens.getByRole('alert');
  await made.locator('code').waitFor();
  assert.equal(await made.getByRole('button', { name: 'Copy' }).count(), 0);
  tab.assertClean();
});

test('all other sessions are ended at once, and this one stays', async () => {
  const others = [await openAs(browser, user, '/'), await openAs(browser, user, '/')];
  await start();
  const sessions = region('Sessions');
  await sessions.getByRole('row').nth(3).waitFor();
  await sessions.getByRole('button', { name: 'End all other sessions' }).click();
  const question = page.getByRole('dialog', { name: 'End the 2 other sessions?' });
  await question.getByRole('button', { name: 'End session' }).click();
  await message(page, '2 sessions have ended.');
  await sessions.getByRole('row').nth(2).waitFor({ state: 'detached' });
  await sessions.getByRole('row', { name: /This session/ }).waitFor();
  tab.assertClean();
  for (const other of others) {
    await other.page.reload();
    await heading(other.page, 'Sign in').waitFor();
    await other.close();
  }
});

test('a changed password ends the other sessions, and the list of them knows', async () => {
  const other = await openAs(browser, user, '/');
  await start();
  await region('Sessions').getByRole('row').nth(2).waitFor();
  await field(page, 'Current password').fill(PASSWORD);
  await field(page, 'New password').fill('eleven brave umbrellas near the canal');
  await button(page, 'Change password').click();
  await message(page, 'Your password is changed');
  await region('Sessions').getByRole('row').nth(2).waitFor({ state: 'detached' });
  tab.assertClean();
  await other.close();
});

test('nothing is said to be done once the session has ended', async () => {
  for (const act of [changePassword, changeName, createToken]) {
    await start();
    await region('API tokens').getByText('You have no API tokens.').waitFor();
    await request('mutation { signOut(input: {}) { signedOut } }');
    await act();
    await heading(page, 'Sign in').waitFor();
    await message(page, 'Your session has ended. Please sign in again.');
    assert.equal(await page.getByRole('alert').filter({ hasText: /Saved|changed/ }).count(), 0);
    tab.assertClean(/401/);
    if (act !== createToken) await tab.close();
  }

  async function changePassword() {
    await field(page, 'Current password').fill(PASSWORD);
    await field(page, 'New password').fill('eleven brave umbrellas near the canal');
    await button(page, 'Change password').click();
  }
  async function changeName() {
    await field(page, 'First name').fill('Amazing');
    await save(page);
  }
  async function createToken() {
    await field(region('API tokens'), 'Name').fill('Late');
    await button(page, 'Create token').click();
  }
});

test("what an administrator changed meanwhile stays beside one's own change", async () => {
  await start();
  await field(page, 'First name').fill('Amazing');
  const lastName = unique('Hopper');
  const lookedAgain = page.waitForResponse('**/graphql');
  await api(
    'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }',
    { input: { id: user.id, lastName } },
  );
  await lookedAgain;
  assert.equal(await field(page, 'First name').inputValue(), 'Amazing');
  await save(page);
  await message(page, 'Saved');
  await page.getByRole('banner').getByText(`Amazing ${lastName}`).waitFor();
  assert.equal(await field(page, 'Last name').inputValue(), lastName);
  tab.assertClean();
});

const region = name => page.getByRole('region', { name });

async function start(path = '/account') {
  tab = await openAs(browser, user, path);
  page = tab.page;
}

async function go(path) {
  await page.goto(`/admin/#${path}`);
}

/** As the person of the page, beside the page. */
async function request(query, variables) {
  const answer = await tab.context.request.post('/graphql', {
    headers: { origin: ORIGIN },
    data: { query, variables },
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  return data;
}

const makeToken = input =>
  request(
    'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { userErrors { code } } }',
    { input },
  );
