// Runs the GraphQL-over-HTTP audit of npm's graphql-http against a running server. Nothing but a
// full score passes: its warnings are what clients trip over next.
//   ROLECALL_URL=http://127.0.0.1:8080 ROLECALL_TOKEN=rolecall_... node audit/audit.mjs

import { auditServer } from 'graphql-http';

// Fewer would mean that the audit itself has shrunk, not that the server got better.
const AT_LEAST = 61;

const { ROLECALL_URL, ROLECALL_TOKEN } = process.env;
if (!ROLECALL_URL || !ROLECALL_TOKEN) {
  console.error('ROLECALL_URL and ROLECALL_TOKEN must be set');
  process.exit(2);
}

const results = await auditServer({
  url: new URL('/graphql', ROLECALL_URL).href,
  fetchFn: (url, { headers, ...init } = {}) =>
    fetch(url, { ...init, headers: { ...headers, authorization: `Bearer ${ROLECALL_TOKEN}` } }),
});

const failed = results.filter(({ status }) => status !== 'ok');
for (const { status, id, name, reason, response } of failed) {
  console.error(`${status} ${id}: ${name}\n  ${reason} (HTTP ${response.status})`);
}
console.log(`graphql-http: ${results.length - failed.length} of ${results.length} ok`);
if (failed.length > 0 || results.length < AT_LEAST) process.exitCode = 1;
