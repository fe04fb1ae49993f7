/** What every export takes: a table of flat rows, its columns told apart into settings and measurements. */
import type { DataRow } from '../report/figures/csv.js';

/** A column of an {@link ExportTable}. */
export interface ExportColumn {
  readonly name: string;
  /** `number` where every value is one or missing. */
  readonly type: 'number' | 'text';
  /** A parameter says what was asked for; a metric was measured. */
  readonly role: 'parameter' | 'metric';
  /** What it means; null where nobody says. */
  readonly definition: string | null;
}

/** Rows that belong together: a part of a replication, or the cells of a sweep. */
export interface ExportTable {
  /** Name of its files. */
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  readonly rows: readonly DataRow[];
}

/** What is known of a table's columns beside its rows. */
export interface TableDescription {
  readonly name: string;
  /** What each column means. */
  readonly definitions: Readonly<Record<string, string>>;
  /** The numeric columns that are parameters. Text is always one. */
  readonly parameters: readonly string[];
}

/** The rows as a table: columns in order of first appearance, their types by their values. */
export function tableOfRows(
  rows: readonly DataRow[],
  { name, definitions, parameters }: TableDescription,
): ExportTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((column): ExportColumn => {
    const type = rows.every((row) => typeof (row[column] ?? 0) === 'number') ? 'number' : 'text';
    const isParameter = type === 'text' || parameters.includes(column);
    const definition = Object.hasOwn(definitions, column) ? (definitions[column] ?? null) : null;
    return { name: column, type, role: isParameter ? 'parameter' : 'metric', definition };
  });
  return { name, columns, rows };
}

/** The columns of a role. */
export function columnsOf(table: ExportTable, role: ExportColumn['role']): ExportColumn[] {
  return table.columns.filter((column) => column.role === role);
}
