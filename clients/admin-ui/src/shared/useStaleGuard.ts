import { useState } from 'react';
import { StaleVersionError, type ResourceRecord } from 'ra-data-rolecall';
import { useSaving } from './saving';

/** What an edit page needs when somebody else was faster: the record as it is now, until it is dealt with. */
export function useStaleGuard() {
  const { errors, onSuccess, onError } = useSaving('updated');
  const [stale, setStale] = useState<ResourceRecord>();
  return {
    errors,
    stale,
    settle: () => setStale(undefined),
    mutationOptions: {
      onSuccess,
      onError: (error: unknown) => {
        onError(error);
        if (error instanceof StaleVersionError && error.current)
          setStale(error.current as ResourceRecord);
      },
    },
  };
}
