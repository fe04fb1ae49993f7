/**
 * Ground truth for influence: the network is trained again without points, and its test losses are compared with
 * what the kernel's leave-one-out influence says. One record a retraining.
 *
 * Batches stay the same: weights and order come from the same seed, and a removed point keeps its place in every
 * batch as a row of zeros. No unit is active on a zero row, so its gradient in the weights is exactly zero, for any loss.
 * A batch still divides by its full size: the loss that is trained is (1/n) sum over the points that are left, as
 * in the kernel's leave-one-out, whose sum of errors loses a term and whose ridge stays.
 */
import { KernelRidge } from '../../influence/kernel-ridge.js';
import { Matrix, type Elements } from '../../linalg/matrix.js';
import type { LossName, TwoLayerNetwork } from '../../models/two-layer-network.js';
import { partOf, type RunOptions } from '../../options.js';
import { STREAMS, permutation } from '../../random.js';
import { attentionCost, influenceCost, type ProblemShape } from '../costs.js';
import { finiteWidthKernel } from '../networks.js';
import type { ModelName, ReadingName } from '../results.js';
import { modelInputs, type ModelInputs, type Sample } from '../sample.js';
import { createNetwork, predict, train, trainFlops, type NetworkSettings } from './network.js';
import type {
  RemovalContext,
  RemovalRecord,
  ReseedRecord,
  SubsetRecord,
  TruthSetting,
} from './truth-results.js';

/** What is compared: a model under a reading, and what it attends to once points are gone. */
export interface TruthChoice {
  readonly model: ModelName;
  readonly reading: ReadingName;
  readonly context: RemovalContext;
  /** Of the kernel ridge regression whose influence is tested. */
  readonly ridge: number;
}

/** The network trained on all points, and the kernel's influence at it: what every record of a setting needs. */
export interface TruthBaseline {
  readonly choice: TruthChoice;
  readonly settings: NetworkSettings;
  readonly sample: Sample;
  readonly inputs: ModelInputs;
  readonly initial: TwoLayerNetwork<Elements>;
  /** Test losses of the network trained on all points. */
  readonly losses: Float64Array;
  /** I(t, i) on the loss, q x n. */
  readonly influence: Matrix;
}

/** Trains on all points and computes the influence of each on each test point from (K_m + ridge I)^-1. */
export async function truthBaseline(
  choice: TruthChoice,
  sample: Sample,
  settings: NetworkSettings,
  options: RunOptions,
): Promise<TruthBaseline> {
  const { signal, memoryBudget } = options;
  const quiet = { signal, memoryBudget };
  const inputs = await modelInputs(choice.model, sample.X, sample.Z, quiet);
  const initial = await createNetwork(inputs.train.cols, sample.Y.cols, settings, quiet);
  const training = partOf(options, 0, 0.9);
  const { network } = await train(initial, inputs.train, sample.Y, settings, training);
  const K = await finiteWidthKernel(network, inputs.train, quiet);
  const Kt = await finiteWidthKernel(network, inputs.train, quiet, inputs.test);
  const regression = await KernelRidge.fit(K, sample.Y, { ...quiet, ridge: choice.ridge });
  const influence = await regression.influence(Kt, sample.Yt, partOf(options, 0.9, 1));
  const outputs = await predict(network, inputs.test, settings, quiet);
  const losses = pointLosses(settings.loss, outputs, sample.Yt);
  return { choice, settings, sample, inputs, initial, losses, influence };
}

/** The network without one training point. */
export async function removalRecord(
  baseline: TruthBaseline,
  point: number,
  options: RunOptions,
): Promise<RemovalRecord> {
  const { influence, losses } = baseline;
  const without = await lossesWithout(baseline, [point], options);
  return {
    kind: 'truth-removal',
    ...settingOf(baseline),
    point,
    change: difference(without, losses),
    // JSON has no -0.
    influence: Array.from({ length: influence.rows }, (_, t) => influence.at(t, point) + 0),
  };
}

/** The network on one random subset of the training points. */
export async function subsetRecord(
  baseline: TruthBaseline,
  subset: number,
  size: number,
  options: RunOptions,
): Promise<SubsetRecord> {
  const { influence, sample } = baseline;
  const kept = subsetPoints(sample, subset, size);
  const inside = new Set(kept);
  const removed = Array.from(sample.labels.keys()).filter((i) => !inside.has(i));
  return {
    kind: 'truth-subset',
    ...settingOf(baseline),
    ...{ subset, size },
    loss: Array.from(await lossesWithout(baseline, removed, options)),
    influence: Array.from({ length: influence.rows }, (_, t) => sumAt(influence.row(t), kept)),
  };
}

