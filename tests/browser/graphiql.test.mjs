// GraphiQL as the server delivers it: under its Content-Security-Policy, from its own origin alone.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import {
  ORIGIN,
  PASSWORD,
  TOKEN,
  ask,
  cleanUp,
  makeGroupUntil,
  makeUser,
  send,
  signIn as signInElsewhere,
} from '../server.mjs';
import { launch, newPage } from './browser.mjs';

// Introspection needs a signed-in caller, and Chromium logs each answer of 4xx as an error.
const REFUSED = /^console error: Failed to load resource: .* 4\d\d .*\/graphql\)$/;

let browser, tab, page;
before(async () => (browser = await launch()));
after(() => browser.close());
after(cleanUp);
beforeEach(async () => {
  tab = await newPage(browser);
  page = tab.page;
});
afterEach(() => tab.close());

for (const path of ['/graphiql', '/graphiql/']) {
  test(`${path} offers to sign in, and says how to get a token`, async () => {
    await page.goto(path);
    await page.getByText('rolecall token create --user EMAIL --name NAME').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    tab.assertClean(REFUSED);
  });
}

test('a token that is not one is refused with a reason, and forgotten on demand', async () => {
  await page.goto('/graphiql');
  await enter('rolecall_not_a_token');
  await status().getByText(/the schema cannot be read: ./).waitFor();
  await page.getByRole('button', { name: 'Forget' }).click();
  await status().getByText('Nobody is signed in').waitFor();
  assert.equal(await page.getByLabel('API token').inputValue(), '');
  assert.deepEqual(await storage('sessionStorage'), {});
  tab.assertClean(REFUSED);
});

test('with a token, a typed query is answered', async () => {
  await openSignedIn();
  await run('{ viewer { user { email } } }');
  const { viewer } = await ask('{ viewer { user { email } } }');
  await result().getByText(`"${viewer.user.email}"`).waitFor();
  assert.ok((await shown()).includes(`"email": "${viewer.user.email}"`));
  tab.assertClean();
});

test('the token is kept for the tab, and nowhere else', async () => {
  await openSignedIn();
  await page.reload();
  await schema();
  assert.deepEqual(Object.values(await storage('sessionStorage')), [TOKEN]);
  assert.ok(!JSON.stringify(await storage('localStorage')).includes(TOKEN));
  tab.assertClean();
});

test('the explorer lists groups and adds it to the operation', async () => {
  await openSignedIn();
  await type('query Mine { __typename }');
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-root').getByText('groups', { exact: true }).click();
  await editor().getByText('groups').waitFor();
  tab.assertClean();
});

test('the editor underlines a field that the schema lacks, from its worker', async () => {
  await openSignedIn();
  await type('{ viewer { nonsense } }');
  await page.locator('section[aria-label="Operation Editor"] .squiggly-error').waitFor();
  assert.ok(page.workers().some(worker => /graphql/i.test(worker.url())));
  tab.assertClean();
});

test('the prettify button indents the query', async () => {
  await openSignedIn();
  await type('{ viewer { user { email } } }');
  await page.getByRole('button', { name: /^Prettify/ }).click();
  await page.waitForFunction(
    () =>
      document.querySelectorAll('section[aria-label="Operation Editor"] .view-line').length >= 7,
  );
  tab.assertClean();
});

test('a wrong password is told in words, and the right one signs in', async () => {
  const { email } = await makeUser();
  await openSignedOut();
  await signIn(email, 'not the password');
  await status().getByText('This e-mail address or password is wrong.').waitFor();
  assert.equal(await focused(), 'password');

  await page.keyboard.type(PASSWORD); // what was wrong is selected
  await page.keyboard.press('Enter');
  await page.getByText(`Signed in as ${email}`).waitFor();
  assert.equal(await focused(), 'person');
  assert.equal(await page.getByLabel('Password').count(), 0);

  await run('{ viewer { user { email } sessions { isCurrent } } }');
  await result().getByText(`"${email}"`).waitFor();
  await page.reload();
  await page.getByText(`Signed in as ${email}`).waitFor();
  const kept = JSON.stringify([await storage('sessionStorage'), await storage('localStorage')]);
  assert.ok(!kept.includes(PASSWORD) && !kept.includes('rolecall_session'), kept);
  tab.assertClean();
});

test('whoever was wrong too often is told how long to wait', async () => {
  const { email } = await makeUser();
  const attempts = Array.from({ length: 10 }, () => signInElsewhere(email, 'not the password'));
  await Promise.all(attempts);
  await openSignedOut();
  await signIn(email, PASSWORD);
  await status().getByText(/wrong too often. Try again in \d+ minutes?\./).waitFor();
  await cleanUp();
  tab.assertClean();
});

test('a server that does not answer is told in words', async () => {
  await openSignedOut();
  await page.route('/graphql', route => route.abort());
  await signIn('ada@example.org', PASSWORD);
  await status().getByText('The server cannot be reached').waitFor();
  tab.assertClean(/ERR_FAILED/);
});

