import { Button, pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

/** The bar above GraphiQL. It lives inside GraphiQL's tree, to see whether the schema has arrived. */
export function TokenField({ token, onChange }) {
  const [draft, setDraft] = useState(token);
  const apply = () => onChange(draft.trim());
  const forget = () => {
    setDraft('');
    onChange('');
  };

  // A portal, so that the bar also comes first for the keyboard and for screen readers.
  return createPortal(
    <>
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
          aria-describedby="token-status"
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
      <p id="token-status" role="status">
        <Status hasToken={token !== ''} />
      </p>
    </>,
    document.getElementById('token'),
  );
}

function Status({ hasToken }) {
  const { schema, fetchError, responseEditor } = useGraphiQL(
    pick('schema', 'fetchError', 'responseEditor'),
  );

  // GraphiQL shows this error as a response, and leaves it there when the next token works.
  useEffect(() => {
    if (!fetchError) return undefined;
    return () => {
      if (responseEditor?.getValue() === fetchError) responseEditor.setValue('');
    };
  }, [fetchError, responseEditor]);

  if (schema) return hasToken ? 'Token in use, until this tab is closed' : null;
  if (!fetchError) return null;
  if (hasToken) return <>With this token the schema cannot be read: {reason(fetchError)}</>;
  return (
    <>
      Nobody is signed in. Get a token with{' '}
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
