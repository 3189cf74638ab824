// A headless Chromium for the tests of what people see, and a record of everything on its pages that
// no page of ours may do.
//   CHROMIUM   the browser, /usr/bin/chromium when unset

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { BASE } from '../server.mjs';

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', // CI runs as root
      '--disable-gpu',
      // Without these the browser itself talks to the outside, and waits for it.
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page in a context of its own: no cookie, no storage of another test. `options` are the context's. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ baseURL: BASE, locale: 'en-GB', ...options });
  context.setDefaultTimeout(20_000);
  const problems = [];
  const report = (what, text) => problems.push(`${what}: ${text}`);

  context.on('console', message => {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() === 'error') report('console error', text);
    // Monaco's words for "works, but on the page's own thread": a warning that means a broken build.
    else if (/could not create web worker/i.test(text)) report('worker', text);
  });
  context.on('weberror', error => report('uncaught', error.error().stack));
  context.on('request', request => checkOrigin(request.url()));

  // The browser itself says what its Content-Security-Policy refused.
  await context.exposeBinding('reportViolation', (_source, text) => report('CSP', text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', event =>
      reportViolation(`${event.violatedDirective} refused ${event.blockedURI}`),
    );
  });

  const page = await context.newPage();
  page.on('websocket', socket => checkOrigin(socket.url().replace(/^ws/, 'http')));

  function checkOrigin(url) {
    const { origin, protocol } = new URL(url);
    if (protocol !== 'data:' && origin !== new URL(BASE).origin) report('other origin', url);
  }

  return {
    page,
    context,
    /** Fails, naming them, if there were problems other than those that `expected` matches. */
    assertClean(expected) {
      assert.deepEqual(problems.filter(problem => !expected?.test(problem)), []);
    },
    /** Forgets the problems up to now. */
    startAfresh: () => problems.splice(0),
    close: () => context.close(),
  };
}
