/** What a sweep will take, before it runs: its cells, the work they share, time and memory. */
import type { PlannedCell } from './cells.js';
import { WORK_KINDS, type Cost } from './measures/measure.js';
import type { PreparedSweep } from './prepare.js';
import { Scheduler, chargedCosts, memoryAlone, type Limits } from './scheduler.js';
import type { Speed } from './speed.js';

/** One measure on one data set. */
export interface PlanRow {
  readonly measure: string;
  readonly data: string;
  readonly cells: number;
  /** Flops, each shared work charged to the row that asks for it first. */
  readonly flops: number;
  readonly seconds: number;
  /** Bytes of its largest cell alone. */
  readonly memory: number;
}

/** A plan. */
export interface SweepPlan {
  readonly rows: readonly PlanRow[];
  readonly cells: number;
  /** Works that several cells share, and how often they would be done if they did not. */
  readonly shared: { readonly works: number; readonly uses: number };
  readonly flops: number;
  /** Of all cells, and of loading the data, as it was loaded for the plan. */
  readonly seconds: number;
  readonly loadingSeconds: number;
  /** Bytes of the process at its peak, cells side by side. */
  readonly peakMemory: number;
  /** Bytes that the process may take. */
  readonly memoryBudget: number;
  readonly concurrency: number;
  /** Cells that do not fit, by name, with the bytes that each takes alone. */
  readonly refused: readonly { readonly label: string; readonly memory: number }[];
}

/** What the prepared cells will take at some speed; `cells` may be fewer than all, on a folder that has some. */
export function planSweep(
  { cells: all, refused, memory, held, loadingSeconds }: PreparedSweep,
  speed: Speed,
  concurrency: number,
  cells: readonly PlannedCell[] = all,
): SweepPlan {
  const limits = { concurrency, memory, weigh: speed };
  const seconds = chargedCosts(cells, speed);
  const flops = chargedCosts(cells, flopsOf);
  const computing = sum(seconds.values());
  const training = sum(chargedCosts(cells, onlyTraining(speed)).values());
  const live = peakOf(cells, limits, seconds);
  return {
    rows: rowsOf(cells, flops, seconds),
    cells: cells.length,
    shared: sharedOf(cells),
    flops: sum(flops.values()),
    seconds: loadingSeconds + computing,
    loadingSeconds,
    peakMemory:
      held + live + garbageBeside(live, 1 - training / Math.max(computing, Number.MIN_VALUE)),
    memoryBudget: held + memory,
    concurrency,
    refused: refused.map((cell) => ({ label: cell.label, memory: memoryAlone(cell) })),
  };
}

/**
 * Memory that is given back late: V8 collects arrays that nobody needs once they come to 64 MiB and lets more be made
 * meanwhile, the core keeps up to 64 MiB of blocks. Work outside trainings leaves nearly as much behind as it takes.
 *
 * @param share - of that work in the time.
 */
function garbageBeside(live: number, share: number): number {
  return LEAST_GARBAGE + Math.min(MORE_GARBAGE, GARBAGE_SHARE * share * live);
}

const LEAST_GARBAGE = 40 * 2 ** 20;
const MORE_GARBAGE = 128 * 2 ** 20;
const GARBAGE_SHARE = 0.9;

/** Flops of a cost, whatever their kind. */
export function flopsOf(cost: Cost): number {
  return WORK_KINDS.reduce((total, kind) => total + (cost[kind] ?? 0), 0);
}

/** Plays the schedule through, each running cell at an equal share of the machine. */
function peakOf(
  cells: readonly PlannedCell[],
  limits: Limits,
  seconds: ReadonlyMap<PlannedCell, number>,
): number {
  const scheduler = new Scheduler(cells, limits);
  const left = new Map<PlannedCell, number>();
  for (;;) {
    for (let cell = scheduler.next(); cell !== undefined; cell = scheduler.next()) {
      left.set(cell, seconds.get(cell) ?? 0);
    }
    if (left.size === 0) return scheduler.peak;
    const step = Math.min(...left.values());
    for (const [cell, remaining] of left) {
      if (remaining > step) left.set(cell, remaining - step);
      else {
        left.delete(cell);
        scheduler.end(cell);
      }
    }
  }
}

function rowsOf(
  cells: readonly PlannedCell[],
  flops: ReadonlyMap<PlannedCell, number>,
  seconds: ReadonlyMap<PlannedCell, number>,
): PlanRow[] {
  const rows = new Map<string, PlanRow>();
  for (const cell of cells) {
    const { measure, data } = cell;
    const name = `${measure.name} ${data}`;
    const row = rows.get(name) ?? { cells: 0, flops: 0, seconds: 0, memory: 0 };
    rows.set(name, {
      measure: measure.name,
      data,
      cells: row.cells + 1,
      flops: row.flops + (flops.get(cell) ?? 0),
      seconds: row.seconds + (seconds.get(cell) ?? 0),
      memory: Math.max(row.memory, memoryAlone(cell)),
    });
  }
  return [...rows.values()];
}

function sharedOf(cells: readonly PlannedCell[]): { works: number; uses: number } {
  const uses = new Map<string, number>();
  for (const { data, needs } of cells) {
    for (const { name } of needs.shared) {
      const key = `${data} ${name}`;
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
  }
  const several = [...uses.values()].filter((count) => count > 1);
  return { works: several.length, uses: sum(several) };
}

function onlyTraining(speed: Speed): Speed {
  return ({ training = 0, steps = 0 }) => speed({ training, steps });
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
