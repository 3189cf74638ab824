import { useContext, useEffect } from 'react';
import { DataProviderContext, useLogoutIfAccessDenied } from 'react-admin';
import type { ChangedType, RolecallDataProvider } from 'ra-data-rolecall';
import { useRefetch } from '../shared/useRefetch';

const ALL: ChangedType[] = ['ROLE', 'GROUP', 'USER'];

/** Changes that come together are one reason to look again. */
const PAUSE_MILLISECONDS = 1_000;

/** So long after the stream ended, another one is asked for. */
const RETRY_MILLISECONDS = 5_000;

/** Fetches anew what pages show when somebody, anywhere, changes it. */
export function LiveChanges() {
  // Not useDataProvider(): that one expects a promise of each method.
  const dataProvider = useContext(DataProviderContext) as RolecallDataProvider;
  const logoutIfAccessDenied = useLogoutIfAccessDenied();
  const refetch = useRefetch();

  useEffect(() => {
    const changed = new Set<ChangedType>();
    let pause: ReturnType<typeof setTimeout> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let stop: () => void;
    const look = () => {
      pause = undefined;
      void refetch([...changed]);
      changed.clear();
    };
    const note = (types: ChangedType[]) => {
      for (const type of types) changed.add(type);
      pause ??= setTimeout(look, PAUSE_MILLISECONDS);
    };
    const follow = () => {
      stop = dataProvider.subscribe(null, ({ type }) => note([type]), {
        resumed: () => note(ALL),
        error: error => void logoutIfAccessDenied(error).then(isOut => isOut || again()),
      });
    };
    const again = () => {
      clearTimeout(retry);
      retry = setTimeout(() => {
        follow();
        // What happened in between was missed.
        note(ALL);
      }, RETRY_MILLISECONDS);
    };
    follow();
    return () => {
      clearTimeout(pause);
      clearTimeout(retry);
      stop();
    };
  }, [dataProvider, logoutIfAccessDenied, refetch]);
  return null;
}
