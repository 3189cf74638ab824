// The languages of the interface. Who signs in sees their own; a choice made by hand stays.

import polyglotI18nProvider from 'ra-i18n-polyglot';
import type { I18nProvider, TranslationMessages } from 'react-admin';
import { english, own } from './en';

type Messages = TranslationMessages & typeof own;

export const LANGUAGES = [
  { locale: 'en', name: 'English' },
  { locale: 'de', name: 'Deutsch' },
];

/** The interface's language for a person's BCP 47 tag. */
export const languageFor = (tag: string | undefined): string =>
  tag?.toLowerCase().split('-')[0] === 'de' ? 'de' : 'en';

const load = async (locale: string): Promise<Messages> =>
  locale === 'de' ? (await import('./de')).german : english;

/** German is loaded on demand, so the provider may have to wait for it before the first page. */
export async function createI18nProvider(): Promise<I18nProvider> {
  const initial = languageFor(storedLocale() ?? navigator.language);
  const first = await load(initial);
  return polyglotI18nProvider(
    locale => (locale === initial ? first : load(locale)),
    initial,
    LANGUAGES,
    { allowMissing: true }, // failures come in the viewer's words already,
  );
}

function storedLocale(): string | undefined {
  const stored = localStorage.getItem('RaStore.locale');
  return stored ? (JSON.parse(stored) as string) : undefined;
}
