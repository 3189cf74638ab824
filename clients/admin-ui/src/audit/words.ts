import { useTranslate } from 'react-admin';
import { useMoment } from '../shared/Moment';
import { languageName } from '../users/locales';

/** What the API calls by a code, as people call it. */
export function useWords() {
  const translate = useTranslate();
  const moment = useMoment();
  return (field: string, value: unknown): string => {
    if (typeof value === 'boolean') return translate(`ra.boolean.${value}`);
    const text = String(value);
    if (field === 'status') return translate(`resources.users.status.${text}`, { _: text });
    if (field === 'locale') return languageName(text);
    if (field === 'expiresAt') return moment(text);
    if (field === 'rules') {
      return text.replace(/^(ALLOW|DENY)\b/, code => translate(`resources.roles.rules.${code}`));
    }
    return text;
  };
}

/** What a field of a change is called. */
export const fieldKey = (field: string) => `resources.auditEvents.changed.${field}`;

/** The parts of one side of a change; of a list, what went or what came. */
export const partsOf = (value: unknown): unknown[] =>
  [value].flat().filter(part => part !== null && part !== '');
