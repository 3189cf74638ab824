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
  return tags.map(id => ({
    id,
    name: new Intl.DisplayNames(id, { type: 'language' }).of(id) ?? id,
  }));
}