/** The network on all training points from another seed. */
export async function reseedRecord(
  baseline: TruthBaseline,
  networkSeed: number,
  options: RunOptions,
): Promise<ReseedRecord> {
  const { inputs, sample, losses } = baseline;
  const settings = { ...baseline.settings, seed: networkSeed };
  const initial = await createNetwork(inputs.train.cols, sample.Y.cols, settings, options);
  const { network } = await train(initial, inputs.train, sample.Y, settings, options);
  const outputs = await predict(network, inputs.test, settings, { signal: options.signal });
  const change = difference(pointLosses(settings.loss, outputs, sample.Yt), losses);
  return { kind: 'truth-reseed', ...settingOf(baseline), networkSeed, change };
}

/** The training points that are removed one at a time: the first `count` of a random order of the sample. */
export function removedPoints(sample: Sample, count: number): number[] {
  const order = permutation(sample.seed, STREAMS.removedPoints, sample.labels.length);
  return Array.from(order.subarray(0, count));
}

/** The points of a subset: the first `size` of a random order of its own. */
export function subsetPoints(sample: Sample, subset: number, size: number): number[] {
  // Every subset has a block of stream numbers' seeds of its own: samples have seeds below 2^32.
  const seed = sample.seed + subset * 2 ** 32;
  return Array.from(permutation(seed, STREAMS.subsets, sample.labels.length).subarray(0, size));
}

/** Flops of {@link truthBaseline}. */
export function baselineCost(settings: NetworkSettings, shape: ProblemShape): number {
  return trainFlops(settings, shape) + influenceCost(shape, settings.width);
}

/** Flops of one removal, subset or new seed: a training and its test losses; attention is computed anew. */
export function retrainingCost(
  { model, context }: Pick<TruthChoice, 'model' | 'context'>,
  settings: NetworkSettings,
  shape: ProblemShape,
): number {
  const { q, d } = shape;
  const attention = model === 'attention' && context === 'recomputed' ? attentionCost(shape) : 0;
  return trainFlops(settings, shape) + 2 * q * d * settings.width + attention;
}

/** Test losses of the network trained as the baseline's, but without some points. */
async function lossesWithout(
  baseline: TruthBaseline,
  removed: readonly number[],
  options: RunOptions,
): Promise<Float64Array> {
  const { settings, sample, initial } = baseline;
  const quiet = { signal: options.signal, memoryBudget: options.memoryBudget };
  const inputs = await inputsWithout(baseline, removed, quiet);
  const X = withZeroRows(inputs.train, removed);
  const { network } = await train(initial, X, sample.Y, settings, options);
  const outputs = await predict(network, inputs.test, settings, quiet);
  return pointLosses(settings.loss, outputs, sample.Yt);
}

/** A zero row adds nothing to X^T X: what attends to a context with zero rows attends to the points that are left. */
async function inputsWithout(
  { choice, sample, inputs }: TruthBaseline,
  removed: readonly number[],
  options: RunOptions,
): Promise<ModelInputs> {
  if (choice.context === 'fixed' || choice.model === 'relu') return inputs;
  return modelInputs(choice.model, withZeroRows(sample.X, removed), sample.Z, options);
}

function withZeroRows(X: Matrix, rows: readonly number[]): Matrix {
  const zeroed = Matrix.of(X.data.slice(), X.rows, X.cols);
  for (const i of rows) zeroed.row(i).fill(0);
  return zeroed;
}

/** The loss of each point: cross-entropy of softmax outputs, or 1/2 |f - y|^2. */
function pointLosses(loss: LossName, outputs: Matrix, targets: Matrix): Float64Array {
  return Float64Array.from({ length: outputs.rows }, (_, t) => {
    const [f, y] = [outputs.row(t), targets.row(t)];
    return loss === 'squared' ? halfSquaredError(f, y) : crossEntropy(f, y);
  });
}

function halfSquaredError(f: Float64Array, y: Float64Array): number {
  return f.reduce((sum, value, k) => sum + (value - (y[k] ?? NaN)) ** 2, 0) / 2;
}

function crossEntropy(f: Float64Array, y: Float64Array): number {
  const largest = Math.max(...f);
  const logSum = Math.log(f.reduce((sum, value) => sum + Math.exp(value - largest), 0)) + largest;
  return y.reduce((sum, target, k) => sum + target * (logSum - (f[k] ?? NaN)), 0);
}

function settingOf({ choice, settings, sample, influence }: TruthBaseline): TruthSetting {
  const { model, reading, context } = choice;
  const size = { n: influence.cols, q: influence.rows };
  return { reading, model, width: settings.width, seed: sample.seed, ...size, context };
}

function difference(a: Float64Array, b: Float64Array): number[] {
  return Array.from(a, (value, t) => value - (b[t] ?? NaN));
}

function sumAt(values: Float64Array, indices: readonly number[]): number {
  return indices.reduce((sum, i) => sum + (values[i] ?? NaN), 0);
}
