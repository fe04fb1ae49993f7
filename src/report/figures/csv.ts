/** Plotted values as CSV (RFC 4180). */

/** One plotted value with its coordinates. */
export type DataRow = Readonly<Record<string, string | number | null>>;

/** The rows under a header of the first row's keys; null is an empty field. */
export function toCsv(rows: readonly DataRow[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
