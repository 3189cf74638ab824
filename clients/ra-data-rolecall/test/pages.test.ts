// Pages by number over lists by cursor, while rows come and go.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { rolecallDataProvider } from '../src/index.js';
import { TOKEN, connect, data, makeGroup, makeRole, word } from './world.js';

let roleId = '';
before(async () => {
  roleId = (await makeRole()).id;
});

/** A provider that counts its requests. */
function watched() {
  let requests = 0;
  const client = connect({
    token: TOKEN,
    fetch: (...request) => {
      requests += 1;
      return fetch(...request);
    },
  });
  return { provider: rolecallDataProvider(client), requests: () => requests };
}

/** Groups called 00 to 24, say, and a look at their pages that counts its requests. */
async function list(size: number, perPage = 10) {
  const prefix = word();
  const { provider, requests } = watched();
  const made = new Map<string, string>();
  const add = async (name: string) => {
    made.set(name, (await makeGroup({ title: `${prefix} ${name}`, roleIds: [roleId] })).id);
  };
  const remove = async (name: string) => {
    await data.delete('groups', { id: made.get(name) ?? '' });
  };
  for (let at = 0; at < size; at += 1) await add(number(at));
  return {
    add,
    remove,
    requests,
    async page(page: number, more = {}) {
      const { data: rows, ...result } = await provider.getList('groups', {
        pagination: { page, perPage },
        sort: { field: 'title', order: 'ASC' },
        filter: { q: prefix },
        ...more,
      });
      return { rows: rows.map(({ title }) => title.slice(prefix.length + 1)), ...result };
    },
  };
}

const number = (at: number) => String(at).padStart(2, '0');
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => number(from + at));

test('forwards, backwards and to the last page, with one request each', async () => {
  const { page, requests } = await list(35);
  const before = requests();
  assert.deepEqual(await page(1), { rows: range(0, 10), total: 35 });
  assert.deepEqual(await page(2), { rows: range(10, 20), total: 35 });
  assert.deepEqual(await page(4), { rows: range(30, 35), total: 35 });
  assert.deepEqual(await page(3), { rows: range(20, 30), total: 35 });
  assert.deepEqual(await page(1), { rows: range(0, 10), total: 35 });
  assert.equal(requests() - before, 5);
});

test('a page that nobody was near is walked to', async () => {
  const { page } = await list(35, 3);
  assert.deepEqual((await page(6)).rows, range(15, 18));
  assert.deepEqual((await page(12)).rows, range(33, 35));
  assert.deepEqual((await page(11)).rows, range(30, 33));
  assert.deepEqual(await page(13), { rows: [], total: 35 });
});

test('another size of page goes on from the same rows', async () => {
  const { page } = await list(25);
  await page(1);
  const five = await page(3, { pagination: { page: 3, perPage: 5 } });
  assert.deepEqual(five.rows, range(10, 15));
  const all = await page(1, { pagination: { page: 1, perPage: 1000 } });
  assert.deepEqual(all, { rows: range(0, 25), total: 25 });
});

test('rows that come before leave the next page where this one ended', async () => {
  const { page, add } = await list(45);
  assert.deepEqual((await page(2)).rows, range(10, 20));
  await add('00a');
  await add('00b');
  assert.deepEqual(await page(3), { rows: range(20, 30), total: 47 });
  assert.deepEqual(await page(2), { rows: range(10, 20), total: 47 });
});

test('rows that come before the last page leave it where the one before ended', async () => {
  const { page, add } = await list(25);
  assert.deepEqual((await page(2)).rows, range(10, 20));
  await add('00a');
  await add('00b');
  assert.deepEqual(await page(3), { rows: range(20, 25), total: 27 });
  assert.deepEqual(await page(2), { rows: range(10, 20), total: 27 });
});

test('where there is a page more than rows to go on with, pages are counted anew', async () => {
  const { page, add } = await list(30);
  await page(2);
  assert.deepEqual((await page(3)).rows, range(20, 30));
  await add('00a');
  assert.deepEqual(await page(4), { rows: ['29'], total: 31 });
  assert.deepEqual(await page(3), { rows: range(19, 29), total: 31 });
});

