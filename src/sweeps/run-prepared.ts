/** Runs the cells of a prepared sweep. */
import { requireInteger } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { runtimeInfo } from '../native/runtime.js';
import type { RunMachine } from '../runs/manifest.js';
import { SharedStore } from '../runs/shared-store.js';
import type { PlannedCell, SweepCell } from './cells.js';
import { memoryHost, storeHost } from './hosts.js';
import { refusal, type PreparedSweep } from './prepare.js';
import { runCells, type CellFailure } from './run-cells.js';
import type { RunSweepOptions, Shard, SweepOutcome } from './run-sweep.js';
import { SAVE_SECONDS } from './saved-trainings.js';
import { USUAL_SPEED } from './speed.js';

/**
 * Runs a prepared sweep. What else it does and throws is said at `runSweep`.
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
