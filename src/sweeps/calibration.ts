/**
 * How fast this machine does the work of a plan: each kind is done on noise at a small and a large size of the plan, side
 * by side as in the run, for some tenths of a second.
 */
import { pgd } from '../attacks/linf.js';
import { oneHot, unitRows } from '../data/dataset.js';
import { inParallel } from '../experiments/parallel.js';
import { finiteWidthKernel } from '../experiments/networks.js';
import { KernelRidge } from '../influence/kernel-ridge.js';
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import { Matrix } from '../linalg/matrix.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import { STREAMS, gaussian } from '../random.js';
import { attentionSpectrum } from '../spectrum/attention-spectrum.js';
import type { PlannedCell } from './cells.js';
import type { Settings } from './config/axes.js';
import { COSTS, type Shape } from './costs.js';
import { drawDataSample, type SweepData } from './data/sweep-data.js';
import type { Cost, WorkKind } from './measures/measure.js';
import { USUAL_RATES, USUAL_SPEED, type Timing, type Timings } from './speed.js';

/** A probe is cut down to about this long at the usual speed. */
const PROBE_SECONDS = 0.1;

/** How often a probe that is short is repeated, so that its time can be told. */
const LEAST_SECONDS = 0.05;

/** A probe: some work, and its size. */
interface Probe {
  readonly flops: number;
  /** Units of work in one run, such as the steps of a training. */
  readonly units: number;
  run(): Promise<unknown>;
}

/** What a probe is made for. */
interface Sized {
  readonly shape: Shape;
  readonly settings: Settings;
  readonly data: SweepData;
  readonly cost: number;
}

type MakeProbe = (sized: Sized, signal: AbortSignal) => Promise<Probe>;

/**
 * Times each kind of work that the cells hold.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires.
 */
export async function calibrate(
  cells: readonly PlannedCell[],
  data: ReadonlyMap<string, SweepData>,
  concurrency: number,
  signal: AbortSignal,
): Promise<Timings> {
  const timings: Partial<Record<WorkKind, Timing[]>> = {};
  for (const kind of Object.keys(PROBES) as WorkKind[]) {
    const sizes = sizesOf(kind, cells, data);
    const timed: Timing[] = [];
    for (const sized of sizes) {
      timed.push(await time(await PROBES[kind](sized, signal), concurrency));
    }
    if (timed.length > 0) timings[kind] = timed;
  }
  return timings;
}

/** The smallest, the middle and the largest work of a kind. */
function sizesOf(
  kind: WorkKind,
  cells: readonly PlannedCell[],
  data: ReadonlyMap<string, SweepData>,
): Sized[] {
  const bySize = new Map<number, Sized>();
  for (const cell of cells) {
    const { settings } = cell.request;
    const set = data.get(cell.data);
    const costs = [cell.needs.cost, ...cell.needs.shared.map((work) => work.cost)];
    for (const cost of costs) {
      const size = sizeOf(kind, cost);
      if (set === undefined || size === 0 || bySize.has(size)) continue;
      const shape = { n: settings.n, q: settings.test, d: set.inputs, c: set.classes };
      bySize.set(size, { shape, settings, data: set, cost: size });
    }
  }
  const sorted = [...bySize.values()].sort((a, b) => a.cost - b.cost);
  const picked = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return [...new Set(picked)].filter((sized) => sized !== undefined);
}

/** Of a training, one step. */
function sizeOf(kind: WorkKind, cost: Cost): number {
  const flops = cost[kind] ?? 0;
  return kind === 'training' ? flops / Math.max(1, cost.steps ?? 1) : flops;
}

async function time(probe: Probe, concurrency: number): Promise<Timing> {
  const sideBySide = async (rounds: number): Promise<number> => {
    const startedAt = performance.now();
    const lanes = Array.from({ length: concurrency }, (_, lane) => lane);
    await inParallel(concurrency, lanes, async () => {
      for (let round = 0; round < rounds; round++) await probe.run();
    });
    return (performance.now() - startedAt) / 1000;
  };
  // Threads start and memory is taken on the way.
  const first = await sideBySide(1);
  const rounds = Math.max(1, Math.min(100, Math.ceil(LEAST_SECONDS / first)));
  const seconds = Math.min(await sideBySide(rounds), await sideBySide(rounds)) / rounds;
  return { flops: probe.flops / probe.units, seconds: seconds / (concurrency * probe.units) };
}

/** A shape with fewer points, whose work of a kind takes no longer than a probe should. */
function cut(kind: WorkKind, shape: Shape, cost: (shape: Shape) => number): Shape {
  let smaller = shape;
  while (smaller.n > 64 && cost(smaller) / USUAL_RATES[kind] > PROBE_SECONDS) {
    const share = 0.8;
    smaller = {
      ...smaller,
      n: Math.floor(smaller.n * share),
      q: Math.max(1, Math.floor(smaller.q * share)),
    };
  }
  return smaller;
}

function noise(rows: number, cols: number, seed: number): Matrix {
  return unitRows(Matrix.of(gaussian(seed, STREAMS.calibration, rows * cols), rows, cols)).matrix;
}

function targets({ c }: Shape, rows: number): Matrix {
  return oneHot(
    Int32Array.from({ length: rows }, (_, i) => i % c),
    c,
  );
}

async function networkFor(
  { shape: { d, c }, settings }: Sized,
  precision: Settings['precision'],
  signal: AbortSignal,
): Promise<TwoLayerNetwork<Float64Array | Float32Array>> {
  const { width, sigma: scale } = settings;
  return TwoLayerNetwork.create({
    inputs: d,
    outputs: c,
    width,
    scale,
    seed: 0,
    precision,
    signal,
  });
}

