// The two providers, speaking the viewer's language.

import {
  createClient,
  rolecallAuthProvider,
  rolecallDataProvider,
  type Translate,
} from 'ra-data-rolecall';
import type { I18nProvider } from 'react-admin';

export function createProviders(i18n: I18nProvider) {
  const client = createClient({ translate: translator(i18n) });
  return { dataProvider: rolecallDataProvider(client), authProvider: rolecallAuthProvider(client) };
}

/** The message for a failure of this kind at this field or of the whole form, or of this type, or of this kind at all. */
function translator(i18n: I18nProvider): Translate {
  return (key, { _: server, field = 'form', type, ...params }) => {
    for (const variant of [`${key}_${String(field)}`, `${key}_${String(type)}`, key]) {
      const text = i18n.translate(variant, { ...params, _: '' });
      if (text) return text;
    }
    return server;
  };
}
