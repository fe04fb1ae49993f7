/** The plan of a run, for a terminal and for programs: cells, time and memory of each part. */
import { flopsPerSecond } from '../../experiments/calibration.js';
import { planRows, totalCost, type PlannedWork } from '../../experiments/plan.js';
import { runtimeInfo } from '../../native/runtime.js';
import { duration } from '../../report/index.js';

/**
 * A table of the works, with the time that they take at the rate of a short calibration on this machine.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires.
 */
export async function planText(
  works: readonly PlannedWork[],
  signal: AbortSignal,
): Promise<string> {
  const { threads } = runtimeInfo();
  const rate = await flopsPerSecond(threads, signal);
  const time = (cost: number): string => (cost < rate ? '< 1 s' : duration(cost / rate));
  const lines = planRows(works).map(({ dataset, part, cells, cost, memory }) =>
    line([dataset, part, `${cells} cells`, time(cost), gibibytes(memory)]),
  );
  const memory = memoryAtOnce(works, threads);
  return [
    line(['data set', 'part', 'cells', 'time', 'memory a cell']),
    ...lines,
    line(['all', '', `${works.length} cells`, time(totalCost(works)), gibibytes(memory)]),
    `Time: estimated from ${(rate / 1e9).toFixed(1)} Gflop/s, measured now on ${threads} threads; ` +
      'work that parts share is charged to the first. Memory: estimated, of one cell; below, of those side by side.',
    '',
  ].join('\n');
}

/**
 * The same as one line of JSON: seconds, bytes, flops and flops a second.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires.
 */
export async function planJson(
  works: readonly PlannedWork[],
  signal: AbortSignal,
): Promise<string> {
  const { threads } = runtimeInfo();
  const rate = await flopsPerSecond(threads, signal);
  const cost = totalCost(works);
  const parts = planRows(works).map((row) => ({ ...row, seconds: row.cost / rate }));
  const total = { cells: works.length, cost, seconds: cost / rate };
  const memory = memoryAtOnce(works, threads);
  return `${JSON.stringify({ parts, ...total, memory, threads, flopsPerSecond: rate })}\n`;
}

/** Cells run side by side. */
function memoryAtOnce(works: readonly PlannedWork[], threads: number): number {
  return threads * Math.max(0, ...works.map(({ cell }) => cell.memory));
}

const WIDTHS = [14, 14, 12, 14, 0];

function line(fields: readonly string[]): string {
  return fields
    .map((field, i) => field.padEnd(WIDTHS[i] ?? 0))
    .join('')
    .trimEnd();
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
