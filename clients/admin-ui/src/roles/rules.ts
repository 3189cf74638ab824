// What rules say, and what is odd about several of them together.

import type { RoleRecord } from 'ra-data-rolecall';

export type Permission = RoleRecord['rules'][number]['permission'];

/** A row of the form: one that is saved has an id. */
export interface RuleRow {
  id?: string;
  bundle: string;
  controller: string;
  action: string;
  permission: Permission;
}

export const PARTS = ['bundle', 'controller', 'action'] as const;
export type Part = (typeof PARTS)[number];

export const EMPTY_RULE: RuleRow = { bundle: '', controller: '', action: '', permission: 'ALLOW' };

export const triple = ({ bundle, controller, action }: Record<Part, string>) =>
  `${bundle}/${controller}/${action}`;

const isComplete = (row: RuleRow) => PARTS.every(part => row[part]?.trim());
const signature = (row: RuleRow) => `${triple(row)} ${row.permission}`;

/** Indexes of rows that say what a row above them says. */
export function duplicates(rows: RuleRow[]): Set<number> {
  const seen = new Set<string>();
  const found = new Set<number>();
  rows.forEach((row, index) => {
    if (!isComplete(row)) return;
    if (seen.has(signature(row))) found.add(index);
    seen.add(signature(row));
  });
  return found;
}

/** Indexes of rows that allow what another row denies: they have no effect. */
export function overruled(rows: RuleRow[]): Set<number> {
  const denials = rows.filter(row => row.permission === 'DENY' && isComplete(row));
  const covers = (denial: RuleRow, row: RuleRow) =>
    PARTS.every(part => denial[part] === '*' || denial[part] === row[part]);
  const found = new Set<number>();
  rows.forEach((row, index) => {
    if (
      row.permission === 'ALLOW' &&
      isComplete(row) &&
      denials.some(denial => covers(denial, row))
    )
      found.add(index);
  });
  return found;
}

/** Pasted lines such as `cms/page/edit`, `/cms/page/edit` or `deny cms/page/*`; null where it is no such text. */
export function parseRules(text: string): RuleRow[] | null {
  const rows: RuleRow[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.trim()) continue;
    const match = /^\s*(?:(allow|deny)\s+)?\/?([^/\s]+)\/([^/\s]+)\/([^/\s]+?)\/?\s*$/i.exec(line);
    const [, permission, bundle, controller, action] = match ?? [];
    if (!bundle || !controller || !action) return null;
    rows.push({
      bundle,
      controller,
      action,
      permission: permission?.toLowerCase() === 'deny' ? 'DENY' : 'ALLOW',
    });
  }
  return rows.length > 0 ? rows : null;
}
