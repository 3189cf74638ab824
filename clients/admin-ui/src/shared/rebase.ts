// What someone typed into a form, once the record that the form was filled with has become another.

export type Values = Record<string, unknown>;

/** No text is as good as an empty one. */
export const same = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? '') === JSON.stringify(other ?? '');

/**
 * What to put over `theirs` so that nothing of `mine` is lost, and the fields that both changed, each in another way.
 * Of lists, what either of them added is there, and what either removed is not.
 */
export function rebase(opened: Values, mine: Values, theirs: Values) {
  const kept: Values = {};
  const conflicts: string[] = [];
  for (const [source, value] of Object.entries(mine)) {
    if (same(value, opened[source])) continue;
    const result = Array.isArray(value)
      ? mergeLists(list(opened[source]), value, list(theirs[source]))
      : value;
    if (same(result, theirs[source])) continue;
    kept[source] = result;
    if (!Array.isArray(value) && !same(theirs[source], opened[source])) conflicts.push(source);
  }
  return { kept, conflicts };
}

function mergeLists(opened: unknown[], mine: unknown[], theirs: unknown[]) {
  const added = minus(mine, opened);
  const removed = minus(opened, mine);
  return [...minus(theirs, removed), ...minus(added, theirs)];
}

/** What is in the one list and not in the other; a row is what it says, whether it has an id yet or not. */
export function minus(one: unknown[], other: unknown[]) {
  const keys = new Set(other.map(key));
  return one.filter(item => !keys.has(key(item)));
}

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const key = (item: unknown) =>
  JSON.stringify(item, (name, value: unknown) => (name === 'id' ? undefined : value));
