const TAGS = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'cs',
  'sv',
  'da',
  'fi',
  'nb',
  'hu',
  'ro',
  'tr',
  'uk',
  'el',
  'ja',
  'zh',
  'ko',
  'ar',
  'he',
];

/** Languages, each by its own name, and whatever else a user has. */
export function localeChoices(current?: string) {
  const tags = current && !TAGS.includes(current) ? [...TAGS, current] : TAGS;
  return tags.map(id => ({ id, name: languageName(id) }));
}

/** A language by its own name; its tag where it has none. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // one with extensions, such as de-u-co-phonebk
  }
}
