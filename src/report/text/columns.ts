/** Fields beside each other, each column as wide as its longest field. */

export const GAP = '  ';

/** The width of each column. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((field, j) => (widths[j] = Math.max(widths[j] ?? 0, field.length)));
  }
  return widths;
}

/**
 * One line of fields.
 *
 * @param dress - what becomes of a padded field, such as a colour. Default: nothing.
 */
export function alignedLine(
  fields: readonly string[],
  widths: readonly number[],
  dress: (padded: string, column: number) => string = (padded) => padded,
): string {
  return fields
    .map((field, j) => dress(field.padEnd(widths[j] ?? 0), j))
    .join(GAP)
    .trimEnd();
}

/** A table of lines, each with its end. */
export function grid(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  return rows.map((row) => `${alignedLine(row, widths)}\n`).join('');
}
