import './workers.js';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN, GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Bar } from './bar.jsx';
import { whoIsSignedIn } from './session.js';
import WELCOME from './welcome.graphql';

const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

// Session storage and nowhere else: the token ends with the tab.
const stored = {
  read: () => sessionStorage.getItem('rolecall:token') ?? '',
  write: token =>
    token
      ? sessionStorage.setItem('rolecall:token', token)
      : sessionStorage.removeItem('rolecall:token'),
};

function App({ personAtFirst }) {
  const [token, setToken] = useState(stored.read);
  const [person, setPerson] = useState(personAtFirst);
  const asker = token || person;
  const socket = useMemo(() => socketFor(token), [token, asker]);
  // GraphiQL fetches the schema again whenever it is given another fetcher.
  const fetcher = useMemo(() => fetcherFor(token, socket), [token, socket]);

  // What one person follows ends before another asks.
  useEffect(() => () => socket.dispose(), [socket]);

  // Sessions end by themselves, and other tabs share them.
  useEffect(() => {
    const look = async () => {
      const now = await whoIsSignedIn();
      if (now !== undefined) setPerson(now);
    };
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, []);

  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={PLUGINS}
      defaultQuery={WELCOME}
      schemaDescription
      inputValueDeprecation
      // GraphiQL writes what stands in its headers editor to local storage, with the history,
      // whatever its settings say. A credential must not end up there.
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>Rolecall</GraphiQL.Logo>
      <Bar
        token={token}
        person={person}
        onToken={next => {
          stored.write(next);
          setToken(next);
        }}
        onPerson={setPerson}
      />
    </GraphiQL>
  );
}

/** Headers of who asks; without a token the browser adds the session's cookie by itself. */
const credential = token => (token ? { Authorization: `Bearer ${token}` } : {});

function socketFor(token) {
  return createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql/ws`,
    // A browser cannot set headers on a socket, so there the token travels in connection_init.
    connectionParams: credential(token),
    // 4403 Forbidden stays so, and by itself the client would keep silent for half a minute.
    shouldRetry: event => event instanceof CloseEvent && event.code !== 4403,
  });
}

function fetcherFor(token, wsClient) {
  return createGraphiQLFetcher({
    url: '/graphql',
    headers: credential(token),
    wsClient,
    // Makes the toolkit send the Accept header of GraphQL over HTTP, rather than multipart/mixed.
    enableIncrementalDelivery: false,
  });
}

createRoot(document.getElementById('graphiql')).render(
  <App personAtFirst={(await whoIsSignedIn()) ?? null} />,
);
