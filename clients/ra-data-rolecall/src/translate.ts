// Messages in another language than the server's. `i18nProvider.translate` of react-admin fits.

/** `_` is the server's own message: what to answer where there is no translation. */
export type Translate = (key: string, params: { _: string; [param: string]: unknown }) => string;

export const english: Translate = (_key, params) => params._;

/** The key of a code's message: rolecall.errors.TAKEN. */
export function errorKey(code: string): string {
  return `rolecall.errors.${code}`;
}
