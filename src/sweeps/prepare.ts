/** From a config to cells: data loaded, combinations listed, sizes checked against the memory. */
import { numericsVersion } from '../experiments/cell-key.js';
import { NtkitError } from '../errors.js';
import { runtimeInfo } from '../native/runtime.js';
import { planCells, type PlannedCell } from './cells.js';
import { AXIS_NAMES } from './config/axes.js';
import { sweepConfig, type SweepConfig } from './config/config.js';
import { loadData, type LoadContext } from './data/sources.js';
import { requireEnough, type SweepData } from './data/sweep-data.js';
import { MEASURES } from './measures/index.js';
import type { Measure } from './measures/measure.js';
import { MEASURE_NAMES } from './measures/names.js';
import { memoryAlone } from './scheduler.js';

/** Of what the process may still take, this much is planned with. */
const MEMORY_SHARE = 0.8;

/** What a sweep is prepared with. */
export interface PrepareOptions extends LoadContext {
  /** Measures beside the built-in ones, which a config may name. */
  readonly measures?: readonly Measure[] | undefined;
  /** Bytes that the process may take in all. Default: 80 % of what is available to it. */
  readonly memoryBudget?: number | undefined;
}

/** A sweep that is ready to be planned or run. */
export interface PreparedSweep {
  readonly config: SweepConfig;
  readonly data: ReadonlyMap<string, SweepData>;
  /** What decides the bits of a result beside config and data. */
  readonly numerics: string;
  /** Cells that fit into the memory. */
  readonly cells: readonly PlannedCell[];
  /** Cells that do not, which are never started. */
  readonly refused: readonly PlannedCell[];
  /** Bytes for shared results and running cells, beside what the process holds already. */
  readonly memory: number;
  /** Bytes that the process holds already. */
  readonly held: number;
  /** How long the data took to load. */
  readonly loadingSeconds: number;
}

/**
 * Checks a config, loads its data and lists its cells.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key, and what loading the data throws.
 */
export async function prepareSweep(
  request: unknown,
  options: PrepareOptions = {},
): Promise<PreparedSweep> {
  const custom = options.measures ?? [];
  requireOwnNames(custom);
  const config = sweepConfig(
    request,
    custom.map(({ name }) => name),
  );
  const data = new Map<string, SweepData>();
  const startedAt = performance.now();
  for (const entry of config.data) {
    const set = await loadData(entry, options);
    data.set(set.name, set);
  }
  const loadingSeconds = (performance.now() - startedAt) / 1000;
  const numerics = numericsVersion(runtimeInfo());
  const measures = config.measures.map((name) => measureOf(name, custom));
  const cells = planCells(config, [...data.values()], measures, numerics);
  for (const cell of cells) requireSample(cell, data);
  const memory = memoryFor(options.memoryBudget);
  return {
    ...{ config, data, numerics, memory, loadingSeconds },
    held: process.memoryUsage().rss,
    cells: cells.filter((cell) => memoryAlone(cell) <= memory),
    refused: cells.filter((cell) => memoryAlone(cell) > memory),
  };
}

/** What a refused cell is refused with. */
export function refusal(cell: PlannedCell, memory: number): NtkitError {
  return new NtkitError(
    'ERR_MEMORY_BUDGET',
    `Expected at most ${Math.max(0, Math.floor(memory))} bytes for ${cell.label} but it takes about ${memoryAlone(cell)}`,
  );
}

/** Bytes for shared results and running cells of this process. */
export function memoryFor(budget: number | undefined): number {
  if (budget === undefined) return MEMORY_SHARE * runtimeInfo().memory;
  return budget - process.memoryUsage().rss;
}

function measureOf(name: string, custom: readonly Measure[]): Measure {
  const own = custom.find((measure) => measure.name === name);
  const builtIn = MEASURE_NAMES.find((known) => known === name);
  if (own !== undefined) return own;
  if (builtIn !== undefined) return MEASURES[builtIn];
  throw new NtkitError('ERR_INTERNAL', `No measure called ${name}`);
}

function requireOwnNames(custom: readonly Measure[]): void {
  const taken = new Set<string>(MEASURE_NAMES);
  for (const { name, parameters = {} } of custom) {
    if (!/^[\w-]{1,64}$/.test(name) || taken.has(name)) {
      throw new NtkitError(
        'ERR_INVALID_ARGUMENT',
        `Expected a new name of letters, digits, _ and - for a measure but received ${JSON.stringify(name)}`,
      );
    }
    taken.add(name);
    const clash = Object.keys(parameters).find(
      (key) => key === 'data' || AXIS_NAMES.some((axis) => axis === key),
    );
    if (clash !== undefined) {
      throw new NtkitError(
        'ERR_INVALID_ARGUMENT',
        `Expected parameters of ${name} with names of their own but received '${clash}', an axis of every sweep`,
      );
    }
  }
}

function requireSample(
  { data: name, request }: PlannedCell,
  data: ReadonlyMap<string, SweepData>,
): void {
  const set = data.get(name);
  if (set !== undefined) requireEnough(set, request.settings.n, request.settings.test);
}
