import { useCallback } from 'react';
import { useTranslate } from 'react-admin';

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
