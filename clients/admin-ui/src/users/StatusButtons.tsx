import { DialogContentText } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify, useRecordContext, useTranslate } from 'react-admin';
import type { UserRecord, UserStatus } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { TextButton } from '../shared/TextButton';
import { useRefetch } from '../shared/useRefetch';
import { useRolecall } from '../shared/useRolecall';
import { useUndoable } from '../shared/useUndoable';
import { fullName } from './names';
import { STATUS_AFTER, type Step, stepsOf } from './steps';

/** Blocks, unblocks, deletes or restores a user, once the person has read what that does; and forgets wrong passwords. */
export function StatusButtons() {
  const user = useRecordContext<UserRecord>();
  const [chosen, setChosen] = useState<Step | 'clear'>();
  if (!user) return null;
  const mayClear = user.status === 'ACTIVE' && user.viewerCan.block;
  const close = () => setChosen(undefined);
  return (
    <>
      {[...(mayClear ? ['clear' as const] : []), ...stepsOf(user)].map(action => (
        <TextButton
          key={action}
          color={action === 'delete' ? 'error' : 'primary'}
          label={`resources.users.${action}.action`}
          onClick={() => setChosen(action)}
        />
      ))}
      {chosen === 'clear' ? (
        <Clearing user={user} onClose={close} />
      ) : (
        chosen && <Change user={user} step={chosen} onClose={close} />
      )}
    </>
  );
}

function Change({ user, step, onClose }: { user: UserRecord; step: Step; onClose: () => void }) {
  const rolecall = useRolecall();
  const queryClient = useQueryClient();
  const refetch = useRefetch();
  const offerUndo = useUndoable();
  const set = async (status: UserStatus) => {
    const { data } = await rolecall.setStatus({ id: user.id, status });
    queryClient.setQueriesData({ queryKey: ['users', 'getOne', { id: user.id }] }, data);
    void refetch(['USER']);
  };
  const confirm = async () => {
    await set(STATUS_AFTER[step]);
    offerUndo({
      message: `resources.users.${step}.done`,
      messageArgs: { name: fullName(user) },
      undo: () => set(user.status),
      undone: `resources.users.${step}.undone`,
    });
  };
  return <Confirmation user={user} action={step} onConfirm={confirm} onClose={onClose} />;
}

function Clearing({ user, onClose }: { user: UserRecord; onClose: () => void }) {
  const rolecall = useRolecall();
  const notify = useNotify();
  const confirm = async () => {
    await rolecall.clearSignInFailures({ userId: user.id });
    notify('resources.users.clear.done', {
      type: 'success',
      messageArgs: { name: fullName(user) },
    });
  };
  return <Confirmation user={user} action="clear" onConfirm={confirm} onClose={onClose} />;
}

interface ConfirmationProps {
  user: UserRecord;
  action: Step | 'clear';
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

function Confirmation({ user, action, onConfirm, onClose }: ConfirmationProps) {
  const translate = useTranslate();
  const name = fullName(user);
  return (
    <ConfirmDialog
      title={translate(`resources.users.${action}.title`, { name })}
      action={translate(`resources.users.${action}.action`)}
      color={action === 'delete' ? 'error' : 'primary'}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <DialogContentText>
        {translate(`resources.users.${action}.consequence`, { name })}
      </DialogContentText>
    </ConfirmDialog>
  );
}
