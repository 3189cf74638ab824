// The running server that the tests in JavaScript speak to, and what they arrange there.
//   ROLECALL_URL     the server, for example http://127.0.0.1:8080
//   ROLECALL_TOKEN   an API token of one of its administrators

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

export const BASE = setting('ROLECALL_URL');
export const TOKEN = setting('ROLECALL_TOKEN');
export const ORIGIN = new URL(BASE).origin;
export const HTTP = new URL('/graphql', BASE).href;
export const SOCKET = new URL('/graphql/ws', BASE).href.replace(/^http/, 'ws');
export const PASSWORD = 'correct horse battery staple';

/** Headers with a credential. */
export const bearer = secret => ({ Authorization: `Bearer ${secret}` });

/** Sends an operation as JSON, and gives the whole response. */
export function send(query, { headers = {}, variables } = {}) {
  return fetch(HTTP, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

/** What the administrator is answered, who must be answered without any error. */
export async function ask(query, variables) {
  const { data, errors } = await (await send(query, { headers: bearer(TOKEN), variables })).json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  for (const { userErrors } of Object.values(data)) {
    assert.deepEqual(userErrors ?? [], []);
  }
  return data;
}

/** Signs in, and gives the answer with the cookie that came with it. */
export async function signIn(email, password) {
  const response = await send(
    `mutation ($email: String!, $password: String!) {
      signIn(input: { email: $email, password: $password, returnToken: true }) {
        viewer { user { email } }
        sessionToken
        userErrors { __typename code path message }
      }
    }`,
    { variables: { email, password } },
  );
  const [cookie] = response.headers.getSetCookie();
  return {
    ...(await response.json()).data.signIn,
    cookie: cookie?.split(';')[0],
    attributes: cookie,
  };
}

/** A text that no test had before, whatever other tests do at the same time. */
export const unique = text => `${text} ${randomUUID()}`;

const made = { groups: [], users: [] };

/** A group with the administrators' role. */
export async function makeGroup(title = unique('Group')) {
  const { roles } = await ask(
    '{ roles(filter: { search: "Administrator" }) { nodes { id name } } }',
  );
  const role = roles.nodes.find(({ name }) => name === 'Administrator');
  const { createGroup } = await ask(
    `mutation ($title: String!, $roleIds: [ID!]!) {
      createGroup(input: { title: $title, roleIds: $roleIds, userIds: [] }) {
        group { id title }
        userErrors { code path message }
      }
    }`,
    { title, roleIds: [role.id] },
  );
  made.groups.push(createGroup.group);
  return createGroup.group;
}

export async function deleteGroup(group) {
  await ask(
    `mutation ($id: ID!) {
      deleteGroup(input: { id: $id, force: true }) { userErrors { code path message } }
    }`,
    { id: group.id },
  );
  forget(group);
}

/** Leaves a group that is gone to nobody. */
export const forget = group => made.groups.splice(made.groups.indexOf(group), 1);

/** A user who may do everything and signs in with PASSWORD. */
export async function makeUser() {
  const group = await makeGroup();
  const { createUser } = await ask(
    `mutation ($email: String!, $password: String!, $groupIds: [ID!]!) {
      createUser(input: {
        email: $email, firstName: "Ada", lastName: "Lovelace"
        password: $password, groupIds: $groupIds
      }) {
        user { id email }
        userErrors { code path message }
      }
    }`,
    { email: `${randomUUID()}@example.org`, password: PASSWORD, groupIds: [group.id] },
  );
  made.users.push(createUser.user);
  return createUser.user;
}

/** Makes groups until one of them is seen: no answer says when a subscription has begun. */
export async function makeGroupUntil(isSeen) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const group = await makeGroup();
    for (let i = 0; i < 20; i++) {
      if (await isSeen(group)) return group;
      await setTimeout(50);
    }
  }
  throw new Error('none of 10 groups was seen');
}

/** Takes back what this process made, and lets everybody sign in again whom its failures keep out. */
export async function cleanUp() {
  const userIds = made.users.splice(0).map(({ id }) => id);
  for (const id of userIds) {
    await ask(
      `mutation ($id: ID!) {
        setUserStatus(input: { id: $id, status: DELETED }) { userErrors { code path message } }
      }`,
      { id },
    );
  }
  for (const group of [...made.groups]) await deleteGroup(group);
  if (userIds.length === 0) return;
  const { auditEvents } = await ask(
    `query ($ids: [ID!]!) {
      auditEvents(filter: { actions: ["sign_in.failed"], subjectIds: $ids }) { nodes { changes } }
    }`,
    { ids: userIds },
  );
  const addresses = auditEvents.nodes.map(({ changes }) => JSON.parse(changes).address[1]);
  for (const address of new Set(addresses)) {
    await ask(
      `mutation ($address: String!) {
        clearSignInFailures(input: { address: $address }) { userErrors { code path message } }
      }`,
      { address },
    );
  }
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}
