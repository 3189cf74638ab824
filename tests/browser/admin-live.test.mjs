// What pages show stays true: while others change it, when the stream of changes is cut, and when the server does not answer.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  button,
  field,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  makeUserWith,
  open,
  openAs,
  setStatus,
  unique,
} from './admin.mjs';

let browser, administrator, role, group, user, tab, page;
before(async () => {
  browser = await launch();
  [administrator, role] = await Promise.all([makeUser(), makeRole()]);
  group = await makeGroup(unique('Group'), [role]);
  user = await makeUser({ groups: [group] });
});
after(() => browser?.close());
afterEach(() => tab.close());

test('after the stream of changes was cut, the list shows what came meanwhile, and what comes then', async () => {
  const search = unique('Stream');
  const stream = await startOn(`/groups?filter=${encodeURIComponent(JSON.stringify({ search }))}`);
  await page.getByText('Nothing matches the current filters.').waitFor();
  stream.cut();
  const missed = await makeGroup(`${search} missed`, [role]);
  await page.getByRole('link', { name: missed.title }).waitFor();
  const next = await makeGroup(`${search} next`, [role]);
  await page.getByRole('link', { name: next.title }).waitFor();
  assert.equal(stream.opened(), 2);
});

test('the end of the session leads to the sign-in page, though nobody does anything', async () => {
  const stream = await startOn('/');
  await tab.context.request.post('/graphql', {
    data: { query: 'mutation { signOut { userErrors { code } } }' },
  });
  stream.close(4401);
  await heading(page, 'Sign in').waitFor();
});

test('the answer whether a user may do something follows what happens to them', async () => {
  await start(`/users/${user.id}`);
  const section = page.getByRole('region', { name: `May ${user.name} ...?` });
  for (const [label, text] of [['Bundle', 'shop'], ['Controller', 'order'], ['Action', 'index']]) {
    await section.getByRole('textbox', { name: label }).fill(text);
  }
  const asked = page.waitForRequest(request => request.postData()?.includes('query UserAccess'));
  await button(section, 'Check').click();
  assert.deepEqual(Object.keys((await asked).postDataJSON().variables).sort(), [
    'action',
    'bundle',
    'controller',
    'id',
  ]);
  await section.getByText(`Yes, ${user.name} may do`).waitFor();
  await setStatus(user, 'BLOCKED');
  await section.getByText(`No, ${user.name} may not do`).waitFor();
  await setStatus(user, 'ACTIVE');
  await section.getByText(`Yes, ${user.name} may do`).waitFor();
  tab.assertClean();
});

test("a page shows what becomes of its record: a user's status, a role's groups", async () => {
  await start(`/users/${user.id}`);
  await holds(field(page, 'First name'), 'Ada');
  await setStatus(user, 'BLOCKED');
  await button(page, 'Unblock').waitFor();
  await setStatus(user, 'ACTIVE');
  await button(page, 'Block').waitFor();

  const carried = await makeRole();
  await open(page, `/roles/${carried.id}`);
  await page.getByRole('region', { name: 'Groups with this role (0)' }).waitFor();
  await makeGroup(unique('Carrier'), [carried]);
  await page.getByRole('region', { name: 'Groups with this role (1)' }).waitFor();
  tab.assertClean();
});

test('an administrator is not told for a moment that they may do nothing', async () => {
  await start('/account');
  await page.evaluate(() => {
    window.texts = new Set();
    new MutationObserver(() => window.texts.add(document.querySelector('main')?.innerText)).observe(
      document.body,
      { subtree: true, childList: true, characterData: true },
    );
  });
  await page.getByRole('menuitem', { name: 'Start' }).click();
  await page.getByRole('link', { name: /User Groups?$/ }).waitFor();
  const texts = await page.evaluate(() => [...window.texts].join('\n'));
  assert.match(texts, /User Groups/);
  assert.doesNotMatch(texts, /You may look after your own account here/);
});

test('a server that does not answer is no reason to say that nobody may do anything', async () => {
  await start('/account');
  await unavailable(/query (User|Group|Role)List/);
  await page.getByRole('menuitem', { name: 'Start' }).click();
  await page.getByText(UNAVAILABLE).waitFor();
  assert.equal(await page.getByText('You may look after your own account here').count(), 0);
});

test('rules that cannot be read are not taken for none', async () => {
  await start('/');
  await unavailable(/query RecordsById/);
  await open(page, `/users/${user.id}`);
  const section = page.getByRole('region', { name: 'Effective rules' });
  await section.getByText(UNAVAILABLE).waitFor();
  assert.equal(await page.getByText('No rule reaches this user').count(), 0);
});

test('too many attempts to sign in are answered in minutes', async () => {
  const nobody = await makeUserWith(['allow shop/order/index']);
  await start('/');
  await page.route('**/graphql', route =>
    route.request().postData()?.includes('mutation SignIn')
      ? route.fulfill({ json: { data: { result: { sessionToken: null, userErrors: [RATE_LIMITED] } } } })
      : route.continue(),
  );
  await tab.context.clearCookies();
  await page.goto('/admin/#/login');
  await heading(page, 'Sign in').waitFor();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(nobody.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('nonsense');
  await button(page, 'Sign in').click();
  await page.getByText('Too many attempts. Try again in 10 minutes.').waitFor();
});

const UNAVAILABLE = /^The server is not available/;
const RATE_LIMITED = {
  __typename: 'SignInError',
  code: 'RATE_LIMITED',
  path: ['input'],
  message: 'Too many attempts.',
  retryAfterSeconds: 587,
};

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

/** Opens a page whose stream of changes can be ended as the server ends it. */
async function startOn(path) {
  tab = await openAs(browser, administrator, '/account');
  page = tab.page;
  const subscriptions = [];
  let socket;
  await page.routeWebSocket('**/graphql/ws', mine => {
    socket = mine;
    const server = mine.connectToServer();
    mine.onMessage(text => {
      const { type, id } = JSON.parse(text);
      if (type === 'subscribe') subscriptions.push(id);
      server.send(text);
    });
  });
  await page.reload();
  await open(page, path);
  while (subscriptions.length === 0) await page.waitForTimeout(50);
  return {
    opened: () => subscriptions.length,
    cut: () =>
      socket.send(
        JSON.stringify({
          id: subscriptions.at(-1),
          type: 'error',
          payload: [{ message: 'Too slow', extensions: { code: 'UNAVAILABLE' } }],
        }),
      ),
    close: code => socket.close({ code, reason: 'Unauthorized' }),
  };
}

function unavailable(query) {
  const errors = [{ message: 'Later', extensions: { code: 'UNAVAILABLE' } }];
  return page.route('**/graphql', route =>
    query.test(route.request().postData() ?? '')
      ? route.fulfill({ json: { data: null, errors } })
      : route.continue(),
  );
}
