import { useFieldValue, useLocale, useTranslate } from 'react-admin';

const MINUTES = { dateStyle: 'medium', timeStyle: 'short' } as const;
/** Where events of one minute are told apart. */
export const SECONDS = { dateStyle: 'medium', timeStyle: 'medium' } as const;
const DAYS = { dateStyle: 'medium' } as const;

/** A point in time as the viewer's language and time zone write it. */
export function useMoment(options: Intl.DateTimeFormatOptions = MINUTES) {
  const locale = useLocale();
  const regional = navigator.languages.find(tag => tag.split('-')[0] === locale) ?? locale;
  const format = new Intl.DateTimeFormat(regional, options);
  return (iso: string) => format.format(new Date(iso));
}

interface Props {
  source: string;
  /** What stands where there is none. */
  never?: string;
  /** The day is enough; the time is told on demand. */
  dayOnly?: boolean;
  /** The minute is not enough. */
  seconds?: boolean;
}

/** A record's point in time. */
export function MomentField({ source, never = '', dayOnly = false, seconds = false }: Props) {
  const value = useFieldValue<Record<string, string | null>>({ source });
  const format = useMoment(dayOnly ? DAYS : seconds ? SECONDS : MINUTES);
  const precise = useMoment();
  const translate = useTranslate();
  if (!value) return <>{never && translate(never)}</>;
  return (
    <time
      dateTime={value}
      title={dayOnly ? precise(value) : undefined}
      style={{ whiteSpace: 'nowrap' }}
    >
      {format(value)}
    </time>
  );
}
