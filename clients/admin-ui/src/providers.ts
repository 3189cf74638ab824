// The two providers, speaking the viewer's language.

import {
  createClient,
  rolecallAuthProvider,
  rolecallDataProvider,
  type RolecallAuthProvider,
  type Translate,
} from 'ra-data-rolecall';
import type { I18nProvider } from 'react-admin';

export function createProviders(i18n: I18nProvider) {
  const client = createClient({ translate: translator(i18n) });
  const authProvider = tellingOfEnd(rolecallAuthProvider(client));
  return { dataProvider: rolecallDataProvider(client), authProvider };
}

/** Whose session ended is led to a sign-in page that says so. */
function tellingOfEnd(provider: RolecallAuthProvider): RolecallAuthProvider {
  const ended = { message: false, redirectTo: '/login?ended' };
  let hasEnded = false;
  return {
    ...provider,
    async login(params) {
      await provider.login(params);
      hasEnded = false;
    },
    async logout(params) {
      const place = await provider.logout(params);
      return hasEnded ? ended.redirectTo : place;
    },
    async checkAuth(params) {
      try {
        await provider.checkAuth(params);
      } catch (error) {
        // Without a message nobody was signed in before.
        hasEnded ||= Boolean((error as Error).message);
        throw hasEnded ? ended : error;
      }
    },
    async checkError(error) {
      try {
        await provider.checkError(error);
      } catch {
        hasEnded = true;
        throw ended;
      }
    },
  };
}

/** The message for a failure of this kind at this field or of the whole form, or of this type, or of this kind at all. */
function translator(i18n: I18nProvider): Translate {
  return (key, { _: server, field = 'form', type, ...params }) => {
    for (const variant of [`${key}_${String(field)}`, `${key}_${String(type)}`, key]) {
      const text = i18n.translate(variant, { ...params, ...inMinutes(params), _: '' });
      if (text) return text;
    }
    return server;
  };
}

/** How long to wait, as people say it. */
const inMinutes = ({ retryAfterSeconds: seconds }: Record<string, unknown>) =>
  typeof seconds === 'number' && { smart_count: Math.ceil(seconds / 60) };
