import { useContext, useMemo } from 'react';
import { DataProviderContext, useLogoutIfAccessDenied } from 'react-admin';
import type { RolecallDataProvider } from 'ra-data-rolecall';

/**
 * The data provider for what a page does itself. Where a session has ended, it leads to the sign-in page and fails:
 * react-admin's `useDataProvider` answers with an empty record then, which reads like success.
 */
export function useRolecall(): RolecallDataProvider {
  const provider = useContext(DataProviderContext) as unknown as RolecallDataProvider;
  const logoutIfAccessDenied = useLogoutIfAccessDenied();
  return useMemo(
    () =>
      new Proxy(provider, {
        get: (target, name, receiver) => {
          const method: unknown = Reflect.get(target, name, receiver);
          if (typeof method !== 'function') return method;
          return (...args: unknown[]): unknown => {
            const answer: unknown = method.apply(target, args);
            if (!(answer instanceof Promise)) return answer;
            return answer.catch(async (error: unknown) => {
              await logoutIfAccessDenied(error);
              throw error;
            });
          };
        },
      }),
    [provider, logoutIfAccessDenied],
  );
}
