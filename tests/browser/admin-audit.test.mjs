// The audit trail in words, whatever happened and whoever is gone.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  api,
  button,
  makeGroup,
  makeRole,
  makeUser,
  openAs,
  picker,
  unique,
  updateGroup,
} from './admin.mjs';

const ROOT = path.join(import.meta.dirname, '../..');

let browser, user, tab, page;
before(async () => (browser = await launch()));
after(() => browser?.close());
beforeEach(async () => {
  user = await makeUser({ firstName: 'Grace' });
});
afterEach(() => tab.close());

for (const [locale, words] of Object.entries({
  en: { filter: 'What', known: 'Group created', number: 'Number of users' },
  de: { filter: 'Was', known: 'Gruppe angelegt', number: 'Anzahl der Benutzer' },
})) {
  test(`every event and every field of the server has words (${locale})`, async () => {
    const { actions, fields } = await whatHappens();
    user = await makeUser({ locale });
    await start('/account');
    await page.route('**/graphql', async route => {
      const { query } = route.request().postDataJSON();
      if (!/^query AuditEventList/.test(query)) return route.continue();
      const answer = await route.fetch();
      const { data } = await answer.json();
      data.page = { ...data.page, nodes: actions.map(asEvent), totalCount: actions.length };
      data.page.pageInfo = { ...data.page.pageInfo, hasNextPage: false };
      return route.fulfill({ response: answer, json: { data } });
    });
    await page.goto('/admin/#/auditEvents');
    await button(page, words.known).first().waitFor();
    const shown = await page.locator('tbody button[aria-expanded]').allInnerTexts();
    assert.equal(shown.length, actions.length);
    assert.deepEqual(shown.filter(text => actions.includes(text) || /[._]/.test(text)), []);
    assert.equal(new Set(shown).size, actions.length);

    await button(page, words.known).first().click();
    await page.getByRole('rowheader', { name: words.number }).waitFor();
    const named = await page.getByRole('rowheader').allInnerTexts();
    assert.equal(named.length, fields.length);
    assert.deepEqual(named.filter(text => fields.includes(text)), []);

    await page.getByRole('combobox', { name: words.filter, exact: true }).click();
    const offered = await page.getByRole('option').allInnerTexts();
    assert.deepEqual(offered.toSorted(), shown.toSorted());
    tab.assertClean();

    function asEvent(action, at) {
      return {
        __typename: 'AuditEvent',
        id: `event-${at}`,
        action,
        at: new Date(Date.now() - at).toISOString(),
        changes: JSON.stringify(Object.fromEntries(fields.map(field => [field, [null, 1]]))),
        requestId: null,
        subjectId: null,
        actor: null,
      };
    }
  });
}

test('what is gone has words in the place of its name', async () => {
  const [role, kept] = [await makeRole(), await makeRole()];
  const group = await makeGroup(unique('Gone'), [role, kept]);
  await remove('Group', { id: group.id });
  await remove('Role', { id: role.id });
  await start('/auditEvents');
  const row = page.getByRole('row', { name: group.title }).filter({ hasText: 'Group deleted' });
  await row.getByRole('button', { name: 'Group deleted' }).click();
  await page
    .getByRole('row', { name: `Roles − ${kept.name}, Deleted (User Role) –`, exact: true })
    .waitFor();
  tab.assertClean();
});

test('a name that may not be seen is not called deleted', async () => {
  const group = await makeGroup(unique('Hidden'));
  user = await makeUserWithAudit();
  await start('/auditEvents');
  const row = page.getByRole('row', { name: group.title }).filter({ hasText: 'Group created' });
  await row.getByRole('button', { name: 'Group created' }).click();
  const roles = { name: 'Roles – + Not visible to you (User Role)', exact: true };
  await page.getByRole('row', roles).waitFor();
  tab.assertClean();
});

