// Signing in the way that browsers do it: a cookie, and headers that say which page asks.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ORIGIN, PASSWORD, bearer, cleanUp, makeUser, send, signIn } from '../server.mjs';

const WHO = '{ viewer { user { email } } }';

after(cleanUp);

test('the cookie acts as who signed in, until they sign out', async () => {
  const { email } = await makeUser();
  const { viewer, userErrors, cookie, attributes } = await signIn(email, PASSWORD);
  assert.deepEqual([viewer, userErrors], [{ user: { email } }, []]);
  assert.match(attributes, /; HttpOnly; SameSite=Lax(; Secure)?; Path=\/$/);

  const headers = { cookie, origin: ORIGIN };
  assert.deepEqual(await answer(WHO, headers), { data: { viewer: { user: { email } } } });

  const out = await send('mutation { signOut(input: {}) { signedOut } }', { headers });
  assert.match(out.headers.get('set-cookie'), /=; .*Max-Age=0/);
  assert.deepEqual(await out.json(), { data: { signOut: { signedOut: true } } });
  assert.deepEqual(await answer(WHO, headers), { data: { viewer: null } });
});

for (const [name, of] of Object.entries({
  'another site': { origin: 'https://elsewhere.example' },
  'another port of this host': {
    origin: `${new URL(ORIGIN).protocol}//${new URL(ORIGIN).hostname}:1`,
  },
  'a page without an origin': { origin: 'null' },
  'something that does not say': {},
  'what a browser calls another site': { 'sec-fetch-site': 'cross-site', origin: ORIGIN },
  'what a browser calls the same site': { 'sec-fetch-site': 'same-site' },
})) {
  test(`a request with the cookie from ${name} is refused, and changes nothing`, async () => {
    const { email } = await makeUser();
    const { cookie } = await signIn(email, PASSWORD);
    const response = await send('mutation { signOut(input: {}) { signedOut } }', {
      headers: { cookie, ...of },
    });
    assert.equal(response.status, 403);
    const { data, errors } = await response.json();
    assert.equal(data, undefined);
    assert.equal(errors[0].extensions.code, 'CROSS_SITE_REQUEST');
    const headers = { cookie, origin: ORIGIN };
    assert.deepEqual(await answer(WHO, headers), { data: { viewer: { user: { email } } } });
  });
}

test('a session token needs no origin', async () => {
  const { email } = await makeUser();
  const { sessionToken } = await signIn(email, PASSWORD);
  assert.deepEqual(await answer(WHO, bearer(sessionToken)), {
    data: { viewer: { user: { email } } },
  });
});

test('a wrong password is an error of the user, and sets no cookie', async () => {
  const { email } = await makeUser();
  assert.deepEqual(await signIn(email, 'not the password'), {
    viewer: null,
    sessionToken: null,
    userErrors: [
      {
        __typename: 'SignInError',
        code: 'INVALID_CREDENTIALS',
        path: [],
        message: 'This e-mail address or password is wrong.',
      },
    ],
    cookie: undefined,
    attributes: undefined,
  });
});

async function answer(query, headers) {
  return (await send(query, { headers })).json();
}