/** The matrices of a kernel regression. */
async function regression(
  shape: Shape,
  signal: AbortSignal,
): Promise<Record<'K' | 'Kt' | 'Y' | 'Yt', Matrix>> {
  const [X, Z] = [noise(shape.n, shape.d, 0), noise(shape.q, shape.d, 1)];
  return {
    K: await infiniteNtk(X, undefined, { signal }),
    Kt: await infiniteNtk(X, Z, { signal }),
    Y: targets(shape, shape.n),
    Yt: targets(shape, shape.q),
  };
}

const PROBES: Readonly<Record<WorkKind, MakeProbe>> = {
  async training(sized, signal) {
    const { settings } = sized;
    const { precision, loss, optimizer, batch: batchSize } = settings;
    const epoch = (shape: Shape): Cost => ({
      training: COSTS.training(shape, { ...settings, epochs: 1 }),
    });
    // Whole batches, so that a step of the probe is one of the run.
    const batches = Math.ceil(sized.shape.n / batchSize);
    const affordable = Math.max(
      1,
      Math.floor((batches * PROBE_SECONDS) / USUAL_SPEED(epoch(sized.shape))),
    );
    const n = Math.min(sized.shape.n, affordable * batchSize);
    const { d } = sized.shape;
    const inPrecision = (matrix: Matrix): Matrix<Float64Array | Float32Array> =>
      precision === 'float32' ? matrix.toFloat32() : matrix;
    const X = inPrecision(noise(n, d, 0));
    const Y = inPrecision(targets(sized.shape, n));
    const network = await networkFor(sized, precision, signal);
    const units = Math.ceil(n / batchSize);
    const share = sized.shape.n / Math.ceil(sized.shape.n / batchSize) / Math.min(n, batchSize);
    return {
      flops: sized.cost * units,
      units: units * Math.max(1, share),
      run: async () =>
        network.train(X, Y, { loss, optimizer, batchSize, epochs: 1, seed: 0, signal }),
    };
  },

  async kernels({ shape }, signal) {
    const { n, q, d } = cut('kernels', shape, (shape) => COSTS.infiniteKernels(shape));
    const [X, Z] = [noise(n, d, 0), noise(q, d, 1)];
    return Promise.resolve({
      flops: COSTS.infiniteKernels({ ...shape, n, q }),
      units: 1,
      run: async () => {
        await infiniteNtk(X, undefined, { signal });
        await infiniteNtk(X, Z, { signal });
      },
    });
  },

  async gates(sized, signal) {
    const { width } = sized.settings;
    const cost = (shape: Shape): number => COSTS.empiricalKernels(shape, width);
    const shape = cut('gates', sized.shape, cost);
    const [X, Z] = [noise(shape.n, shape.d, 0), noise(shape.q, shape.d, 1)];
    const network = await networkFor(sized, 'float64', signal);
    return {
      flops: cost(shape),
      units: 1,
      run: async () => {
        await finiteWidthKernel(network, X, { signal });
        await finiteWidthKernel(network, X, { signal }, Z);
      },
    };
  },

  async factors({ shape: whole }, signal) {
    const shape = cut('factors', whole, (shape) => COSTS.fit(shape));
    const { K, Kt, Y } = await regression(shape, signal);
    return {
      flops: COSTS.fit(shape),
      units: 1,
      run: async () => {
        const ridge = await KernelRidge.fit(K, Y, { signal });
        await ridge.predict(Kt, { signal });
        await ridge.predict(K, { signal });
      },
    };
  },

  async influence({ shape: whole }, signal) {
    const shape = cut('influence', whole, (shape) => COSTS.influence(shape));
    const { K, Kt, Y, Yt } = await regression(shape, signal);
    return {
      flops: COSTS.influence(shape),
      units: 1,
      run: async () => {
        const ridge = await KernelRidge.fit(K, Y, { signal });
        await ridge.aggregateInfluence(Kt, Yt, { signal });
      },
    };
  },

  async spectra({ shape: whole }, signal) {
    const shape = cut('spectra', whole, (shape) => COSTS.spectra(shape));
    const X = noise(shape.n, shape.d, 0);
    return Promise.resolve({
      flops: COSTS.spectra(shape),
      units: 1,
      run: async () => attentionSpectrum(X, { signal }),
    });
  },

  async attacks(sized, signal) {
    const { settings, shape } = sized;
    const points = Math.max(1, Math.min(64, Math.ceil(settings.tau * shape.n)));
    const network = await networkFor(sized, 'float64', signal);
    const context =
      settings.model === 'attention' ? noise(Math.min(shape.n, 512), shape.d, 1) : undefined;
    const pixels = Matrix.of(noise(points, shape.d, 0).data.map(Math.abs), points, shape.d);
    const Y = targets(shape, points);
    const steps = 10;
    const target = { network: network as TwoLayerNetwork, context, loss: settings.loss };
    return {
      flops: COSTS.attack(points, steps, shape, settings),
      units: 1,
      run: async () => pgd(target, pixels, Y, { eps: 0.1, seed: 0, steps, signal }),
    };
  },

  async data({ data, settings, shape, cost }) {
    const n = Math.min(settings.n, 500);
    const test = Math.min(settings.test, 100);
    return Promise.resolve({
      flops: (2 * n + 2 * test) * shape.d,
      units: 1,
      run: async () => Promise.resolve(drawDataSample(data, { n, test, seed: cost % 97 })),
    });
  },
};