test('the events of a deleted group are found by its name in the trail', async () => {
  const group = await makeGroup(unique('Gone'));
  await updateGroup({ id: group.id, description: 'Once more' });
  await remove('Group', { id: group.id });
  await start('/auditEvents');
  await page.getByRole('link', { name: group.title }).first().click();
  await page.getByText('1-3 of 3').waitFor();
  for (const what of ['Group created', 'Group changed', 'Group deleted']) {
    await button(page, what).waitFor();
  }
  assert.equal(await picker(page, 'Target').inputValue(), group.title);
  tab.assertClean();
});

test('the events of a deleted user are found by who it was, as actor and as target', async () => {
  const gone = await makeUser({ firstName: 'Gone' });
  tab = await openAs(browser, gone, '/'); // signs in
  await tab.close();
  await api(
    `mutation ($input: SetUserStatusInput!) {
      setUserStatus(input: $input) { userErrors { code } }
    }`,
    { input: { id: gone.id, status: 'DELETED' } },
  );
  await start('/auditEvents');
  await picker(page, 'Who').fill(gone.email);
  await page.getByRole('option', { name: `${gone.name} (${gone.email})` }).click();
  await page.getByText('1-1 of 1').waitFor();
  await page.goto('/admin/#/auditEvents?filter={}');
  await picker(page, 'Target').fill(gone.lastName);
  await page.getByRole('option', { name: `${gone.name} (User)` }).click();
  await page.getByText('1-3 of 3').waitFor();
  await page.getByText('User deleted').waitFor();
  tab.assertClean();
});

test('the exported trail has words and names, and neither codes nor ids', async () => {
  const role = await makeRole();
  const group = await makeGroup(unique('Exported'), [role]);
  const filter = encodeURIComponent(JSON.stringify({ subjectIds: group.id }));
  await start(`/auditEvents?filter=${filter}`);
  await page.getByText('1-1 of 1').waitFor();
  const download = page.waitForEvent('download');
  await button(page, 'Export as CSV').click();
  const file = await readFile(await (await download).path(), 'utf8');
  const [head, event] = file.split('\r\n');
  assert.equal(head, 'When,Who,What,Target,Changes');
  assert.match(event, /^20\d\d-[^,]+,[^,]+@[^,]+,Group created,/);
  assert.match(event, new RegExp(`,${group.title},`));
  assert.match(event, new RegExp(`Title: – → ${group.title}`));
  assert.match(event, new RegExp(`Roles: – → \\+ ${role.name}`));
  assert.doesNotMatch(event, new RegExp(group.id));
  tab.assertClean();
});

async function start(at) {
  tab = await openAs(browser, user, at);
  page = tab.page;
}

const remove = (what, input) =>
  api(
    `mutation ($input: Delete${what}Input!) {
      delete${what}(input: $input) { userErrors { code } }
    }`,
    { input },
  );

async function makeUserWithAudit() {
  const role = await makeRole(unique('Role'), ['allow audit/event/index']);
  return makeUser({ groups: [await makeGroup(unique('Group'), [role])] });
}

/** What the server's sources record: the actions, and the fields of their changes. */
async function whatHappens() {
  const source = await sources('src/domain');
  const found = pattern => [...new Set([...source.matchAll(pattern)].map(([, name]) => name))];
  // What lists are ordered by is called alike, after the table and its column.
  const columns = new Set([...(await sources('entity/src')).matchAll(/pub (\w+):/g)].map(it => it[1]));
  const actions = found(/"([a-z_]+\.[a-z_]+)"/g).filter(name => !columns.has(name.split('.')[1]));
  const fields = found(/\.field\(\s*"([A-Za-z]+)"/g);
  assert.ok(actions.includes('group.created') && fields.includes('title'));
  return { actions, fields };
}

async function sources(folder) {
  const names = await readdir(path.join(ROOT, folder), { recursive: true });
  const rust = names.filter(name => name.endsWith('.rs'));
  const texts = rust.map(name => readFile(path.join(ROOT, folder, name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
