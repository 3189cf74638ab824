import { useEffect } from 'react';
import { useGetIdentity, useLocaleState, useStore } from 'react-admin';
import { languageFor } from '../i18n';

/** Shows the interface in the language of whoever signs in, and names it to the browser. */
export function OwnLanguage() {
  const { identity } = useGetIdentity();
  const [locale, setLocale] = useLocaleState();
  const [chosenFor, setChosenFor] = useStore<string | null>('rolecall.languageOf', null);
  const own = identity?.locale as string | undefined;
  const signature = identity && own ? `${identity.id} ${own}` : null;

  useEffect(() => {
    if (!signature || signature === chosenFor) return;
    setChosenFor(signature);
    setLocale(languageFor(own));
  }, [signature, chosenFor, own, setChosenFor, setLocale]);

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return null;
}
