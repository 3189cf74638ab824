// What someone changed in a form: the differences from what they started with, so that two people who
// change the same thing at once both get what they want.

import type { Origins } from './userErrors.js';
import type { RuleInput } from './generated/operations.js';

export type Values = Readonly<Record<string, unknown>>;

/** The version to send, or null to overwrite whatever there is; by default that of the record. */
export interface Meta {
  expectedVersion?: number | null;
}

/** The part of an input that says what changed, and where its parts came from in the form. */
export interface Diff {
  input: Values;
  origins: Origins;
}

export const NO_DIFF: Diff = { input: {}, origins: {} };

/** The texts that are not what they were; empty, null and absent are alike. */
export function diffTexts(fields: readonly string[], data: Values, previous: Values): Diff {
  const changed = fields.filter(
    field => data[field] !== undefined && (data[field] ?? '') !== (previous[field] ?? ''),
  );
  return {
    input: Object.fromEntries(changed.map(field => [field, data[field] ?? ''])),
    origins: {},
  };
}

/**
 * Ids that came and ids that went. Without ids from before, `otherwise` says what those of now are: all
 * there are to be (`replace`), or more (`add`). A form may also name what to add and to remove itself.
 */
export function diffIds(
  field: 'roleIds' | 'groupIds' | 'userIds',
  otherwise: 'replace' | 'add',
  data: Values,
  previous: Values,
): Diff {
  const [add, remove] = [`add${capital(field)}`, `remove${capital(field)}`];
  const named = Object.fromEntries(
    [add, remove].filter(name => ids(data[name]).length > 0).map(name => [name, ids(data[name])]),
  );
  if (data[field] === undefined) return { input: named, origins: {} };
  const now = ids(data[field]);
  if (!Array.isArray(previous[field]) && otherwise === 'replace') {
    return { input: { ...named, [field]: now }, origins: {} };
  }
  const before = ids(previous[field]);
  const came = now.filter(id => !before.includes(id));
  const went = before.filter(id => !now.includes(id));
  return {
    input: {
      ...named,
      ...(came.length > 0 && { [add]: [...ids(data[add]), ...came] }),
      ...(went.length > 0 && { [remove]: [...ids(data[remove]), ...went] }),
    },
    origins: {
      ...(!named[add] && { [add]: [field] as const }),
      ...(!named[remove] && { [remove]: [field] as const }),
    },
  };
}

/** Rules that came and rules that went. A rule is what it says: one that was edited went and came. */
export function diffRules(data: Values, previous: Values): Diff {
  if (data.rules === undefined) return NO_DIFF;
  const now = rows(data.rules).map(rule);
  if (!Array.isArray(previous.rules)) return { input: { rules: now }, origins: {} };
  const left = rows(previous.rules);
  const came = now.flatMap((row, index) => {
    const at = left.findIndex(other => same(rule(other), row));
    if (at === -1) return [{ row, index }];
    left.splice(at, 1);
    return [];
  });
  return {
    input: {
      ...(came.length > 0 && { addRules: came.map(({ row }) => row) }),
      ...(left.length > 0 && { removeRuleIds: left.map(({ id }) => id) }),
    },
    origins: {
      addRules: ['rules', came.map(({ index }) => index)],
      removeRuleIds: ['rules', []],
    },
  };
}

/**
 * Several changes as one. Those of texts are for the version that was seen; ids and rules commute,
 * unless the record changed under the form and nobody can tell what it started with.
 */
export function mergeDiffs(
  own: Diff,
  commuting: readonly Diff[],
  data: Values,
  previous: Values,
  { expectedVersion }: Meta,
): Diff {
  const parts = [own, ...commuting];
  const input: Record<string, unknown> = Object.assign({}, ...parts.map(part => part.input));
  const origins: Origins = Object.assign({}, ...parts.map(part => part.origins));
  const seen = data.version ?? previous.version;
  const isOld = previous.version !== undefined && seen !== previous.version;
  if (isNothing(input)) return NO_DIFF;
  if (expectedVersion !== undefined) {
    if (expectedVersion !== null) input.expectedVersion = expectedVersion;
  } else if (seen !== undefined && (isOld || !isNothing(own.input))) {
    input.expectedVersion = seen;
  }
  return { input, origins };
}

export function isNothing(input: Values): boolean {
  return Object.keys(input).length === 0;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A rule as the API takes it. What a form left empty is blank, which the API says at its place. */
export function rule(row: Values): RuleInput {
  return {
    bundle: text(row.bundle),
    controller: text(row.controller),
    action: text(row.action),
    permission: row.permission as RuleInput['permission'],
  };
}

export function rows(value: unknown): Values[] {
  return Array.isArray(value) ? value.map(row => (row ?? {}) as Values) : [];
}

function same(one: RuleInput, other: RuleInput): boolean {
  return (
    one.bundle === other.bundle &&
    one.controller === other.controller &&
    one.action === other.action &&
    one.permission === other.permission
  );
}

function capital(field: string): string {
  return field.charAt(0).toUpperCase() + field.slice(1);
}
