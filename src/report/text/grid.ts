/** Lays a table out for a terminal, narrower step by step until it fits. */
import { plainNotation } from '../notation.js';
import type { Table, TableCell } from '../table.js';
import { GAP, alignedLine, columnWidths } from './columns.js';
import { printable, wrap } from './style.js';
import type { Paint } from './style.js';

/** A row of the grid: a group's title, or the lines of each column's cell. */
type GridRow = { readonly title: string } | { readonly columns: readonly Block[] };

/** The lines of one cell. */
interface Block {
  readonly lines: readonly string[];
  readonly missing: boolean;
}

/** The lines of a table with its caption above and its definitions below. */
export function tableLines(table: Table, columns: number, paint: Paint): string[] {
  return [
    ...wrap(clean(table.caption), columns).map((line) => paint('strong', line)),
    ...bodyLines(table, columns, paint),
    ...table.notes.flatMap((note) =>
      wrap(clean(note), columns).map((line) => paint('quiet', line)),
    ),
  ];
}

/** Intervals beside their means where the terminal is wide enough, then below them, then as a list. */
function bodyLines(table: Table, columns: number, paint: Paint): string[] {
  for (const arrange of [beside, below]) {
    const rows = gridRows(table, arrange);
    const widths = columnWidths(
      rows.flatMap((row) => ('title' in row ? [] : linesOf(row.columns))),
    );
    const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
    if (total <= columns) return rows.flatMap((row) => gridLines(row, widths, paint));
  }
  return listLines(table);
}

function beside(cell: TableCell): string[] {
  return [cell.detail === undefined ? cell.value : `${cell.value} ${cell.detail}`];
}

function below(cell: TableCell): string[] {
  return cell.detail === undefined ? [cell.value] : [cell.value, cell.detail];
}

function gridRows(table: Table, arrange: (cell: TableCell) => string[]): GridRow[] {
  const block = (lines: string[], missing = false): Block => ({ lines: lines.map(clean), missing });
  const head: GridRow = { columns: table.columns.map((column) => block([column])) };
  const body = table.groups.flatMap(({ title, rows }) => [
    ...(title === undefined ? [] : [{ title: clean(title) }]),
    ...rows.map((row) => ({
      columns: [
        block([title === undefined ? row.head : GAP + row.head]),
        ...row.cells.map((cell) => block(arrange(cell), cell.missing)),
      ],
    })),
  ]);
  return [head, ...body];
}

/** The fields of each line of a row. */
function linesOf(columns: readonly Block[]): string[][] {
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, i) => columns.map(({ lines }) => lines[i] ?? ''));
}

function gridLines(row: GridRow, widths: readonly number[], paint: Paint): string[] {
  if ('title' in row) return [row.title];
  const { columns } = row;
  const dress = (padded: string, j: number): string =>
    columns[j]?.missing === true ? paint('warning', padded) : padded;
  return linesOf(columns).map((fields) => alignedLine(fields, widths, dress));
}

function listLines(table: Table): string[] {
  return table.groups.flatMap(({ title, rows }) =>
    rows.flatMap((row) => [
      [title, row.head]
        .filter((part) => part !== undefined)
        .map(clean)
        .join(', '),
      ...row.cells.map((cell, j) =>
        clean(`${GAP}${table.columns[j + 1] ?? ''}: ${beside(cell).join(' ')}`),
      ),
    ]),
  );
}

function clean(text: string): string {
  return printable(plainNotation(text));
}
