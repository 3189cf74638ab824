// The same change of many: the API changes one thing at a time, so each has a result of its own.

import { BulkError, RolecallError, UserErrors } from './errors.js';
import { type Translate, errorKey } from './translate.js';

export interface FailedItem {
  readonly id: string;
  readonly error: RolecallError;
}

/** So many changes are under way at once. */
const ABREAST = 4;

/**
 * Works on all, and answers their ids. Rejects with a {@link BulkError} when some fail. What no person can
 * mend, such as a server out of reach, stops it: what was not begun fails for the same reason.
 */
export async function forEach(
  ids: readonly string[],
  translate: Translate,
  work: (id: string) => Promise<unknown>,
): Promise<string[]> {
  const failures = new Map<string, RolecallError>();
  const waiting = [...ids];
  let fatal: RolecallError | undefined;

  await Promise.all(Array.from({ length: ABREAST }, worker));
  if (failures.size > 0) throw bulkError(ids, failures, translate);
  return [...ids];

  async function worker(): Promise<void> {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        if (fatal) throw fatal;
        await work(id);
      } catch (error) {
        if (!(error instanceof RolecallError)) throw error;
        if (!(error instanceof UserErrors)) fatal = error;
        failures.set(id, error);
      }
    }
  }
}

function bulkError(
  ids: readonly string[],
  failures: ReadonlyMap<string, RolecallError>,
  translate: Translate,
): RolecallError {
  const failed = ids.flatMap(id => {
    const error = failures.get(id);
    return error ? [{ id, error }] : [];
  });
  const errors = failed.map(({ error }) => error);
  const [first] = errors;
  if (ids.length === 1 && first) return first;
  const reasons = [...new Set(errors.map(({ message }) => message))].join(' ');
  const message = translate(errorKey('BULK'), {
    failed: failed.length,
    total: ids.length,
    reasons,
    _: `${failed.length} of ${ids.length} failed. ${reasons}`,
  });
  // Being signed out must be told from the rest: it ends at the login page.
  const whole = errors.find(error => !(error instanceof UserErrors));
  return new BulkError(
    message,
    whole?.status ?? 422,
    whole?.code ?? 'BULK',
    ids.filter(id => !failures.has(id)),
    failed,
  );
}
