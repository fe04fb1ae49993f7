/** The grid of readings, and the identifiers that name them in config and results. */
import { invalidArgument } from '../../errors.js';
import type { Axes, DistanceReading, FlipReading, MultiverseGrid } from './multiverse-results.js';

/** The presets that have a grid. */
export type MultiversePreset = 'quick' | 'standard' | 'paper';

const FULL_DISTANCE: Omit<Axes<DistanceReading>, 'n' | 'epochs'> = {
  table: ['t1'],
  sigma: [0.01, 1],
  l2: [0, 1e-4, 1e-3],
  loss: ['cross-entropy', 'mse'],
  norm: ['spectral', 'frobenius', 'rms'],
};

const FULL_FLIPS: Axes<FlipReading> = {
  table: ['t2', 't3', 't4'],
  sigma: [0.01, 1],
  eps: ['standardised', 'pixel', 'unit'],
  influence: ['loo', 'no-denominator', 'alpha-kept'],
  aggregate: ['mean', 'pair'],
  target: ['loss', 'margin', 'prediction'],
  kernel: ['km', 'kinf'],
  points: ['singly', 'together'],
  step: ['usual', 'quarter', 'tenth'],
  context: ['fixed', 'recomputed'],
};

/** The choices that turn out to matter most: what the weights start from, the unit of eps, the kernel, the context. */
const QUICK: MultiverseGrid = {
  // The paper's next width, 1024, takes four times as long: its numbers are compared at 16 alone.
  widths: [16, 256],
  distance: { ...FULL_DISTANCE, l2: [1e-3], n: [200], epochs: [100, 500] },
  flipTrainCount: 200,
  flipTestCount: 100,
  flipWidth: 128,
  flips: {
    ...FULL_FLIPS,
    table: ['t2'],
    eps: ['standardised', 'pixel'],
    influence: ['loo'],
    target: ['loss'],
    step: ['usual'],
  },
};

const GRIDS: Readonly<Record<MultiversePreset, MultiverseGrid>> = {
  quick: QUICK,
  standard: { ...QUICK, flips: { ...QUICK.flips, table: ['t2', 't3', 't4'] } },
  paper: {
    widths: [16, 64, 256, 1024, 4096],
    distance: { ...FULL_DISTANCE, n: [1000, 2000], epochs: [100, 500] },
    flipTrainCount: 1000,
    flipTestCount: 200,
    flipWidth: 1024,
    flips: FULL_FLIPS,
  },
};

/** The grid of a preset: every axis with its values. */
export function multiverseGrid(preset: MultiversePreset): MultiverseGrid {
  return GRIDS[preset];
}

/** Every combination of the values of the axes, the last axis changing fastest. */
export function combinations<Reading extends object>(axes: Axes<Reading>): Reading[] {
  let readings: Partial<Reading>[] = [{}];
  for (const [axis, values] of Object.entries(axes) as [
    keyof Reading,
    Reading[keyof Reading][],
  ][]) {
    readings = readings.flatMap((reading) =>
      values.map((value) => ({ ...reading, [axis]: value })),
    );
  }
  return readings as Reading[];
}

/** How the values of an axis are read back. */
type Codec<Reading> = { readonly [Axis in keyof Reading]: 'number' | readonly Reading[Axis][] };

const DISTANCE_AXES: Codec<Omit<DistanceReading, 'table'>> = {
  ...{ sigma: 'number', l2: 'number', n: 'number', epochs: 'number' },
  loss: FULL_DISTANCE.loss,
  norm: FULL_DISTANCE.norm,
};

const FLIP_AXES: Codec<Omit<FlipReading, 'table'>> = { ...FULL_FLIPS, sigma: 'number' };

/** The axes of a table's identifiers, in their order. */
const TABLES: ReadonlyMap<string, readonly (readonly [string, 'number' | readonly string[]])[]> =
  new Map([
    ['t1', axisList(DISTANCE_AXES)],
    ...FULL_FLIPS.table.map((table) => [table, axisList(FLIP_AXES)] as const),
  ]);

function axisList(
  codec: Readonly<Record<string, 'number' | readonly (string | number)[]>>,
): (readonly [string, 'number' | readonly string[]])[] {
  return Object.entries(codec)
    .filter(([axis]) => axis !== 'table')
    .map(([axis, values]) => [axis, values === 'number' ? values : values.map(String)] as const);
}

/**
 * The identifier of a reading: its table and each axis with its value, in a fixed order, for example
 * `t1/sigma=1/l2=0.001/n=400/epochs=500/loss=mse/norm=rms`.
 */
export function readingId(reading: DistanceReading | FlipReading): string {
  const values = new Map<string, string | number>(Object.entries(reading));
  const axes = TABLES.get(reading.table) ?? [];
  return [reading.table, ...axes.map(([axis]) => `${axis}=${values.get(axis) ?? ''}`)].join('/');
}

/**
 * The reading that an identifier names.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when it is none that {@link readingId} gives.
 */
export function parseReading(id: string): DistanceReading | FlipReading {
  const [table = '', ...parts] = id.split('/');
  const axes = TABLES.get(table);
  if (axes?.length !== parts.length) throw invalidArgument('identifier of a reading', 'id', id);
  const values = axes.map(([axis, allowed], k) => {
    const text = parts[k]?.startsWith(`${axis}=`) === true ? parts[k].slice(axis.length + 1) : '';
    const value = allowed === 'number' ? Number(text) : text;
    // Number('') is 0, and 1e-3 is written 0.001: only what would be written is read.
    const known = allowed === 'number' ? isWritten(text) : allowed.includes(text);
    if (!known) throw invalidArgument(`known value of ${axis}`, 'id', id);
    return [axis, value] as const;
  });
  return { table, ...Object.fromEntries(values) } as unknown as DistanceReading | FlipReading;
}

function isWritten(text: string): boolean {
  return String(Number(text)) === text && Number.isFinite(Number(text));
}