test('rows that went before do not hide any after', async () => {
  const { page, remove } = await list(30);
  await page(1);
  assert.deepEqual((await page(2)).rows, range(10, 20));
  await remove('03');
  assert.deepEqual(await page(2), { rows: range(10, 20), total: 29 });
  const { rows, total } = await page(3);
  assert.equal(total, 29);
  assert.deepEqual(rows, range(20, 30));
  assert.deepEqual((await page(2)).rows, range(10, 20));
  await page(1);
  assert.deepEqual((await page(3)).rows, range(21, 30));
  assert.deepEqual((await page(2)).rows, range(11, 21));
});

test('rows that come and go are all seen by who turns the pages', async () => {
  const { page, add, remove } = await list(60);
  const seen = new Set<string>();
  for (let at = 1; ; at += 1) {
    const { rows, total = 0 } = await page(at);
    for (const row of rows) seen.add(row);
    if (at * 10 >= total) break;
    await add(`00-${number(at)}`);
    if (at % 2 === 0) await remove(number(at));
  }
  const missed = range(0, 60).filter(row => !seen.has(row));
  assert.deepEqual(missed, []);
});

test('when the list shrinks below a page, the page is empty and the total says so', async () => {
  const { page, remove } = await list(12);
  await page(1);
  assert.deepEqual((await page(2)).rows, ['10', '11']);
  for (const name of range(0, 3)) await remove(name);
  assert.deepEqual(await page(2), { rows: [], total: 9 });
  assert.deepEqual(await page(1), { rows: range(3, 12), total: 9 });
});

test('a new last row is on the last page', async () => {
  const { page, add } = await list(20);
  await page(1);
  assert.deepEqual((await page(2)).rows, range(10, 20));
  await add('99');
  assert.deepEqual(await page(3), { rows: ['99'], total: 21 });
});

test('pages asked for at once do not disturb each other', async () => {
  const { page, add } = await list(45);
  for (let round = 0; round < 3; round += 1) {
    const [one, two, three] = await Promise.all([page(1), page(2), page(4), add(`zz${round}`)]);
    assert.deepEqual([one?.rows, two?.rows], [range(0, 10), range(10, 20)]);
    assert.deepEqual(three?.rows, range(30, 40));
  }
});

test('without a total, what is before and after is told instead', async () => {
  const { page } = await list(25);
  const result = async (at: number) => page(at, { meta: { total: false } });
  const ends = (hasPreviousPage: boolean, hasNextPage: boolean) => ({
    hasNextPage,
    hasPreviousPage,
  });
  assert.deepEqual(await result(1), { rows: range(0, 10), pageInfo: ends(false, true) });
  assert.deepEqual(await result(3), { rows: range(20, 25), pageInfo: ends(true, false) });
});

test('a jump into the middle of a long list walks by hundreds from the nearer end', async () => {
  const prefix = word();
  const names = Array.from({ length: 430 }, (_, at) => `${prefix}-${String(at).padStart(3, '0')}`);
  await Promise.all(names.map(name => makeRole([], name)));
  const { provider, requests } = watched();
  const by = async (page: number, perPage: number) => {
    const params = { pagination: { page, perPage }, filter: { q: prefix } };
    return (await provider.getList('roles', params)).data.map(({ name }) => name);
  };
  // The total, 100 rows to walk, the page: from the start.
  assert.deepEqual(await by(21, 10), names.slice(200, 210));
  assert.equal(requests(), 4);
  // The last page, and one that is near it.
  assert.deepEqual(await by(43, 10), names.slice(420));
  assert.deepEqual(await by(41, 10), names.slice(400, 410));
  assert.equal(requests(), 7);
  // All of them, by hundreds.
  assert.deepEqual(await by(1, 1000), names);
  assert.equal(requests(), 12);
});

test('a request that is no longer wanted is given up', async () => {
  const signal = AbortSignal.abort();
  await assert.rejects(data.getList('groups', { signal }), { name: 'AbortError' });
});
