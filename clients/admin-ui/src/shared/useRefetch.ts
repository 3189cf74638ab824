import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { ChangedType } from 'ra-data-rolecall';

/** What shows something of what changed: a group's row, for example, has its roles and number of users. */
const SHOWN_IN: Record<ChangedType, string[]> = {
  ROLE: ['roles', 'groups', 'access'],
  GROUP: ['groups', 'roles', 'users', 'access'],
  USER: ['users', 'groups', 'access'],
};

const ALL = Object.keys(SHOWN_IN) as ChangedType[];

/** The ids of records in whose forms somebody types. */
const typedIn = new Set<string>();

/** While somebody types in its form, a record is not fetched anew: where it is gone, the page would be left. */
export function useTypedIn(id: string, isTyped: boolean) {
  useEffect(() => {
    if (!isTyped) return undefined;
    typedIn.add(id);
    return () => void typedIn.delete(id);
  }, [id, isTyped]);
}

/** Fetches anew what shows something of what changed. */
export function useRefetch() {
  const queryClient = useQueryClient();
  return useCallback(
    (changed: readonly ChangedType[] = ALL) => {
      const resources = new Set(['auditEvents', ...changed.flatMap(type => SHOWN_IN[type])]);
      return queryClient.invalidateQueries({
        predicate: ({ queryKey: [resource, method, params] }) =>
          resources.has(String(resource)) &&
          !(method === 'getOne' && typedIn.has((params as { id: string }).id)),
      });
    },
    [queryClient],
  );
}
