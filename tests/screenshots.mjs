// Takes the README's screenshots on the way through the main task, and says how soon the first page was usable. Wants
// a server on a fresh database, with ROLECALL_URL and ROLECALL_TOKEN as in server.mjs:
//   npm run --prefix tests screenshots

import { writeFile } from 'node:fs/promises';
import { launch, newPage } from './browser/browser.mjs';
import {
  button,
  field,
  heading,
  makeGroup,
  makeRole,
  makeUser,
  menu,
  message,
  openAs,
  pick,
  save,
} from './browser/admin.mjs';

const FOLDER = new URL('../clients/admin-ui/screenshots/', import.meta.url);
const ROUNDS = 5;

const editors = await makeRole('Page editors', ['allow cms/page/*', 'deny cms/page/delete']);
const readers = await makeRole('Order readers', ['allow shop/order/index', 'allow shop/order/view']);
const refunds = await makeRole('Refunds', ['allow shop/order/refund']);
const press = await makeRole('Press office', ['allow cms/news/*', 'allow cms/media/*']);
const web = await makeGroup('Web team', [editors, press]);
const desk = await makeGroup('Service desk', [readers, refunds]);
await makeGroup('Newsroom', [press]);
for (const [firstName, lastName, groups] of [
  ['Ada', 'Palmer', [web]],
  ['Bruno', 'Keller', [web, desk]],
  ['Chidi', 'Okafor', [desk]],
]) {
  await makeUser({ firstName, lastName, groups, email: `${firstName}@example.com`.toLowerCase() });
}
const administrator = await makeUser({ firstName: 'Mira', lastName: 'Lindgren', email: 'mira@example.com' });

const browser = await launch();
try {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const tab = await newPage(browser);
    const started = performance.now();
    await tab.page.goto('/admin/');
    await button(tab.page, 'Sign in').waitFor();
    await field(tab.page, 'E-mail address').fill(administrator.email);
    times.push(performance.now() - started);
    await tab.close();
  }
  times.sort((a, b) => a - b);
  const [fastest, median, slowest] = [times[0], times[ROUNDS >> 1], times.at(-1)].map(Math.round);
  console.log(`first page usable after ${median} ms (${fastest} to ${slowest}, ${ROUNDS} fresh browser profiles)`);

  const { page } = await openAs(browser, administrator, '/', {
    viewport: { width: 1200, height: 720 },
  });
  await menu(page).getByRole('menuitem', { name: 'User Groups' }).click();
  await page.getByRole('link', { name: 'Newsroom' }).waitFor();
  await shoot(page, 'groups');
  await page.getByRole('link', { name: 'Create Group' }).click();
  await field(page, 'Title').fill('Night shift');
  for (const name of ['Order readers', 'Refunds']) await pick(page, 'Assigned roles', name);
  await save(page);
  await heading(page, 'Edit Group').waitFor();
  await message(page, 'Group created.');
  await shoot(page, 'edit-group');
} finally {
  await browser.close();
}

/** Takes a picture once nothing moves or loads any more. */
async function shoot(page, name) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(it => it.finished)));
  await writeFile(new URL(`${name}.png`, FOLDER), await page.screenshot());
}
