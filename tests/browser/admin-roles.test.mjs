// Roles: several rules at once, what they say of each other, and what stands in the way of deleting one.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  api,
  button,
  field,
  fillRule,
  heading,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  message,
  openAs,
  part,
  save,
  unique,
} from './admin.mjs';

let browser, administrator, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
});
after(() => browser?.close());
afterEach(() => tab.close());

test('a role with several rules is made, that allow and deny', async () => {
  const name = unique('Editor');
  await start('/roles/create');
  await field(page, 'Name').fill(name);
  await writeRule(0, ['cms', 'page', '*'], 'Allow');
  await button(page, 'Add another rule').click();
  await writeRule(1, ['cms', 'page', 'delete'], 'Deny');
  await button(page, 'Add another rule').click();
  await writeRule(2, ['cms', '*', 'index'], 'Allow');
  await save(page);
  await message(page, 'Role created. Groups can carry it now.');
  await heading(page, 'Edit Role').waitFor();
  assert.deepEqual(await rulesOf(name), ['ALLOW cms/*/index', 'ALLOW cms/page/*', 'DENY cms/page/delete']);
  tab.assertClean();
});

test('what stands for every one is explained where it is typed', async () => {
  await start('/roles/create');
  await part(page, 0, 'Bundle').fill('*');
  await page.getByRole('option', { name: '* – every one' }).waitFor();
});

test('names in use are suggested', async () => {
  const bundle = `suggested-${unique('x').split(' ')[1]}`;
  await makeRole(unique('Role'), [`allow ${bundle}/page/edit`]);
  await start('/roles/create');
  await part(page, 0, 'Bundle').fill(bundle.slice(0, 15));
  await page.getByRole('option', { name: bundle }).click();
  await holds(part(page, 0, 'Bundle'), bundle);
});

test('rules are added to a role and removed from it in one go', async () => {
  const role = await makeRole(unique('Role'), ['allow a/b/c', 'allow a/b/d']);
  await start(`/roles/${role.id}`);
  await button(page, 'Remove the rule a/b/c').click();
  await button(page, 'Add another rule').click();
  await writeRule(1, ['a', 'b', 'e'], 'Deny');
  await save(page);
  await message(page, 'Role saved');
  assert.deepEqual(await rulesOf(role.name), ['ALLOW a/b/d', 'DENY a/b/e']);
  await button(page, 'Remove the rule a/b/e').waitFor();
  tab.assertClean();
});

test('lines that are pasted become rules', async () => {
  const name = unique('Pasted');
  await start('/roles/create');
  await field(page, 'Name').fill(name);
  await part(page, 0, 'Bundle').evaluate(input => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'cms/page/edit\n/cms/page/index\ndeny cms/page/delete\n');
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await holds(part(page, 2, 'Action'), 'delete');
  await save(page);
  await message(page, 'Role created.');
  assert.deepEqual(await rulesOf(name), ['ALLOW cms/page/edit', 'ALLOW cms/page/index', 'DENY cms/page/delete']);
  tab.assertClean();
});

test('what another rule of the role denies is marked', async () => {
  const role = await makeRole(unique('Role'), ['allow a/b/c', 'deny a/*/c']);
  await start(`/roles/${role.id}`);
  await page.getByRole('row', { name: /a b c Allow/ }).getByText('Denied by another rule here').waitFor();
  tab.assertClean();
});

test('a role that groups have is not deleted, and the page names them', async () => {
  const role = await makeRole();
  const groups = [await makeGroup(unique('Group'), [role]), await makeGroup(unique('Group'), [role])];
  await start(`/roles/${role.id}`);
  await button(page, 'Delete').click();
  const notice = page.getByRole('dialog', { name: `“${role.name}” is still in use` });
  await notice.getByText('These 2 groups have the role. Take it away there first.').waitFor();
  for (const { title } of groups) await notice.getByRole('link', { name: title }).waitFor();
  assert.equal(await notice.getByRole('button', { name: /Delete/ }).count(), 0);
  await notice.getByRole('link', { name: groups[0].title }).click();
  await heading(page, 'Edit Group').waitFor();
  await holds(field(page, 'Title'), groups[0].title);
  tab.assertClean();
});

test('a role that no group has is deleted, after reading that it is gone for good', async () => {
  const role = await makeRole();
  await start(`/roles/${role.id}`);
  await button(page, 'Delete').click();
  const question = page.getByRole('dialog', { name: `Delete “${role.name}”?` });
  await question.getByText('gone for good').waitFor();
  await question.getByRole('button', { name: 'Delete role' }).click();
  await message(page, 'Role deleted');
  await heading(page, 'User Roles').waitFor();
  assert.equal(await roleByName(role.name), null);
  tab.assertClean();
});

test('a group with users is deleted after reading how many lose what', async () => {
  const group = await makeGroup();
  await makeUser({ groups: [group, await makeGroup()] });
  await start(`/groups/${group.id}`);
  await button(page, 'Delete').click();
  const question = page.getByRole('dialog', { name: `Delete “${group.title}”?` });
  await question.getByText('One user loses what its roles allow; the user stays.').waitFor();
  await question.getByRole('button', { name: 'Delete group' }).click();
  await message(page, 'Group deleted');
  await heading(page, 'User Groups').waitFor();
  tab.assertClean();
});

async function start(path) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
}

async function writeRule(index, parts, permission) {
  await fillRule(page, index, parts);
  await part(page, index, 'Permission').click();
  await page.getByRole('option', { name: permission, exact: true }).click();
}

async function roleByName(name) {
  const answer = await api(
    `query ($name: String!) {
      roleByName(name: $name) { rules { bundle controller action permission } }
    }`,
    { name },
  );
  return answer.roleByName;
}

async function rulesOf(name) {
  const { rules } = await roleByName(name);
  return rules
    .map(({ bundle, controller, action, permission }) => `${permission} ${bundle}/${controller}/${action}`)
    .sort();
}
