import { useCallback } from 'react';
import { useNotify, useTranslate } from 'react-admin';
import { RolecallError } from 'ra-data-rolecall';

/** What went wrong, in words for the viewer: the data provider speaks their language already. */
export function useSpokenFailure() {
  const translate = useTranslate();
  return useCallback(
    (error: unknown): string => {
      if (error instanceof Error && error.message)
        return translate(error.message, { _: error.message });
      return translate('ra.notification.http_error');
    },
    [translate],
  );
}

/** Says what went wrong, where no form and no dialog can. */
export function useNotifyFailure() {
  const notify = useNotify();
  const speak = useSpokenFailure();
  return (error: unknown) => {
    if (!isSignedOut(error)) notify(speak(error), { type: 'error' });
  };
}

/** Whether the session has ended, which the sign-in page says. */
export const isSignedOut = (error: unknown) =>
  error instanceof RolecallError && error.status === 401;
