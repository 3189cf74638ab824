import type { UserRecord, UserStatus } from 'ra-data-rolecall';

export type Step = 'block' | 'unblock' | 'delete' | 'restore';

export const STATUS_AFTER: Record<Step, UserStatus> = {
  block: 'BLOCKED',
  unblock: 'ACTIVE',
  delete: 'DELETED',
  restore: 'ACTIVE',
};
const STEPS_FROM: Record<UserStatus, Step[]> = {
  ACTIVE: ['block', 'delete'],
  BLOCKED: ['unblock', 'delete'],
  DELETED: ['restore'],
};

/** From the status of a user to another one, as far as the viewer may. */
export function stepsOf({ status, viewerCan }: UserRecord): Step[] {
  return STEPS_FROM[status].filter(step =>
    step === 'block' || step === 'unblock' ? viewerCan.block : viewerCan.delete,
  );
}
