/** Runs a sweep in this process, alone or beside others that share its folder. */
import {
  requireArray,
  requireFunction,
  requireInteger,
  requireObject,
  requireText,
} from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { runtimeInfo } from '../native/runtime.js';
import { requireOnlyOptions, requireSignal } from '../options.js';
import type { RunMachine } from '../runs/manifest.js';
import { SharedStore } from '../runs/shared-store.js';
import type { PlannedCell, SweepCell } from './cells.js';
import type { SweepRequest } from './config/config.js';
import { memoryHost, storeHost, type EndedCell } from './hosts.js';
import { prepareSweep, refusal, type PreparedSweep, type PrepareOptions } from './prepare.js';
import { USUAL_SPEED } from './speed.js';
import { runCells, type CellFailure } from './run-cells.js';
import { SAVE_SECONDS } from './saved-trainings.js';

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
  return runPrepared(await prepareSweep(request, options), options);
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

/**
 * Runs a prepared sweep. Everything else is as in {@link runSweep}.
 *
 * @param seconds - of training between two saves.
 */
export async function runPrepared(
  prepared: PreparedSweep,
  options: RunSweepOptions,
  seconds: number = SAVE_SECONDS,
): Promise<SweepOutcome> {
  const all = [...prepared.cells, ...prepared.refused];
  const keys = all.map(({ key }) => key);
  const store =
    options.out === undefined
      ? undefined
      : await SharedStore.open<SweepCell>(options.out, descriptionOf(prepared, options));
  const memory = memoryHost(options.onCell);
  const host = store === undefined ? memory : storeHost(store, options.onCell);
  const failures: CellFailure[] = [];
  try {
    const mine = (cells: readonly PlannedCell[]): PlannedCell[] =>
      shardOf(cells, options.shard).filter((cell) => !host.isDone(cell));
    for (const cell of mine(prepared.refused)) {
      const failure = { cell, error: refusal(cell, prepared.memory) };
      failures.push(failure);
      await host.fail(failure);
    }
    failures.push(
      ...(await runCells(mine(prepared.cells), prepared.data, host, {
        concurrency: options.concurrency ?? runtimeInfo().threads,
        memory: prepared.memory,
        weigh: USUAL_SPEED,
        signal: options.signal ?? new AbortController().signal,
        drain: options.drain,
        saving: store && { checkpoints: store.checkpoints, numerics: prepared.numerics, seconds },
      })),
    );
  } finally {
    await store?.claims.releaseAll();
  }
  const complete =
    store === undefined ? keys.every((key) => memory.results.has(key)) : await store.complete(keys);
  const wanted = new Set(keys);
  const cells = store === undefined ? [...memory.results.values()] : store.cells();
  return {
    cells: cells.filter(({ key }) => wanted.has(key)),
    failures,
    complete,
    planned: keys.length,
    folder: store?.folder ?? null,
  };
}

/**
 * The cells of a shard: whole groups, dealt out one by one in the order of their keys, so that every process deals them
 * alike.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such shard.
 */
export function shardOf(cells: readonly PlannedCell[], shard: Shard | undefined): PlannedCell[] {
  if (shard === undefined) return [...cells];
  const { index, count } = shard;
  requireInteger(count, 'shard.count', 1);
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw invalidArgument(`integer from 0 to ${count - 1}`, 'shard.index', index);
  }
  const groups = [...new Set(cells.map(({ group }) => group))].sort();
  const mine = new Set(groups.filter((_, i) => i % count === index));
  return cells.filter(({ group }) => mine.has(group));
}

/** What the manifest of a sweep says. */
export function descriptionOf(
  { config, data, numerics, cells, refused }: PreparedSweep,
  { command = 'runSweep' }: Pick<RunSweepOptions, 'command'>,
): Parameters<typeof SharedStore.open>[1] {
  const counts = new Map<string, { part: string; dataset: string; cells: number }>();
  for (const { measure, data: dataset } of [...cells, ...refused]) {
    const name = `${measure.name} ${dataset}`;
    const before = counts.get(name)?.cells ?? 0;
    counts.set(name, { part: measure.name, dataset, cells: before + 1 });
  }
  const hashes = [...data.values()].flatMap((set) =>
    Object.entries(set.hashes).map(([part, hash]) => [`${set.name}/${part}`, hash] as const),
  );
  return {
    kind: 'sweep',
    command,
    startedAt: new Date().toISOString(),
    config: withoutPaths(config),
    dataHashes: Object.fromEntries(hashes),
    numerics,
    planned: [...counts.values()],
    machine: machineRecord(),
  };
}

/** Where the data lies does not decide what a sweep is: its content does, and its hashes are in the manifest. */
function withoutPaths(config: PreparedSweep['config']): object {
  const { name, measures, axes, pairs } = config;
  const data = config.data.map((entry) =>
    typeof entry === 'string' || 'synthetic' in entry ? entry : { ...entry, path: undefined },
  );
  return { name, measures, axes, pairs, data };
}

function machineRecord(): RunMachine {
  const { version, blas, core, isa, threads } = runtimeInfo();
  const platform = `${process.platform}-${process.arch}`;
  return { package: version, node: process.versions.node, platform, blas, core, isa, threads };
}
