const BROWSERS: [RegExp, string][] = [
  [/\bEdg\//, 'Microsoft Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What people call a browser and its system; what a program calls itself; null where it said nothing. */
export function browserOf(userAgent: string | null | undefined): string | null {
  if (!userAgent) return null;
  const name = (table: [RegExp, string][]) =>
    table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const known = [name(BROWSERS), name(SYSTEMS)].filter(Boolean);
  return known.length > 0 ? known.join(', ') : userAgent.slice(0, 60);
}
