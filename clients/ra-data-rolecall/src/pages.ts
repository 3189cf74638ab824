// Pages by number over lists by cursor. A list is asked for rows before or after a cursor; react-admin
// asks for the third page. So the cursors met are kept with the number of rows before them, and a page is
// read from the nearest one, or from an end of the list. While rows come and go, the page after the one
// that someone looks at goes on where that one ended; where the numbers then no longer fit, they are
// counted anew.

/** What the API answers of a list. */
export interface Page<Node> {
  nodes: Node[];
  pageInfo: PageInfo;
  totalCount?: number;
}

export interface PageInfo {
  startCursor: string | null;
  endCursor: string | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Which rows: the `first` after a cursor or the start, or the `last` before a cursor or the end. */
export interface ConnectionArguments {
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
}

/** A list of the API with its filter and order. */
export interface Source<Node> {
  page(args: ConnectionArguments, withTotal: boolean): Promise<Page<Node>>;
  /** The cursors of the same rows alone. */
  walk(args: ConnectionArguments): Promise<PageInfo>;
}

/** The most rows that the API gives at once. */
export const MOST = 100;

/** For so many lists the cursors are kept; the one used longest ago goes first. */
const LISTS = 100;

/** For a number of rows, the cursor that so many rows stand before; null for an end of the list. */
interface Bounds {
  after: Map<number, string | null>;
  before: Map<number, string | null>;
  total: number | undefined;
}

export class Pages {
  readonly #lists = new Map<string, Bounds>();

  /** The rows from `offset` on, `size` of them or as many as there are. */
  async read<Node>(
    list: string,
    source: Source<Node>,
    offset: number,
    size: number,
    withTotal: boolean,
  ): Promise<Page<Node>> {
    const bounds = this.#bounds(list);
    const page = await read(bounds, source, offset, Math.min(size, MOST), withTotal);
    while (page.nodes.length < size && page.pageInfo.hasNextPage) {
      const { nodes } = page;
      const rest = Math.min(size - nodes.length, MOST);
      const next = await read(bounds, source, offset + nodes.length, rest, false);
      if (next.nodes.length === 0) break;
      nodes.push(...next.nodes);
      const { hasNextPage, endCursor } = next.pageInfo;
      page.pageInfo = { ...page.pageInfo, hasNextPage, endCursor };
    }
    return page;
  }

  #bounds(list: string): Bounds {
    const bounds = this.#lists.get(list) ?? forgotten(undefined);
    this.#lists.delete(list);
    this.#lists.set(list, bounds);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > LISTS && oldest !== undefined) this.#lists.delete(oldest);
    return bounds;
  }
}

/** A list in the opposite order, where the API has one order only. */
export function reversed<Node>(source: Source<Node>): Source<Node> {
  return {
    async page(args, withTotal) {
      const page = await source.page(opposite(args), withTotal);
      return { ...page, nodes: page.nodes.toReversed(), pageInfo: mirrored(page.pageInfo) };
    },
    walk: async args => mirrored(await source.walk(opposite(args))),
  };
}

async function read<Node>(
  bounds: Bounds,
  source: Source<Node>,
  offset: number,
  size: number,
  withTotal: boolean,
): Promise<Page<Node>> {
  // Worth a look at how long the list is: its other end may be nearer.
  if (withTotal && bounds.total === undefined && offset > MOST) {
    renew(bounds, (await source.page({ first: 0 }, true)).totalCount);
  }
  const args = await approach(bounds, source, offset, size);
  const page = await source.page(args, withTotal);
  if (fits(page, args, offset, size)) {
    remember(bounds, page, args, offset);
    return page;
  }
  renew(bounds, page.totalCount);
  const again = await approach(bounds, source, offset, size);
  const counted = await source.page(again, withTotal);
  remember(bounds, counted, again, offset);
  return counted;
}

/** Walks to where the rows can be asked for. */
async function approach(
  bounds: Bounds,
  source: Source<unknown>,
  offset: number,
  size: number,
): Promise<ConnectionArguments> {
  const end = Math.min(offset + size, Math.max(bounds.total ?? Infinity, offset));
  const low = nearest(bounds.after, at => offset - at);
  const high = end > offset ? nearest(bounds.before, at => at - end) : undefined;
  if (high && steps(high.way) < steps(low?.way ?? Infinity)) {
    return backwards(bounds, source, high, end, end - offset);
  }
  return forwards(bounds, source, low ?? { at: 0 }, offset, size);
}

