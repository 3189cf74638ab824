// userErrors become what a form of react-admin takes: a message at each field.

import { type FormErrors, type UserError, StaleVersionError, UserErrors } from './errors.js';
import { type ResourceRecord, toGroup, toUser } from './records.js';
import { type Translate, errorKey } from './translate.js';

/**
 * Where the parts of an input came from in the form: `addRules: ['rules', [4, 6]]` says that the first of
 * the added rules is the fifth of the form. Fields that are not named are called alike.
 */
export type Origins = Readonly<Record<string, readonly [field: string, indexes?: number[]]>>;

/** What a form has no field for. */
const WHOLE = new Set(['id', 'expectedVersion', 'force']);

/** Rejects if there are errors; `origins` are those of the input they are about. */
export function throwUserErrors(
  userErrors: readonly UserError[],
  translate: Translate,
  origins?: Origins,
): void {
  const error = toUserErrors(userErrors, translate, origins);
  if (error) throw error;
}

/** What to reject with; null without errors. */
export function toUserErrors(
  userErrors: readonly UserError[],
  translate: Translate,
  origins: Origins = {},
): UserErrors | null {
  if (userErrors.length === 0) return null;
  const messages = userErrors.map(error => message(error, translate));
  const form: FormErrors = {};
  userErrors.forEach((error, index) => {
    place(form, formPath(error.path, origins), messages[index] ?? '');
  });
  const text = [...new Set(messages)].join(' ');
  const stale = userErrors.find(({ __typename }) => __typename === 'StaleVersionError');
  if (stale?.__typename !== 'StaleVersionError') return new UserErrors(text, userErrors, form);
  return new StaleVersionError(
    text,
    userErrors,
    form,
    stale.expectedVersion,
    stale.currentVersion,
    currentRecord(stale),
  );
}

function message(error: UserError, translate: Translate): string {
  const { __typename: type, code, path, message: english, ...params } = error;
  return translate(errorKey(code), { ...params, type, field: path.at(-1), _: english });
}

/** ["input", "addRules", "0", "bundle"] is rules.4.bundle, by the origins above. */
function formPath(path: readonly string[], origins: Origins): string[] {
  const [, name, item, part] = path;
  if (name === undefined || WHOLE.has(name)) return ['root', 'serverError'];
  const [field, indexes] = origins[name] ?? [name];
  if (field !== 'rules') return [field];
  const at = indexes ? indexes[Number(item)] : item;
  // An item or a list has no input of its own: the first of the item's has, and the list's heading.
  return item === undefined || at === undefined
    ? ['rules', 'root']
    : ['rules', String(at), part ?? 'bundle'];
}

/** Several messages at one field are one text. */
function place(form: FormErrors, path: readonly string[], text: string): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  const there = form[name];
  if (rest.length === 0) {
    form[name] = typeof there === 'string' && there !== text ? `${there} ${text}` : text;
    return;
  }
  const nested = typeof there === 'object' ? there : {};
  form[name] = nested;
  place(nested, rest, text);
}

function currentRecord({
  current,
}: Extract<UserError, { __typename: 'StaleVersionError' }>): ResourceRecord | null {
  switch (current?.__typename) {
    case 'Role':
      return current;
    case 'Group':
      return toGroup(current);
    case 'User':
      return toUser(current);
    default:
      return null;
  }
}
