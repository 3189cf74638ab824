import { Button, pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { signIn, signOut } from './session.js';

/**
 * The bar above GraphiQL: who asks, by a token or else by a session. It lives inside GraphiQL's tree, to
 * see whether the schema has arrived.
 */
export function Bar({ token, person, onToken, onPerson }) {
  const [problem, setProblem] = useState(null);
  // One attempt at a time: each that fails brings the person nearer to having to wait.
  const isUnderWay = useRef(false);

  async function attempt(work) {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setProblem(null);
    const [next, failure] = await work().finally(() => (isUnderWay.current = false));
    // What had the focus goes, and who cannot see that must hear what came.
    flushSync(() => {
      setProblem(failure);
      if (!failure) onPerson(next);
    });
    const field = document.querySelector(failure ? '#password' : next ? '#person' : '#email');
    field?.focus();
    field?.select?.();
  }

  // A portal, so that the bar also comes first for the keyboard and for screen readers.
  return createPortal(
    <>
      {!token && person && <Person email={person} onSignOut={() => attempt(signOut)} />}
      {!token && !person && <SignIn onSubmit={input => attempt(() => signIn(input))} />}
      <Token
        token={token}
        onChange={next => {
          setProblem(null);
          onToken(next);
        }}
      />
      <p id="status" role="status">
        {problem ?? <Status token={token} person={person} />}
      </p>
    </>,
    document.getElementById('bar'),
  );
}

function SignIn({ onSubmit }) {
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        onSubmit(Object.fromEntries(new FormData(event.target)));
      }}
    >
      <label htmlFor="email">E-mail</label>
      {/* Not of the type "email": browsers rewrite and refuse addresses that the server takes. */}
      <input
        id="email"
        name="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <label htmlFor="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autoComplete="current-password"
        aria-describedby="status"
        required
      />
      <Button type="submit">Sign in</Button>
    </form>
  );
}

function Person({ email, onSignOut }) {
  return (
    <div>
      <p id="person" tabIndex={-1}>
        Signed in as <strong>{email}</strong>
      </p>
      <Button type="button" onClick={onSignOut}>
        Sign out
      </Button>
    </div>
  );
}

function Token({ token, onChange }) {
  const [draft, setDraft] = useState(token);
  const apply = () => draft.trim() !== token && onChange(draft.trim());
  const forget = () => {
    setDraft('');
    onChange('');
  };

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        apply();
      }}
    >
      <label htmlFor="api-token">API token</label>
      <input
        id="api-token"
        type="password"
        placeholder="rolecall_…"
        autoComplete="off"
        spellCheck={false}
        aria-describedby="status"
        value={draft}
        onChange={event => setDraft(event.target.value)}
        // Not on each key: half a token is a failed request. Leaving the field counts as done.
        onBlur={apply}
      />
      <Button type="submit">Use</Button>
      {token && (
        <Button type="button" onClick={forget}>
          Forget
        </Button>
      )}
    </form>
  );
}

function Status({ token, person }) {
  const { schema, fetchError, isIntrospecting, responseEditor } = useGraphiQL(
    pick('schema', 'fetchError', 'isIntrospecting', 'responseEditor'),
  );

  // GraphiQL shows this error as a response, and leaves it there when the next one to ask may read it.
  useEffect(() => {
    if (!fetchError) return undefined;
    return () => {
      if (responseEditor?.getValue() === fetchError) responseEditor.setValue('');
    };
  }, [fetchError, responseEditor]);

  // It keeps the schema that it had, too.
  if (isIntrospecting) return null;
  if (!fetchError) return schema && token ? 'Token in use, until this tab is closed' : null;
  if (token) return <>With this token the schema cannot be read: {reason(fetchError)}</>;
  if (person) return <>The schema cannot be read: {reason(fetchError)}</>;
  return (
    <>
      Nobody is signed in. Tokens come from{' '}
      <code>rolecall token create --user EMAIL --name NAME</code>
    </>
  );
}

/** The first message of what GraphiQL keeps as one JSON text. */
function reason(fetchError) {
  try {
    const { errors } = JSON.parse(fetchError);
    return [errors].flat()[0].message;
  } catch {
    return fetchError;
  }
}
