// What the tests of the admin UI share: people and things made by the API, and the ways through pages.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { BASE, TOKEN } from '../server.mjs';
import { newPage } from './browser.mjs';

export const PASSWORD = 'seven quiet lanterns over a harbour';
const ADMINISTRATORS = 'Administrators';

/** A name that no other test, and no earlier run on the same server, has. */
export const unique = what => `${what} ${randomUUID().slice(0, 13)}`;

/** Data of one operation as the administrator of the token; what went wrong is the error. */
export async function api(query, variables = {}) {
  const answer = await fetch(new URL('/graphql', BASE), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  const failures = Object.values(data).flatMap(part => part?.userErrors ?? []);
  assert.deepEqual(failures, []);
  return data;
}

/** Rules as `allow a/b/c` and `deny a/b/c`. */
export async function makeRole(name = unique('Role'), rules = ['allow shop/order/index']) {
  const { createRole } = await api(
    `mutation ($input: CreateRoleInput!) {
      createRole(input: $input) { role { id name } userErrors { code message path } }
    }`,
    { input: { name, rules: rules.map(asRule) } },
  );
  return createRole.role;
}

export async function makeGroup(title = unique('Group'), roles = []) {
  const roleIds = (roles.length ? roles : [await makeRole()]).map(({ id }) => id);
  const { createGroup } = await api(
    `mutation ($input: CreateGroupInput!) {
      createGroup(input: $input) { group { id title version } userErrors { code message path } }
    }`,
    { input: { title, roleIds } },
  );
  return createGroup.group;
}

export async function makeUser({ groups, ...fields } = {}) {
  const input = {
    email: `${randomUUID()}@example.com`,
    firstName: 'Ada',
    lastName: unique('Palmer'),
    password: PASSWORD,
    groupIds: (groups ?? [await groupByTitle(ADMINISTRATORS)]).map(({ id }) => id),
    ...fields,
  };
  const { createUser } = await api(
    `mutation ($input: CreateUserInput!) {
      createUser(input: $input) { user { id } userErrors { code message path } }
    }`,
    { input },
  );
  return { ...input, ...createUser.user, name: `${input.firstName} ${input.lastName}` };
}

/** A user who may do what `rules` allow, and nothing else. */
export async function makeUserWith(rules) {
  const role = await makeRole(unique('Role'), rules);
  return makeUser({ groups: [await makeGroup(unique('Group'), [role])] });
}

export async function groupByTitle(title) {
  const { groupByTitle } = await api(
    `query ($title: String!) {
      groupByTitle(title: $title) {
        id title description version roles { id name } users(first: 100) { nodes { id email } }
      }
    }`,
    { title },
  );
  return groupByTitle;
}

export async function updateGroup(input) {
  await api(
    `mutation ($input: UpdateGroupInput!) {
      updateGroup(input: $input) { userErrors { code message path } }
    }`,
    { input },
  );
}

export async function setStatus({ id }, status) {
  await api(
    `mutation ($input: SetUserStatusInput!) {
      setUserStatus(input: $input) { userErrors { code message path } }
    }`,
    { input: { id, status } },
  );
}

export async function statusOf({ id }) {
  return (await api('query ($id: ID!) { user(id: $id) { status } }', { id })).user.status;
}

/** A page at `path` of the admin UI for `user`, who came in without typing. */
export async function openAs(browser, user, path = '/', options = {}) {
  const tab = await newPage(browser, options);
  const answer = await tab.context.request.post('/graphql', {
    data: {
      query: `mutation ($email: String!, $password: String!) {
        signIn(input: { email: $email, password: $password }) { userErrors { code message } }
      }`,
      variables: { email: user.email, password: user.password },
    },
  });
  assert.deepEqual((await answer.json()).data?.signIn.userErrors, []);
  await open(tab.page, path);
  return tab;
}

/** A page of the admin UI, once its heading is there. */
export async function open(page, path) {
  await page.goto(`/admin/#${path}`);
  await page.getByRole('heading', { level: 1 }).filter({ hasText: /./ }).waitFor();
}

export async function signIn(page, { email, password }) {
  await page.goto('/admin/');
  await field(page, 'E-mail address').fill(email);
  await field(page, 'Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: /^Welcome, / }).waitFor();
}

/** An input by its label, whether it is marked as required or not. */
export const field = (page, label) =>
  page.getByRole('textbox', { name: new RegExp(`^${label}( \\*)?$`) });

/** An input that suggests, by its label. */
export const picker = (page, label) =>
  page.getByRole('combobox', { name: new RegExp(`^${label}( \\*)?$`) });

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });
export const menu = page => page.getByRole('navigation', { name: 'Main menu' });
export const save = page => button(page, 'Save').click();

/** Finds an option by typing and picks it. */
export async function pick(page, label, name, search = name) {
  const input = picker(page, label);
  await input.fill(search);
  await page.getByRole('option', { name }).click();
  await chip(page, label, name).waitFor();
}

/** What is picked already stands in the input's own field, before the input. */
export const chip = (page, label, name) =>
  page
    .locator('.MuiAutocomplete-root', { has: picker(page, label) })
    .getByRole('button', { name, exact: true });

/** A rule of the role that is open, and one of its parts, by their places. */
export const rule = (page, index) =>
  page.getByRole('group', { name: 'Rules' }).getByRole('row').nth(index + 1);
export const part = (page, index, name) => rule(page, index).getByRole('combobox', { name });

/** Types a rule's bundle, controller and action. */
export async function fillRule(page, index, parts) {
  for (const [at, name] of ['Bundle', 'Controller', 'Action'].entries()) {
    await part(page, index, name).fill(parts[at]);
  }
}

/** Fails where a page is wider than its screen. */
export async function assertNoSidewaysScroll(page) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
}

/** Waits for the message that slides in. */
export const message = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();

/** Waits until the input holds this value. */
export async function holds(input, value) {
  const element = await input.elementHandle();
  await input.page().waitForFunction(([{ value }, wanted]) => value === wanted, [element, value]);
}

/** The words that a screen reader reads with a field: its help, or what is wrong with it. */
export async function described(input, text) {
  await input.page().waitForFunction(
    ([element, text]) => {
      const ids = (element.getAttribute('aria-describedby') ?? '').split(' ');
      const wanted = new RegExp(text);
      return ids.some(id => wanted.test(document.getElementById(id)?.textContent));
    },
    [await input.elementHandle(), text instanceof RegExp ? text.source : escape(text)],
  );
}

/** Fails unless the field is marked as wrong, with these words at it. */
export async function fails(input, text) {
  await described(input, text);
  assert.equal(await input.getAttribute('aria-invalid'), 'true');
}

function asRule(text) {
  const [permission, triple] = text.split(' ');
  const [bundle, controller, action] = triple.split('/');
  return { bundle, controller, action, permission: permission.toUpperCase() };
}

const escape = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
