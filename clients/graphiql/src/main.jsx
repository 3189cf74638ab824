import './workers.js';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN, GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { TokenField } from './token.jsx';
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

function App() {
  const [token, setToken] = useState(stored.read);
  // GraphiQL fetches the schema again whenever it is given another fetcher.
  const fetcher = useMemo(() => fetcherFor(token), [token]);

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
      <TokenField
        token={token}
        onChange={next => {
          stored.write(next);
          setToken(next);
        }}
      />
    </GraphiQL>
  );
}

function fetcherFor(token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return createGraphiQLFetcher({
    url: '/graphql',
    subscriptionUrl: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    headers,
    // A browser cannot set headers on a socket, so there the token travels in connection_init.
    wsConnectionParams: headers,
    // Makes the toolkit send the Accept header of GraphQL over HTTP, rather than multipart/mixed.
    enableIncrementalDelivery: false,
  });
}

createRoot(document.getElementById('graphiql')).render(<App />);