async function forwards(
  bounds: Bounds,
  source: Source<unknown>,
  from: { at: number },
  offset: number,
  size: number,
): Promise<ConnectionArguments> {
  const known = bounds.after; // not that of another request which counts anew meanwhile
  let { at } = from;
  let after = known.get(at) ?? null;
  while (at < offset) {
    const first = Math.min(MOST, offset - at);
    const { endCursor, hasNextPage } = await source.walk({ first, after });
    after = endCursor ?? after;
    if (!hasNextPage) break;
    at += first;
    known.set(at, after);
  }
  return { first: size, after };
}

async function backwards(
  bounds: Bounds,
  source: Source<unknown>,
  from: { at: number },
  end: number,
  size: number,
): Promise<ConnectionArguments> {
  const known = bounds.before;
  let { at } = from;
  let before = known.get(at) ?? null;
  while (at > end) {
    const last = Math.min(MOST, at - end);
    const { startCursor, hasPreviousPage } = await source.walk({ last, before });
    before = startCursor ?? before;
    if (!hasPreviousPage) break;
    at -= last;
    known.set(at, before);
  }
  return { last: size, before };
}

/**
 * Whether a page is the one of this number, by what it says of the whole list. The last page is, when it goes on where
 * the one before ended, whatever came and went before: counted anew, it would leave rows out.
 */
function fits(
  { nodes, pageInfo, totalCount }: Page<unknown>,
  { after }: ConnectionArguments,
  offset: number,
  size: number,
) {
  if (totalCount === undefined) return true;
  if (after && nodes.length > 0 && !pageInfo.hasNextPage && offset < totalCount) return true;
  const expected = Math.max(0, Math.min(size, totalCount - offset));
  return (
    nodes.length === expected &&
    pageInfo.hasNextPage === offset + size < totalCount &&
    pageInfo.hasPreviousPage === (offset > 0 && totalCount > 0)
  );
}

function remember(bounds: Bounds, page: Page<unknown>, args: ConnectionArguments, offset: number): void {
  const { startCursor, endCursor } = page.pageInfo;
  const end = offset + page.nodes.length;
  const moved =
    differs(bounds.before.get(offset), startCursor) ||
    differs(bounds.after.get(end), endCursor) ||
    differs(bounds.total, page.totalCount);
  if (moved) renew(bounds, page.totalCount ?? bounds.total);
  if (page.totalCount !== undefined) bounds.total = page.totalCount;
  if (bounds.total !== undefined) bounds.before.set(bounds.total, null);
  if (end === offset) return;
  if (offset > 0) bounds.before.set(offset, startCursor);
  bounds.after.set(end, endCursor);
  // What the page was read from reads it again, whatever happens before it.
  if (args.first !== undefined) bounds.after.set(offset, args.after ?? null);
  if (args.before != null) bounds.before.set(end, args.before);
}

function renew(bounds: Bounds, total: number | undefined): void {
  Object.assign(bounds, forgotten(total));
}

function forgotten(total: number | undefined): Bounds {
  const before = new Map<number, string | null>(total === undefined ? [] : [[total, null]]);
  return { after: new Map([[0, null]]), before, total };
}

function nearest(
  known: Map<number, string | null>,
  distance: (at: number) => number,
): { at: number; way: number } | undefined {
  return [...known.keys()]
    .map(at => ({ at, way: distance(at) }))
    .filter(({ way }) => way >= 0)
    .sort((a, b) => a.way - b.way)[0];
}

function steps(rows: number): number {
  return Math.ceil(rows / MOST);
}

function differs<Value>(known: Value | undefined, now: Value | undefined): boolean {
  return known !== undefined && now !== undefined && known !== now;
}

function opposite({ first, after, last, before }: ConnectionArguments): ConnectionArguments {
  return {
    ...(first !== undefined && { last: first, before: after ?? null }),
    ...(last !== undefined && { first: last, after: before ?? null }),
  };
}

function mirrored({ startCursor, endCursor, hasNextPage, hasPreviousPage }: PageInfo): PageInfo {
  return {
    startCursor: endCursor,
    endCursor: startCursor,
    hasNextPage: hasPreviousPage,
    hasPreviousPage: hasNextPage,
  };
}
