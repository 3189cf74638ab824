import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type ReactNode, useId, useState } from 'react';
import { useTranslate } from 'react-admin';
import { useSpokenFailure } from './failures';

interface Props {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The button that does it; nothing can be done where there is none. */
  action?: string;
  color?: 'primary' | 'error';
  onConfirm?: () => Promise<void>;
  onClose: () => void;
}

/** Says what will happen, does it, and stays open with the reason when it could not. */
export function ConfirmDialog({
  title,
  children,
  action,
  color = 'primary',
  onConfirm,
  onClose,
}: Props) {
  const translate = useTranslate();
  const speak = useSpokenFailure();
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm?.();
      onClose();
    } catch (error) {
      setFailure(speak(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={busy ? undefined : onClose}
      aria-labelledby={heading}
      fullWidth
      maxWidth="sm"
      onClick={event => event.stopPropagation()}
    >
      <DialogTitle id={heading}>{title}</DialogTitle>
      <DialogContent>
        {children}
        {failure && (
          <Alert severity="error" sx={{ mt: 2 }}>
            {failure}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button disabled={busy} onClick={onClose}>
          {translate(action ? 'ra.action.cancel' : 'ra.action.close')}
        </Button>
        {action && (
          <Button variant="contained" color={color} disabled={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
