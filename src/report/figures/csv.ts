/** Plotted values as CSV (RFC 4180). */

/** One plotted value with its coordinates. */
export type DataRow = Readonly<Record<string, string | number | null>>;

/** The rows under a header of all their keys, in order of first appearance; null and what a row lacks are empty fields. */
export function toCsv(rows: readonly DataRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
