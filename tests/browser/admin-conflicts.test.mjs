// Two people change the same thing, each from what they saw: lists are brought together, and only what cannot be is asked.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import {
  api,
  button,
  chip,
  field,
  fillRule,
  groupByTitle,
  holds,
  makeGroup,
  makeRole,
  makeUser,
  message,
  openAs,
  pick,
  save,
  unique,
  updateGroup,
} from './admin.mjs';

let browser, administrator, tab, page;
before(async () => {
  browser = await launch();
  administrator = await makeUser();
});
after(() => browser?.close());
afterEach(() => tab.close());

test('a group keeps the roles that both gave it, and neither of those that one took away', async () => {
  const [kept, dropped, lost, hers, his] = await Promise.all(Array.from({ length: 5 }, () => makeRole()));
  const group = await makeGroup(unique('Group'), [kept, dropped, lost]);
  const title = unique('Renamed');
  await start(`/groups/${group.id}`, 'Title', group.title);
  await field(page, 'Title').fill(title);
  await pick(page, 'Assigned roles', his.name);
  await unpick('Assigned roles', dropped.name);
  await updateGroup({
    id: group.id,
    description: 'Theirs',
    addRoleIds: [hers.id],
    removeRoleIds: [lost.id],
  });
  await save(page);

  const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
  await line(dialog, 'Added', hers.name).waitFor();
  await line(dialog, 'Removed', lost.name).waitFor();
  assert.equal(await dialog.getByText(kept.name).count(), 0);
  assert.equal(await dialog.getByRole('radio').count(), 0);
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await chip(page, 'Assigned roles', hers.name).waitFor();
  await chip(page, 'Assigned roles', his.name).waitFor();
  await holds(field(page, 'Description'), 'Theirs');
  await save(page);
  await message(page, 'Group saved');
  const saved = await groupByTitle(title);
  assert.deepEqual(ids(saved.roles), ids([kept, hers, his]));
  assert.equal(saved.description, 'Theirs');
  tab.assertClean();
});

test('a user keeps the groups of both, what is chosen of theirs, and the password that was typed', async () => {
  const [first, hers, his] = await Promise.all([makeGroup(), makeGroup(), makeGroup()]);
  const user = await makeUser({ groups: [first] });
  const password = 'nine patient herons beside a canal';
  await start(`/users/${user.id}`, 'E-mail address', user.email);
  await field(page, 'First name').fill('Mine');
  await field(page, 'Last name').fill('Also mine');
  await pick(page, 'Groups', his.title);
  await field(page, 'New password').fill(password);
  await updateUser({ id: user.id, firstName: 'Theirs', lastName: 'Theirs too', addGroupIds: [hers.id] });
  await save(page);

  const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
  const lastName = dialog.getByRole('radiogroup', { name: 'Last name' });
  await lastName.getByRole('radio', { name: 'Theirs: Theirs too' }).check();
  await line(dialog, 'Added', hers.title).waitFor();
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await holds(field(page, 'Last name'), 'Theirs too');
  await holds(field(page, 'First name'), 'Mine');
  await holds(field(page, 'New password'), password);
  await save(page);
  await message(page, 'User saved');
  const saved = await api(
    'query ($id: ID!) { user(id: $id) { firstName lastName groups { id } } }',
    user,
  );
  assert.equal(saved.user.firstName, 'Mine');
  assert.equal(saved.user.lastName, 'Theirs too');
  assert.deepEqual(ids(saved.user.groups), ids([first, hers, his]));
  tab.assertClean();
  await tab.close();
  tab = await openAs(browser, { email: user.email, password }, '/account');
});

test('of many rules the dialog shows those that came and went, and both changes are saved', async () => {
  const many = Array.from({ length: 40 }, (_, index) => `allow shop/order/step-${index + 10}`);
  const role = await makeRole(unique('Role'), many);
  const name = unique('Renamed');
  await start(`/roles/${role.id}`, 'Name', role.name);
  await field(page, 'Name').fill(name);
  await button(page, 'Remove the rule shop/order/step-10').click();
  await addRule(39, ['shop', 'order', 'mine']);
  await changeRules(role, ['shop/order/step-11'], ['deny shop/order/theirs']);
  await save(page);

  const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
  await line(dialog, 'Added', 'shop/order/theirs').waitFor();
  await line(dialog, 'Removed', 'shop/order/step-11').waitFor();
  assert.equal(await dialog.getByText('step-12').count(), 0);
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await button(page, 'Remove the rule shop/order/theirs').waitFor();
  await save(page);
  await message(page, 'Role saved');
  const expected = [...many.slice(2), 'allow shop/order/mine', 'deny shop/order/theirs'];
  assert.deepEqual(await rulesOf(role), expected.sort());
  tab.assertClean();
});