test('password managers know the fields, and the keyboard reaches them in order', async () => {
  await openSignedOut();
  const field = name => page.getByLabel(name);
  assert.equal(await field('E-mail').getAttribute('autocomplete'), 'username');
  assert.equal(await field('Password').getAttribute('autocomplete'), 'current-password');
  await field('E-mail').focus();
  const visited = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Tab');
    visited.push(
      await page.evaluate(() => document.activeElement.id || document.activeElement.textContent),
    );
  }
  assert.deepEqual(visited, ['password', 'Sign in', 'api-token', 'Use']);
  tab.assertClean();
});

test('who signs out is nobody, for the server too', async () => {
  const { email } = await makeUser();
  await openSignedOut();
  await signIn(email, PASSWORD);
  await page.getByText(`Signed in as ${email}`).waitFor();
  const [cookie] = await page.context().cookies();
  assert.equal(cookie.httpOnly, true);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await status().getByText('Nobody is signed in').waitFor();
  assert.equal(await focused(), 'email');
  assert.deepEqual(await page.context().cookies(), []);
  const headers = { cookie: `${cookie.name}=${cookie.value}`, origin: ORIGIN };
  const answer = await send('{ viewer { user { email } } }', { headers });
  assert.deepEqual(await answer.json(), { data: { viewer: null } });
  tab.assertClean(REFUSED);
});

test('a session that ended elsewhere is noticed when the page is looked at again', async () => {
  const { email } = await makeUser();
  await openSignedOut();
  await signIn(email, PASSWORD);
  await page.getByText(`Signed in as ${email}`).waitFor();
  await page.evaluate(() =>
    fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { signOut(input: {}) { signedOut } }' }),
    }),
  );
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await status().getByText('Nobody is signed in').waitFor();
  tab.assertClean(REFUSED);
});

for (const [by, enterAs] of Object.entries({
  'the cookie': async () => {
    const { email } = await makeUser();
    await openSignedOut();
    await signIn(email, PASSWORD);
    await page.getByText(`Signed in as ${email}`).waitFor();
  },
  'a token': () => openSignedIn(),
})) {
  test(`a subscription shows what happens, by ${by}`, async () => {
    await enterAs();
    await run(
      'subscription Follow { changes(types: [GROUP]) { kind node { ... on Group { title } } } }',
    );
    const seen = async ({ title }) => (await shown()).includes(`"title": "${title}"`);
    await makeGroupUntil(seen);
    await page.getByRole('button', { name: /^Stop/ }).click();
    await page.getByRole('button', { name: /^Execute/ }).waitFor();
    tab.assertClean();
  });
}

test('what someone follows ends when they sign out', async () => {
  const { email } = await makeUser();
  await openSignedOut();
  await signIn(email, PASSWORD);
  await page.getByText(`Signed in as ${email}`).waitFor();
  const socket = page.waitForEvent('websocket');
  await run('subscription Follow { changes { kind } }');
  const closed = (await socket).waitForEvent('close');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await closed;
  await page.getByRole('button', { name: /^Execute/ }).waitFor();
  tab.assertClean(REFUSED);
});

test('nobody can follow anything, and is told so at once', async () => {
  await openSignedOut();
  await run('subscription Follow { changes { kind } }');
  await result().getByText('Socket closed with event 4403 Forbidden').waitFor({ timeout: 5_000 });
  // GraphiQL's toolkit also throws it where nobody can catch it.
  tab.assertClean(/^uncaught: Error: Socket closed with event 4403/);
});

async function openSignedOut() {
  await page.goto('/graphiql');
  await status().getByText('Nobody is signed in').waitFor();
  tab.assertClean(REFUSED);
  tab.startAfresh();
}

async function signIn(email, password) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

async function run(query) {
  await type(query);
  await page.keyboard.press('Control+Enter');
}

async function openSignedIn() {
  await openSignedOut();
  await enter(TOKEN);
  await schema();
}

async function enter(token) {
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
}

async function type(query) {
  await editor().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(query);
  await page.keyboard.press('Escape'); // the suggestions
  // GraphiQL reads the operation's name a moment after the last key, and shows it on the tab.
  const name = query.match(/^(?:query|subscription) (\w+)/)?.[1] ?? '<untitled>';
  await page.getByRole('button', { name, exact: true }).waitFor();
}

const status = () => page.getByRole('status');
const schema = () => status().getByText('Token in use').waitFor();
const editor = () => page.locator('section[aria-label="Operation Editor"] .view-lines');
const result = () => page.locator('.result-window .view-lines');
const shown = async () => (await result().innerText()).replaceAll('\u00a0', ' ');
const focused = () => page.evaluate(() => document.activeElement.id);
const storage = name => page.evaluate(name => ({ ...window[name] }), name);
