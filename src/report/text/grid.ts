/** Lays a table out for a terminal, narrower step by step until it fits. */
import { plainNotation } from '../notation.js';
import type { Table, TableCell } from '../table.js';
import { printable, wrap } from './style.js';
import type { Paint } from './style.js';

const GAP = '  ';

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
    const widths = columnWidths(rows);
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

function columnWidths(rows: readonly GridRow[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    if ('title' in row) continue;
    row.columns.forEach(({ lines }, j) => {
      widths[j] = Math.max(widths[j] ?? 0, ...lines.map((line) => line.length));
    });
  }
  return widths;
}

function gridLines(row: GridRow, widths: readonly number[], paint: Paint): string[] {
  if ('title' in row) return [row.title];
  const height = Math.max(...row.columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    row.columns
      .map(({ lines, missing }, j) => {
        const padded = (lines[i] ?? '').padEnd(widths[j] ?? 0);
        return missing ? paint('warning', padded) : padded;
      })
      .join(GAP)
      .trimEnd(),
  );
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