test('a rule that somebody else removed meanwhile stands in nobody’s way', async () => {
  const role = await makeRole(unique('Role'), ['allow a/b/c', 'allow a/b/d', 'allow a/b/e']);
  await start(`/roles/${role.id}`, 'Name', role.name);
  await button(page, 'Remove the rule a/b/c').click();
  await button(page, 'Remove the rule a/b/d').click();
  await changeRules(role, ['a/b/c'], []);
  await save(page);
  const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
  await line(dialog, 'Removed', 'a/b/c').waitFor();
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await save(page);
  await message(page, 'Role saved');
  assert.deepEqual(await rulesOf(role), ['allow a/b/e']);
  tab.assertClean();
});

test('a rule that somebody else added meanwhile is there once', async () => {
  const role = await makeRole(unique('Role'), ['allow a/b/c']);
  await start(`/roles/${role.id}`, 'Name', role.name);
  await addRule(1, ['a', 'b', 'd']);
  await addRule(2, ['a', 'b', 'e']);
  await changeRules(role, [], ['allow a/b/d']);
  await save(page);
  const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
  await line(dialog, 'Added', 'a/b/d').waitFor();
  await dialog.getByRole('button', { name: 'Go on with these' }).click();
  await button(page, 'Remove the rule a/b/d').waitFor();
  await save(page);
  await message(page, 'Role saved');
  assert.deepEqual(await rulesOf(role), ['allow a/b/c', 'allow a/b/d', 'allow a/b/e']);
  tab.assertClean();
});

test('what others change beside the form is no reason to ask', async () => {
  const group = await makeGroup();
  const user = await makeUser();
  await start(`/groups/${group.id}`, 'Title', group.title);
  await field(page, 'Description').fill('Mine');
  await updateGroup({ id: group.id, addUserIds: [user.id] });
  await save(page);
  await message(page, 'Group saved');
  const saved = await groupByTitle(group.title);
  assert.equal(saved.description, 'Mine');
  assert.deepEqual(ids(saved.users.nodes), [user.id]);
  tab.assertClean();
});

async function start(path, label, value) {
  tab = await openAs(browser, administrator, path);
  page = tab.page;
  await holds(field(page, label), value);
}

/** What stands in the dialog beside this label. */
const line = (dialog, label, text) =>
  dialog.getByText(`${label}:`, { exact: true }).locator('..').getByText(text, { exact: true });

async function unpick(label, name) {
  await chip(page, label, name).locator('svg').click();
  await chip(page, label, name).waitFor({ state: 'detached' });
}

async function addRule(index, parts) {
  await button(page, 'Add another rule').click();
  await fillRule(page, index, parts);
}

async function updateUser(input) {
  await api(
    `mutation ($input: UpdateUserInput!) {
      updateUser(input: $input) { userErrors { code path message } }
    }`,
    { input },
  );
}

/** Takes rules away and adds others, as somebody else would. */
async function changeRules(role, removed, added) {
  const rules = await readRules(role);
  await api(
    `mutation ($input: UpdateRoleInput!) {
      updateRole(input: $input) { userErrors { code path message } }
    }`,
    {
      input: {
        id: role.id,
        removeRuleIds: removed.map(triple => rules.find(rule => asText(rule).endsWith(` ${triple}`)).id),
        addRules: added.map(text => {
          const [permission, bundle, controller, action] = text.split(/[ /]/);
          return { bundle, controller, action, permission: permission.toUpperCase() };
        }),
      },
    },
  );
}

async function readRules({ id }) {
  const answer = await api(
    'query ($id: ID!) { role(id: $id) { rules { id bundle controller action permission } } }',
    { id },
  );
  return answer.role.rules;
}

const rulesOf = async role => (await readRules(role)).map(asText).sort();
const asText = ({ bundle, controller, action, permission }) =>
  `${permission.toLowerCase()} ${bundle}/${controller}/${action}`;
const ids = things => things.map(({ id }) => id).sort();
