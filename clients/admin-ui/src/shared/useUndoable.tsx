import { Button } from '@mui/material';
import { useCloseNotification, useNotify, useTranslate } from 'react-admin';
import { useNotifyFailure } from './failures';

/** Time to read what was done, and to think better of it. */
const OFFERED_MILLISECONDS = 10_000;

interface Done {
  message: string;
  messageArgs: object;
  /** The opposite: a change of its own, for what was done is done. */
  undo: () => Promise<unknown>;
  /** What to say once that is done. */
  undone: string;
}

/** Says what was done, and offers to undo it. */
export function useUndoable() {
  const notify = useNotify();
  const notifyFailure = useNotifyFailure();
  return ({ message, messageArgs, undo, undone }: Done) => {
    const takeBack = () =>
      undo().then(
        () => notify(undone, { type: 'success', messageArgs }),
        notifyFailure,
      );
    notify(message, {
      type: 'success',
      messageArgs,
      autoHideDuration: OFFERED_MILLISECONDS,
      action: <UndoButton onClick={() => void takeBack()} />,
    });
  };
}

function UndoButton({ onClick }: { onClick: () => void }) {
  const translate = useTranslate();
  const close = useCloseNotification();
  const undo = () => {
    close();
    onClick();
  };
  return (
    <Button color="inherit" size="small" onClick={undo}>
      {translate('ra.action.undo')}
    </Button>
  );
}
