// What the promises of this package reject with. react-admin knows these by `status` and `body`, not by
// their class, so nothing of ra-core is needed at run time.

import type { FailedItem } from './bulk.js';
import type { UserErrorFieldsFragment } from './generated/operations.js';
import type { ResourceRecord } from './records.js';
import { type Translate, errorKey } from './translate.js';

/** One failure of a mutation with all that its type tells: narrow it by `__typename`. */
export type UserError = UserErrorFieldsFragment;

/** Messages in the shape of a form: `{ title: '...', rules: { 2: { bundle: '...' } } }`. */
export interface FormErrors {
  [field: string]: string | FormErrors;
}

export interface ErrorBody {
  errors?: FormErrors;
  [more: string]: unknown;
}

/** A request that failed as a whole. `code` is the API's, or NETWORK when there was no answer. */
export class RolecallError extends Error {
  override name = 'RolecallError';

  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
    readonly body: ErrorBody = {},
  ) {
    super(message);
  }
}

/** What a person can mend: `body.errors` for the form, `userErrors` for whoever shows more. */
export class UserErrors extends RolecallError {
  override name = 'UserErrors';

  constructor(
    message: string,
    readonly userErrors: readonly UserError[],
    errors: FormErrors,
  ) {
    super(message, 422, userErrors[0]?.code ?? 'BAD_USER_INPUT', {}, { errors });
  }

  /** After so many seconds the next attempt to sign in counts; null when that is not the point. */
  get retryAfterSeconds(): number | null {
    const error = this.userErrors.find(({ __typename }) => __typename === 'SignInError');
    return error?.__typename === 'SignInError' ? error.retryAfterSeconds : null;
  }
}

/** Someone else changed the record since it was loaded. */
export class StaleVersionError extends UserErrors {
  override name = 'StaleVersionError';

  constructor(
    message: string,
    userErrors: readonly UserError[],
    errors: FormErrors,
    readonly expectedVersion: number,
    readonly currentVersion: number,
    /** The record as it is now; null when the viewer may not see it. */
    readonly current: ResourceRecord | null,
  ) {
    super(message, userErrors, errors);
  }
}

/** Some of several changes failed: those of `succeeded` happened, those of `failed` say why not. */
export class BulkError extends RolecallError {
  override name = 'BulkError';

  constructor(
    message: string,
    status: number,
    code: string,
    readonly succeeded: readonly string[],
    readonly failed: readonly FailedItem[],
  ) {
    super(message, status, code);
  }
}

/** What to reject with where the API answers that there is no viewer, which is no error to it. */
export function signedOut(translate: Translate): RolecallError {
  const message = translate(errorKey('UNAUTHENTICATED'), { _: 'Nobody is signed in.' });
  return new RolecallError(message, 401, 'UNAUTHENTICATED');
}
