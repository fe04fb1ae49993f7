/** A table as the series that TensorBoard draws: one run a combination of parameters, one tag a metric. */
import { createHash } from 'node:crypto';
import type { DataRow } from '../report/figures/csv.js';
import { columnsOf, type ExportTable } from './table.js';
import type { ScalarPoint } from './tensorboard.js';

/** Points of one run of TensorBoard, which is a folder. */
export interface Series {
  readonly folder: string;
  readonly points: readonly ScalarPoint[];
}

/** The parameter along which curves run. */
const STEP = 'width';
/** Differ from row to row and say nothing to a reader. */
const UNNAMED: readonly string[] = ['key'];
/** Below what file systems take, with room for a hash. */
const LONGEST_NAME = 180;

/**
 * Rows that share all parameters but the width are one series, with the width as its step; in a table without widths
 * every row is a step of the series of its parameters, in order. Metrics that a row lacks are left out.
 */
export function seriesOf(table: ExportTable): Series[] {
  const parameters = columnsOf(table, 'parameter').map(({ name }) => name);
  const named = parameters.filter((name) => name !== STEP && !UNNAMED.includes(name));
  const groups = new Map<string, DataRow[]>();
  for (const row of table.rows) {
    const folder = folderName(named, row);
    groups.set(folder, [...(groups.get(folder) ?? []), row]);
  }
  return [...groups].map(([folder, rows]) => ({ folder, points: pointsOf(table, rows) }));
}

function pointsOf(table: ExportTable, rows: readonly DataRow[]): ScalarPoint[] {
  const steps = rows.map((row, i) => {
    const width = row[STEP];
    return typeof width === 'number' && Number.isSafeInteger(width) ? width : i;
  });
  const order = [...rows.keys()].sort((a, b) => (steps[a] ?? 0) - (steps[b] ?? 0));
  return columnsOf(table, 'metric').flatMap(({ name: tag }) =>
    order.flatMap((i) => {
      const value = rows[i]?.[tag];
      return typeof value === 'number' ? [{ tag, step: steps[i] ?? i, value }] : [];
    }),
  );
}

/** `dataset=mnist,seed=0`, in characters that every file system takes; long names end in a hash of the rest. */
function folderName(parameters: readonly string[], row: DataRow): string {
  const text = parameters
    .flatMap((name) => {
      const value = row[name] ?? null;
      return value === null ? [] : [`${name}=${value}`];
    })
    .join(',');
  const name = text.replaceAll(/[^\w=,.+-]/g, '_').replace(/^\.+/, '');
  if (name.length > 0 && name.length <= LONGEST_NAME && name === text) return name;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST_NAME)}${name === '' ? 'all' : ''}-${hash}`;
}
