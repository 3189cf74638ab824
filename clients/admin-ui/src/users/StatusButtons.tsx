import { DialogContentText } from '@mui/material';
import { useState } from 'react';
import {
  useDataProvider,
  useNotify,
  useRecordContext,
  useRefresh,
  useTranslate,
} from 'react-admin';
import type { RolecallDataProvider, UserRecord, UserStatus } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { TextButton } from '../shared/TextButton';
import { fullName } from './names';

type Step = 'block' | 'unblock' | 'delete' | 'restore';

const STATUS_AFTER: Record<Step, UserStatus> = {
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

/** Blocks, unblocks, deletes or restores a user, once the person has read what that does. */
export function StatusButtons() {
  const user = useRecordContext<UserRecord>();
  const [step, setStep] = useState<Step>();
  if (!user) return null;
  const may = (step: Step) =>
    step === 'block' || step === 'unblock' ? user.viewerCan.block : user.viewerCan.delete;
  return (
    <>
      {STEPS_FROM[user.status].filter(may).map(step => (
        <TextButton
          key={step}
          color={step === 'delete' ? 'error' : 'primary'}
          label={`resources.users.${step}.action`}
          onClick={() => setStep(step)}
        />
      ))}
      {step && <Confirmation user={user} step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

function Confirmation({
  user,
  step,
  onClose,
}: {
  user: UserRecord;
  step: Step;
  onClose: () => void;
}) {
  const translate = useTranslate();
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  const name = fullName(user);
  const confirm = async () => {
    await dataProvider.setStatus({ id: user.id, status: STATUS_AFTER[step] });
    notify(`resources.users.${step}.done`, { type: 'success', messageArgs: { name } });
    refresh();
  };
  return (
    <ConfirmDialog
      title={translate(`resources.users.${step}.title`, { name })}
      action={translate(`resources.users.${step}.action`)}
      color={step === 'delete' ? 'error' : 'primary'}
      onConfirm={confirm}
      onClose={onClose}
    >
      <DialogContentText>
        {translate(`resources.users.${step}.consequence`, { name })}
      </DialogContentText>
    </ConfirmDialog>
  );
}
