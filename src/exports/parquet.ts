/** A table as a Parquet file. */
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import type { ExportColumn, ExportTable } from './table.js';

/**
 * Whole numbers as INT64, other numbers as DOUBLE, text as UTF-8; what a row lacks is null. The definitions of the
 * columns are in the file's metadata under `ntkit.columns`, as JSON.
 */
export function parquetBytes({ columns, rows }: ExportTable): Uint8Array {
  const definitions = Object.fromEntries(columns.map(({ name, definition }) => [name, definition]));
  const columnData = columns.map((column) =>
    columnSource(
      column,
      rows.map((row) => row[column.name] ?? null),
    ),
  );
  const kvMetadata = [{ key: 'ntkit.columns', value: JSON.stringify(definitions) }];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}

function columnSource(
  { name, type }: ExportColumn,
  values: readonly (string | number | null)[],
): ColumnSource {
  if (type === 'text') {
    const data = values.map((value) => (value === null ? null : String(value)));
    return { name, data, type: 'STRING', nullable: true };
  }
  const whole = values.every((value) => value === null || Number.isSafeInteger(value));
  return whole
    ? {
        name,
        data: values.map((value) => (value === null ? null : BigInt(value))),
        type: 'INT64',
        nullable: true,
      }
    : { name, data: [...values], type: 'DOUBLE', nullable: true };
}
