// GraphiQL as the server delivers it: under its Content-Security-Policy, from its own origin alone.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { BASE, TOKEN, launch, newPage } from './browser.mjs';

// Introspection needs a signed-in caller, and Chromium logs each answer of 4xx as an error.
const REFUSED = /^console error: Failed to load resource: .* 4\d\d .*\/graphql\)$/;

let browser, tab, page;
before(async () => (browser = await launch()));
after(() => browser.close());
beforeEach(async () => {
  tab = await newPage(browser);
  page = tab.page;
});
afterEach(() => tab.close());

for (const path of ['/graphiql', '/graphiql/']) {
  test(`without a token, ${path} says how to get one`, async () => {
    await page.goto(path);
    await page.getByText('rolecall token create --user EMAIL --name NAME').waitFor();
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
  await type('{ viewer { user { email } } }');
  await page.keyboard.press('Control+Enter');
  await result().getByText('"email"').waitFor();
  const shown = (await result().innerText()).replaceAll('\u00a0', ' ');
  assert.ok(shown.includes(`"email": "${await ownEmail()}"`), shown);
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

async function openSignedIn() {
  await page.goto('/graphiql');
  await status().getByText('Nobody is signed in').waitFor();
  tab.assertClean(REFUSED);
  tab.startAfresh();
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
  const name = query.match(/^query (\w+)/)?.[1] ?? '<untitled>';
  await page.getByRole('button', { name, exact: true }).waitFor();
}

const status = () => page.getByRole('status');
const schema = () => status().getByText('Token in use').waitFor();
const editor = () => page.locator('section[aria-label="Operation Editor"] .view-lines');
const result = () => page.locator('.result-window .view-lines');
const storage = name => page.evaluate(name => ({ ...window[name] }), name);

async function ownEmail() {
  const answer = await fetch(new URL('/graphql', BASE), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query: '{ viewer { user { email } } }' }),
  });
  return (await answer.json()).data.viewer.user.email;
}
