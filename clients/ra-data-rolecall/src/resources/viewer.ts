// What someone may do, and what they do with their own account.

import type { Client } from '../client.js';
import {
  type AccessCheckInput,
  CanDocument,
  ChangePasswordDocument,
  ClearSignInFailuresDocument,
  UserAccessDocument,
} from '../generated/operations.js';
import { throwUserErrors } from '../userErrors.js';
import { found } from './resource.js';

export type Check = AccessCheckInput;

/** The decision for a user, with every rule that made it. */
export async function access(client: Client, { userId, ...check }: Check & { userId: string }) {
  const { user } = await client.run(UserAccessDocument, { id: userId, ...check });
  return found(user, client.translate).access;
}

export type AccessDecision = Awaited<ReturnType<typeof access>>;

/** One answer for each check, in order; nobody who is not signed in may do anything. */
export async function can(client: Client, checks: readonly Check[]): Promise<boolean[]> {
  const { viewer } = await client.run(CanDocument, { checks: [...checks] });
  return viewer?.canAll ?? checks.map(() => false);
}

export async function changePassword(
  client: Client,
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  const { result } = await client.run(ChangePasswordDocument, { input });
  throwUserErrors(result.userErrors, client.translate);
}

export async function clearSignInFailures(
  client: Client,
  input: { userId?: string; address?: string },
): Promise<void> {
  const { result } = await client.run(ClearSignInFailuresDocument, { input });
  throwUserErrors(result.userErrors, client.translate);
}
