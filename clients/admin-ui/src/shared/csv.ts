import { downloadCSV, type Exporter, type RaRecord } from 'react-admin';

type Cell = string | number | boolean | null | undefined;

/** An export of the columns that people see, under the names that they have on the page. */
export function csvExporter<T extends RaRecord>(
  file: string,
  columns: Record<string, (record: T) => Cell>,
): Exporter<T> {
  return records => {
    const rows = records.map(record => Object.values(columns).map(cell => cell(record)));
    const lines = [Object.keys(columns), ...rows].map(row => row.map(quote).join(','));
    downloadCSV(lines.join('\r\n'), file);
  };
}

/** Spreadsheets run what starts with these signs as a formula, whoever wrote it. */
function quote(cell: Cell): string {
  const text = String(cell ?? '');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
