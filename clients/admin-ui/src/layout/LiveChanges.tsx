import { useQueryClient } from '@tanstack/react-query';
import { useContext, useEffect } from 'react';
import { DataProviderContext } from 'react-admin';
import type { ChangedType, RolecallDataProvider } from 'ra-data-rolecall';

/** What shows something of what changed: a group's row, for example, has its roles and number of users. */
const SHOWN_IN: Record<ChangedType, string[]> = {
  ROLE: ['roles', 'groups', 'access'],
  GROUP: ['groups', 'roles', 'users', 'access'],
  USER: ['users', 'groups', 'access'],
};

/** Changes that come together are one reason to look again. */
const PAUSE_MILLISECONDS = 250;

/** Fetches anew what lists show when somebody, anywhere, changes it. Forms keep what is typed in them. */
export function LiveChanges() {
  // Not useDataProvider(): that one expects a promise of each method.
  const dataProvider = useContext(DataProviderContext) as RolecallDataProvider;
  const queryClient = useQueryClient();

  useEffect(() => {
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refetch = () => {
      timer = undefined;
      const resources = new Set(touched);
      touched.clear();
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [resource, method] }) =>
          resources.has(String(resource)) && method !== 'getOne',
      });
    };
    const touch = (resources: string[]) => {
      for (const resource of [...resources, 'auditEvents']) touched.add(resource);
      timer ??= setTimeout(refetch, PAUSE_MILLISECONDS);
    };
    const stop = dataProvider.subscribe(null, ({ type }) => touch(SHOWN_IN[type]), {
      resumed: () => touch(Object.values(SHOWN_IN).flat()),
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [dataProvider, queryClient]);
  return null;
}
