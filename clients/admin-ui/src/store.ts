import { localStorageStore, type Store } from 'react-admin';

/** What people chose for this browser: colours, language, and for whom the language was chosen. */
const KEPT = ['theme', 'locale', 'rolecall.languageOf'];

/** What react-admin remembers in this browser. Signing out forgets all of it but what is for the browser. */
export function createStore(): Store {
  const store = localStorageStore();
  return {
    ...store,
    reset() {
      for (const key of Object.keys(store.listItems?.() ?? {})) {
        if (!KEPT.includes(key)) store.removeItem(key);
      }
    },
  };
}
