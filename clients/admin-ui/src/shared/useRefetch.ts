import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ChangedType } from 'ra-data-rolecall';

/** What shows something of what changed: a group's row, for example, has its roles and number of users. */
const SHOWN_IN: Record<ChangedType, string[]> = {
  ROLE: ['roles', 'groups', 'access'],
  GROUP: ['groups', 'roles', 'users', 'access'],
  USER: ['users', 'groups', 'access'],
};

const ALL = Object.keys(SHOWN_IN) as ChangedType[];

/** Fetches anew what shows something of what changed. */
export function useRefetch() {
  const queryClient = useQueryClient();
  return useCallback(
    (changed: readonly ChangedType[] = ALL) => {
      const resources = new Set(['auditEvents', ...changed.flatMap(type => SHOWN_IN[type])]);
      return queryClient.invalidateQueries({
        predicate: ({ queryKey: [resource] }) => resources.has(String(resource)),
      });
    },
    [queryClient],
  );
}
