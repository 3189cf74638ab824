// What is done at once can be undone: memberships of a group, and the status of a user. And who failed to sign in too
// often is let in again.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { request } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { BASE } from '../server.mjs';
import { launch } from './browser.mjs';
import {
  button,
  groupByTitle,
  makeGroup,
  makeUser,
  makeUserWith,
  message,
  openAs,
  pick,
  setStatus,
  statusOf,
  unique,
} from './admin.mjs';

let browser, administrator, home, group, user, other, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
  home = await makeGroup();
});
after(() => browser?.close());
beforeEach(async () => {
  group = await makeGroup(unique('Group'));
  [user, other] = await Promise.all([
    makeUser({ groups: [home, group], firstName: 'Grace', lastName: unique('Hopper') }),
    makeUser({ groups: [home] }),
  ]);
});
afterEach(() => tab.close());

test('who was removed from a group comes back', async () => {
  await start(`/groups/${group.id}`);
  await button(page, `Remove ${user.name} from the group`).click();
  await message(page, `${user.name} is no longer in the group.`);
  await button(page, `Remove ${user.name} from the group`).waitFor({ state: 'detached' });
  assert.deepEqual(await members(), []);
  await undo();
  await message(page, 'They are in the group again.');
  await button(page, `Remove ${user.name} from the group`).waitFor();
  assert.deepEqual(await members(), [user.email]);
  tab.assertClean();
});

test('those who were added are taken out again, but not who was in the group before', async () => {
  await start(`/groups/${group.id}`);
  for (const { name, email } of [user, other]) {
    await pick(page, 'Users to add', `${name} (${email})`, email);
  }
  await button(page, 'Add to group').click();
  await message(page, '1 user added');
  assert.deepEqual(await members(), [user.email, other.email].sort());
  await undo();
  await message(page, 'They are no longer in the group.');
  await page.getByRole('link', { name: other.email }).waitFor({ state: 'detached' });
  assert.deepEqual(await members(), [user.email]);

  await pick(page, 'Users to add', `${user.name} (${user.email})`, user.email);
  await button(page, 'Add to group').click();
  await message(page, 'They are in the group already.');
  tab.assertClean();
});

test('several are removed from a group at once, and come back', async () => {
  const third = await makeUser({ groups: [home, group] });
  await start(`/groups/${group.id}`);
  for (const { email } of [user, third]) {
    await page.getByRole('row', { name: email }).getByRole('checkbox').check();
  }
  await button(page, 'Remove').click();
  await message(page, '2 users are no longer in the group.');
  await page.getByText('Nobody to show here.').waitFor();
  assert.deepEqual(await members(), []);
  assert.equal(await button(page, 'Unselect').count(), 0);
  await undo();
  await message(page, 'They are in the group again.');
  assert.deepEqual(await members(), [user.email, third.email].sort());
  tab.assertClean();
});

const STEPS = [
  ['ACTIVE', 'Block', 'BLOCKED', 'can sign in again. The sessions and API tokens of before do not come back.'],
  ['BLOCKED', 'Unblock', 'ACTIVE', 'is blocked again.'],
  ['ACTIVE', 'Delete', 'DELETED', 'is restored. The sessions and API tokens of before do not come back.'],
  ['BLOCKED', 'Delete', 'DELETED', 'is restored.'],
  ['DELETED', 'Restore', 'ACTIVE', 'is deleted again.'],
];
for (const [before, action, then, words] of STEPS) {
  test(`${action} of a user who is ${before} is undone`, async () => {
    await setStatus(user, before);
    await start(`/users/${user.id}`);
    await button(page, action).click();
    await page.getByRole('dialog').getByRole('button', { name: action }).click();
    await button(page, 'Undo').waitFor();
    assert.equal(await statusOf(user), then);
    await undo();
    await message(page, `${user.name} ${words}`);
    await button(page, action).waitFor();
    assert.equal(await statusOf(user), before);
    tab.assertClean();
  });
}

test('who failed to sign in too often can sign in again once that is cleared', async () => {
  const address = `127.${randomInt(1, 256)}.${randomInt(256)}.${randomInt(1, 255)}`;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    assert.deepEqual(await signInFrom(address, 'not the password'), ['INVALID_CREDENTIALS']);
  }
  const another = `127.0.${randomInt(256)}.${randomInt(2, 255)}`;
  assert.deepEqual(await signInFrom(another), ['RATE_LIMITED']);

  await start(`/users/${user.id}`);
  await button(page, 'Clear failed sign-ins').click();
  const dialog = page.getByRole('dialog', { name: `Clear the failed sign-ins of ${user.name}?` });
  await dialog.getByText('After 10 failed sign-ins within 10 minutes').waitFor();
  await dialog.getByRole('button', { name: 'Clear failed sign-ins' }).click();
  await message(page, `${user.name} can try to sign in again at once.`);
  assert.deepEqual(await signInFrom(another), []);
  tab.assertClean();
});

test('who may not change users finds no way to clear failed sign-ins', async () => {
  tab = await openAs(browser, await makeUserWith(['allow user/user/index']), `/users/${user.id}`);
  page = tab.page;
  await message(page, 'You may look at this, but not change it.');
  assert.equal(await button(page, 'Clear failed sign-ins').count(), 0);
});

/** What is wrong with signing in from one of this machine's own addresses: each is counted for itself. */
function signInFrom(localAddress, password = user.password) {
  return new Promise((resolve, reject) => {
    const attempt = request(
      new URL('/graphql', BASE),
      { method: 'POST', localAddress, headers: { 'content-type': 'application/json' } },
      async answer => {
        const { data } = JSON.parse(Buffer.concat(await answer.toArray()));
        resolve(data.signIn.userErrors.map(({ code }) => code));
      },
    );
    attempt.on('error', reject);
    attempt.end(
      JSON.stringify({
        query: `mutation ($email: String!, $password: String!) {
          signIn(input: { email: $email, password: $password, returnToken: true }) { userErrors { code } }
        }`,
        variables: { email: user.email, password },
      }),
    );
  });
}

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

const undo = () => button(page, 'Undo').click();

const members = async () =>
  (await groupByTitle(group.title)).users.nodes.map(({ email }) => email).sort();
