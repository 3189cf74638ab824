// Who is signed in, by the cookie alone: the browser sends it along and no script can read it.

import OPERATIONS from './session.graphql';

/** The e-mail address of who is signed in; null for nobody, undefined when that cannot be said. */
export async function whoIsSignedIn() {
  const { data } = await ask('Who');
  return data ? (data.viewer?.user.email ?? null) : undefined;
}

/** Who is signed in now, or else why nobody is. */
export async function signIn(input) {
  const { data, errors = [] } = await ask('SignIn', { input });
  const failure = [...(data?.signIn.userErrors ?? []), ...errors][0];
  return [data?.signIn.viewer?.user.email ?? null, failure?.message ?? null];
}

/** Nobody, or else why somebody still is. */
export async function signOut() {
  const { errors } = await ask('SignOut');
  return [null, errors?.[0].message ?? null];
}

async function ask(operationName, variables) {
  try {
    const answer = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: OPERATIONS, operationName, variables }),
    });
    return await answer.json();
  } catch {
    return { errors: [{ message: 'The server cannot be reached right now.' }] };
  }
}
