/**
 * Runs a sweep in this process, alone or beside others that share its folder. What it is made of is loaded when the first
 * one is run: schemas and stores take two thirds of the time that the package takes to load, which scripts that want a kernel
 * need not wait for.
 */
import {
  requireArray,
  requireFunction,
  requireInteger,
  requireObject,
  requireText,
} from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { requireOnlyOptions, requireSignal } from '../options.js';
import type { SweepCell } from './cells.js';
import type { SweepRequest } from './config/config.js';
import type { EndedCell } from './hosts.js';
import type { PrepareOptions } from './prepare.js';
import type { CellFailure } from './run-cells.js';

/** A part of a sweep's cells: the i-th of N, counted from 0. */
export interface Shard {
  /** Which part, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

/** How a sweep is run. */
export interface RunSweepOptions extends PrepareOptions {
  /** Run folder, which is made or gone on with. Default: none, results are returned alone. */
  readonly out?: string | undefined;
  /** Cells side by side. Default: the threads of numeric work. */
  readonly concurrency?: number | undefined;
  /** Only a part of the cells. Default: all. */
  readonly shard?: Shard | undefined;
  /** Stops now; cells in hand are lost, but for what long trainings have saved in the run folder. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Starts nothing more; cells in hand are finished. With `out`, a training that has more than half a minute left is saved
   * instead.
   */
  readonly drain?: AbortSignal | undefined;
  /** Told of each cell that needs nothing more. */
  readonly onCell?: ((ended: EndedCell) => void) | undefined;
  /** What the manifest calls the command. Default `runSweep`. */
  readonly command?: string | undefined;
}

/** What came out of a sweep. */
export interface SweepOutcome {
  /** Every stored cell of the sweep, by key. */
  readonly cells: readonly SweepCell[];
  /** Cells that failed, with their reasons. */
  readonly failures: readonly CellFailure[];
  /** Whether every cell of the sweep is there. */
  readonly complete: boolean;
  /** Cells that the sweep has in all. */
  readonly planned: number;
  /** Absolute path of the run folder; null without. */
  readonly folder: string | null;
}

/**
 * Runs a sweep: every combination of its axes, each cell once. With `out`, results lie in a run folder; the same call goes
 * on with what is there, and several processes that run it at once share the work. Trainings of more than half a minute are
 * saved there now and then.
 *
 * @param request - data and axes; each axis is a value, a list or a range such as `'4..4096 x2'`.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key, `ERR_STORE` when the folder holds another run or cannot be
 * written, `ERR_ABORTED` when the signal fires, and what loading the data throws. A cell that fails is
 * among the failures.
 */
export async function runSweep(
  request: SweepRequest,
  options: RunSweepOptions = {},
): Promise<SweepOutcome> {
  requireSweepOptions(options);
  // The caller may change them as soon as this waits.
  const [asked, how] = [copyOf(request), { ...options }];
  const { prepareSweep } = await import('./prepare.js');
  const { runPrepared } = await import('./run-prepared.js');
  return runPrepared(await prepareSweep(asked, how), how);
}

/** A request that cannot be copied is refused as it is, with the key that is wrong. */
function copyOf(request: SweepRequest): SweepRequest {
  try {
    return structuredClone(request);
  } catch {
    return request;
  }
}

/** What is checked of each option before anything is loaded. */
const OPTION_CHECKS: Readonly<
  Record<keyof RunSweepOptions, (value: unknown, name: string) => unknown>
> = {
  out: requireText,
  configPath: requireText,
  command: requireText,
  concurrency: (value, name) => requireInteger(value, name, 1),
  memoryBudget: (value, name) => requireInteger(value, name, 1),
  shard: requireObject,
  signal: requireSignal,
  drain: requireSignal,
  onCell: requireFunction,
  offline(value, name) {
    if (typeof value !== 'boolean') throw invalidArgument('boolean', name, value);
  },
  measures(value, name) {
    requireArray(value, name, 'array of measures').forEach((measure, i) => {
      const { name: own, axes, revision, run } = requireObject(measure, `${name}[${i}]`, 'measure');
      requireText(own, `${name}[${i}].name`);
      requireArray(axes, `${name}[${i}].axes`, 'array of names of axes');
      requireInteger(revision, `${name}[${i}].revision`, 0);
      requireFunction(run, `${name}[${i}].run`);
    });
  },
};

function requireSweepOptions(options: RunSweepOptions): void {
  const names = Object.keys(OPTION_CHECKS) as (keyof RunSweepOptions)[];
  requireOnlyOptions(options, names);
  for (const name of names) {
    const value = options[name];
    if (value !== undefined) OPTION_CHECKS[name](value, name);
  }
}
