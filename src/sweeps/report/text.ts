/** A sweep, its plan and its failures as a terminal shows them. */
import { grid } from '../../report/text/columns.js';
import { mean } from '../../statistics.js';
import type { SweepCell } from '../cells.js';
import type { SweepPlan } from '../plan-sweep.js';
import type { CellFailure } from '../run-cells.js';

/** More rows would scroll away what matters; all of them are in the folder. */
const MOST_ROWS = 40;

/** A plan: its measures, the shared work, time and memory. */
export function planText(plan: SweepPlan): string {
  const { rows, shared, refused, concurrency } = plan;
  const table = grid([
    ['data', 'measure', 'cells', 'flops', 'time', 'memory a cell'],
    ...rows.map(({ data, measure, cells, flops, seconds, memory }) => [
      ...[data, measure, `${cells}`, flops.toExponential(1), time(seconds), mebibytes(memory)],
    ]),
    ['', 'loading the data', '', '', time(plan.loadingSeconds), ''],
    ['all', '', `${plan.cells}`, plan.flops.toExponential(1), time(plan.seconds), ''],
  ]);
  const lines = [
    `shared work: ${shared.works} results, used ${shared.uses} times, each computed once a process`,
    `memory at the peak: ${mebibytes(plan.peakMemory)} of ${mebibytes(plan.memoryBudget)}, ${concurrency} cells side by side`,
    `time: from a calibration just now on this machine; work that rows share is charged to the first`,
    ...refused.map(({ label, memory }) => `refused: ${label} takes ${mebibytes(memory)} alone`),
  ];
  return `${table}${lines.join('\n')}\n`;
}

/** The failures, one a line. */
export function failureTable(failures: readonly CellFailure[]): string {
  return grid([
    ['failed cell', 'code', 'reason'],
    ...failures.map(({ cell, error }) => [cell.label, error.code, error.message]),
  ]);
}

/** The means over seeds of every number, measure by measure. */
export function sweepSummary(name: string, cells: readonly SweepCell[]): string {
  const measures = [...new Set(cells.map(({ measure }) => measure))].sort();
  const tables = measures.map((measure) => {
    const own = cells.filter((cell) => cell.measure === measure);
    return `\n${measure}, mean over seeds\n${grid(summaryRows(own))}`;
  });
  return `${name}\n${tables.join('')}`;
}

/** A header, and a row for each point of the axes that vary, seeds aside. */
export function summaryRows(cells: readonly SweepCell[]): string[][] {
  const axes = variedAxes(cells).filter((axis) => axis !== 'seed');
  const values = Object.keys(cells[0]?.values ?? {});
  const points = new Map<string, SweepCell[]>();
  for (const cell of cells) {
    const key = JSON.stringify(axes.map((axis) => cell.choice[axis]));
    points.set(key, [...(points.get(key) ?? []), cell]);
  }
  const rows = [...points.values()].sort((a, b) => compare(a[0], b[0], axes));
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((group) => [
      ...axes.map((axis) => String(group[0]?.choice[axis] ?? '')),
      ...values.map((value) => shortMean(group, value)),
    ]);
  const more = rows.length - shown.length;
  return [[...axes, ...values], ...shown, ...(more > 0 ? [[`... ${more} more`]] : [])];
}

/** The axes on which the cells differ, in the order of their names in a cell. */
export function variedAxes(cells: readonly SweepCell[]): string[] {
  return Object.keys(cells[0]?.choice ?? {}).filter(
    (axis) => new Set(cells.map(({ choice }) => choice[axis])).size > 1,
  );
}

function compare(
  a: SweepCell | undefined,
  b: SweepCell | undefined,
  axes: readonly string[],
): number {
  for (const axis of axes) {
    const [x, y] = [a?.choice[axis] ?? '', b?.choice[axis] ?? ''];
    if (x === y) continue;
    return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1;
  }
  return 0;
}

/** The mean of what is a number; text that all share. */
function shortMean(cells: readonly SweepCell[], name: string): string {
  const values = cells.map(({ values: own }) => own[name]);
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) return Number(mean(numbers).toPrecision(4)).toString();
  const texts = new Set(values.map(String));
  return texts.size === 1 ? [...texts].join('') : 'varies';
}

function time(seconds: number): string {
  if (seconds < 1) return '< 1 s';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
