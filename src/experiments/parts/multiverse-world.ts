/** The data of a sample with some training points perturbed, as kernels see it. */
import { fgsm, mim, pgd, type AttackTarget, type EpsUnits } from '../../attacks/linf.js';
import { unitRows, type ImageDataset } from '../../data/dataset.js';
import { infiniteNtk } from '../../kernels/infinite-ntk.js';
import { Matrix, type Elements } from '../../linalg/matrix.js';
import type { LossName, TwoLayerNetwork } from '../../models/two-layer-network.js';
import type { RunOptions } from '../../options.js';
import { finiteWidthKernel, inPrecision } from '../networks.js';
import type { ModelName } from '../results.js';
import { modelInputs, type ModelInputs, type Sample } from '../sample.js';
import type { Kernels } from './multiverse-influence.js';
import type { FlipReading, MultiverseAttack } from './multiverse-results.js';
import type { NetworkSettings } from './network.js';

export const EPS_UNITS: Readonly<Record<FlipReading['eps'], EpsUnits>> = {
  standardised: 'standardized',
  pixel: 'pixel',
  unit: 'unit',
};

/** Steps of PGD and MIM. */
export const STEPS = 10;

/** The radius of an attack in its unit. */
export interface Ball {
  readonly eps: FlipReading['eps'];
  readonly radius: number;
  /** Standard deviation of each of the d pixels. */
  readonly pixelScale: Float64Array;
}

/** The standard deviation of each pixel of a data set's images, from those of their channels. */
export function pixelScale({ pixelStd, train }: ImageDataset): Float64Array {
  const size = train.width * train.height * train.channels;
  return Float64Array.from({ length: size }, (_, j) => pixelStd[j % pixelStd.length] ?? NaN);
}

/** What is attacked: a trained network, at the sample it was trained on. */
export interface Attacked {
  readonly model: ModelName;
  readonly network: TwoLayerNetwork<Elements>;
  readonly sample: Sample;
  readonly inputs: ModelInputs;
  readonly loss: LossName;
  readonly settings: Pick<NetworkSettings, 'seed' | 'precision'>;
}

/** An attack with the size of its steps, in radii; FGSM takes one step of the whole radius. */
export interface AttackVariant {
  readonly attack: MultiverseAttack;
  readonly stepSize: number;
}

/** Adversarial versions of all training points as unit rows, each against its own loss with the clean context. */
export async function adversarialRows(
  { model, network, sample, loss, settings }: Attacked,
  { attack, stepSize }: AttackVariant,
  { eps: unit, radius: eps, pixelScale: scale }: Ball,
  options: RunOptions,
): Promise<Matrix> {
  const { precision, seed } = settings;
  const context = model === 'attention' ? inPrecision(sample.X, precision) : undefined;
  const target: AttackTarget<Elements> = { network, context, loss };
  const pixels = inPrecision(sample.pixels, precision);
  const Y = inPrecision(sample.Y, precision);
  const standardised = unit === 'standardised' ? { scale } : {};
  const ball = { ...options, eps, epsUnits: EPS_UNITS[unit], ...standardised };
  const steps = { steps: STEPS, alpha: stepSize * eps };
  const run = {
    fgsm: async () => fgsm(target, pixels, Y, ball),
    pgd: async () => pgd(target, pixels, Y, { ...ball, ...steps, seed }),
    mim: async () => mim(target, pixels, Y, { ...ball, ...steps }),
  }[attack];
  const { adversarial } = await run();
  return unitRows(adversarial.toFloat64()).matrix;
}

/** A sample in which any points can be replaced by their adversarial versions. */
export type World = (
  replaced: readonly number[],
  kernel: FlipReading['kernel'],
) => Promise<Kernels>;

/** The kernel of a reading on training and test points. */
export async function kernelsOf(
  kernel: FlipReading['kernel'],
  { train, test }: ModelInputs,
  network: TwoLayerNetwork<Elements>,
  options: RunOptions,
): Promise<Kernels> {
  // One kernel of all points takes the gates of each point once.
  const points = stack(train, test);
  const all =
    kernel === 'kinf'
      ? await infiniteNtk(points, undefined, options)
      : await finiteWidthKernel(network, points, options);
  const rowsOf = (first: number, last: number): Matrix =>
    Matrix.of(all.data.subarray(first * all.cols, last * all.cols), last - first, all.cols);
  const columns = Int32Array.from({ length: train.rows }, (_, i) => i);
  return {
    K: selectColumns(rowsOf(0, train.rows), columns),
    Kt: selectColumns(rowsOf(train.rows, points.rows), columns),
  };
}

/** Attention attends to the perturbed points: a perturbation moves every row, and each set has kernels of its own. */
export function recomputedContext(
  { model, network, sample }: Attacked,
  adversarial: Matrix,
  options: RunOptions,
): World {
  let last: { readonly replaced: readonly number[]; readonly inputs: ModelInputs } | undefined;
  return async (replaced, kernel) => {
    // The kernels of one set are asked for in turn.
    if (last?.replaced !== replaced) {
      const X = Matrix.of(sample.X.data.slice(), sample.X.rows, sample.X.cols);
      for (const i of replaced) X.row(i).set(adversarial.row(i));
      last = { replaced, inputs: await modelInputs(model, X, sample.Z, options) };
    }
    return kernelsOf(kernel, last.inputs, network, options);
  };
}

/**
 * Attention, if there is any, attends to the clean points: a perturbation moves its own row alone. The kernels of every
 * set are parts of those of the clean and the perturbed points together.
 *
 * @param candidates - the points that may be replaced.
 */
export async function fixedContext(
  kernels: readonly FlipReading['kernel'][],
  { model, network, sample, inputs }: Attacked,
  adversarial: Matrix,
  candidates: readonly number[],
  options: RunOptions,
): Promise<World> {
  const moved = adversarial.selectRows(candidates);
  const { test: rows } = await modelInputs(model, sample.X, moved, options);
  const points = { train: stack(inputs.train, rows), test: inputs.test };
  const all = new Map<FlipReading['kernel'], Kernels>();
  for (const kernel of kernels) all.set(kernel, await kernelsOf(kernel, points, network, options));
  const n = inputs.train.rows;
  const placeOf = new Map(candidates.map((point, k) => [point, n + k]));
  return async (replaced, kernel) => {
    const moving = new Set(replaced);
    const places = Int32Array.from({ length: n }, (_, i) =>
      moving.has(i) ? (placeOf.get(i) ?? NaN) : i,
    );
    const ofAll = all.get(kernel) ?? (await kernelsOf(kernel, points, network, options));
    const K = selectColumns(ofAll.K.selectRows(places), places);
    return { K, Kt: selectColumns(ofAll.Kt, places) };
  };
}

function stack(A: Matrix, B: Matrix): Matrix {
  const data = new Float64Array(A.data.length + B.data.length);
  data.set(A.data);
  data.set(B.data, A.data.length);
  return Matrix.of(data, A.rows + B.rows, A.cols);
}

function selectColumns(A: Matrix, columns: Int32Array): Matrix {
  const selected = Matrix.zeros(A.rows, columns.length);
  for (let i = 0; i < A.rows; i++) {
    const [from, to] = [A.row(i), selected.row(i)];
    columns.forEach((column, k) => (to[k] = from[column] ?? NaN));
  }
  return selected;
}
