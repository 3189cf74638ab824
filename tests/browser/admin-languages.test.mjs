// What people chose for their browser, and languages of every shape.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { button, heading, makeUser, openAs, picker } from './admin.mjs';

let browser, tab, page;
before(async () => (browser = await launch()));
after(() => browser?.close());
afterEach(() => tab.close());

test('colours and language stay as chosen when one signs out and in again', async () => {
  const user = await makeUser();
  await start(user, '/');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await button(page, 'Toggle light/dark mode').click();
  await page.waitForFunction(
    before => getComputedStyle(document.body).backgroundColor !== before,
    light,
  );
  const dark = await background();
  await button(page, 'English').click();
  await page.getByRole('menuitem', { name: 'Deutsch' }).click();
  await heading(page, `Willkommen, ${user.name}`).waitFor();
  await button(page, user.name).click();
  await page.getByRole('menuitem', { name: 'Abmelden' }).click();
  await heading(page, 'Anmelden').waitFor();
  assert.equal(await background(), dark);

  await page.getByRole('textbox', { name: /^E-Mail-Adresse/ }).fill(user.email);
  await page.getByRole('textbox', { name: /^Passwort/ }).fill(user.password);
  await button(page, 'Anmelden').click();
  await heading(page, `Willkommen, ${user.name}`).waitFor();
  assert.equal(await background(), dark);
  tab.assertClean();
});

test('someone else at the same browser reads their own language', async () => {
  const [german, english] = [await makeUser({ locale: 'de' }), await makeUser()];
  await start(german, '/');
  await heading(page, `Willkommen, ${german.name}`).waitFor();
  await button(page, german.name).click();
  await page.getByRole('menuitem', { name: 'Abmelden' }).click();
  await heading(page, 'Anmelden').waitFor();
  await page.getByRole('textbox', { name: /^E-Mail-Adresse/ }).fill(english.email);
  await page.getByRole('textbox', { name: /^Passwort/ }).fill(english.password);
  await button(page, 'Anmelden').click();
  await heading(page, `Welcome, ${english.name}`).waitFor();
  tab.assertClean();
});

test('a language with an extension is shown by its tag, wherever it stands', async () => {
  const user = await makeUser({ locale: 'de-u-co-phonebk' });
  await start(user, '/account');
  await heading(page, 'Mein Konto').waitFor();
  assert.equal(await picker(page, 'Sprache').inputValue(), 'de-u-co-phonebk');
  await page.goto(`/admin/#/users/${user.id}`);
  await picker(page, 'Sprache').waitFor();
  assert.equal(await picker(page, 'Sprache').inputValue(), 'de-u-co-phonebk');
  await page.goto(`/admin/#/auditEvents?filter=${JSON.stringify({ subjectIds: user.id })}`);
  await button(page, 'Benutzer angelegt').click();
  await page.getByRole('row', { name: 'Sprache – de-u-co-phonebk', exact: true }).waitFor();
  tab.assertClean();
});

async function start(user, path) {
  tab = await openAs(browser, user, path);
  page = tab.page;
}
