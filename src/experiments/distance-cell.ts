/** NTK distance: a trained network against kernel ridge regression with its infinite-width kernel. */
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import { KernelRidge } from '../influence/kernel-ridge.js';
import type { Elements, Matrix } from '../linalg/matrix.js';
import { frobeniusNorm, relativeDifference, spectralNorm, subtract } from '../linalg/norms.js';
import { TwoLayerNetwork, deadUnits } from '../models/two-layer-network.js';
import type { RunOptions } from '../options.js';
import { READINGS } from './config.js';
import type { DistanceCell, ModelName, ReadingName, ReproduceConfig } from './results.js';
import type { ModelInputs, Sample } from './sample.js';

/** The infinite-width side, shared by every width and reading of a model and seed. */
export interface KernelRegime {
  readonly K: Matrix;
  /** F_NTK on the test points, q x c. */
  readonly predictions: Matrix;
}

/** Kernel ridge regression with K_inf on the model's inputs. */
export async function kernelRegime(
  inputs: ModelInputs,
  sample: Sample,
  ridge: number,
  options: RunOptions,
): Promise<KernelRegime> {
  const K = await infiniteNtk(inputs.train, undefined, options);
  const Kt = await infiniteNtk(inputs.train, inputs.test, options);
  const regression = await KernelRidge.fit(K, sample.Y, { ...options, ridge });
  return { K, predictions: await regression.predict(Kt, options) };
}

/** A network before and after training. */
export interface TrainedNetwork {
  readonly initial: TwoLayerNetwork<Elements>;
  readonly trained: TwoLayerNetwork<Elements>;
  readonly losses: Float64Array;
}

/** What decides a trained network, beside the data. */
export interface NetworkChoice {
  readonly reading: ReadingName;
  readonly width: number;
  /** Of the initial weights and the order of the batches. */
  readonly seed: number;
}

/** Trains the network of a width and reading on the model's inputs, by cross-entropy. */
export async function trainNetwork(
  choice: NetworkChoice,
  inputs: ModelInputs,
  Y: Matrix,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<TrainedNetwork> {
  const { signal } = options;
  const { trainPrecision: precision, epochs, batchSize, learningRate, weightDecay } = config;
  const initial: TwoLayerNetwork<Elements> = await TwoLayerNetwork.create({
    inputs: inputs.train.cols,
    outputs: Y.cols,
    width: choice.width,
    seed: choice.seed,
    scale: READINGS[choice.reading].scale,
    precision,
    signal,
  });
  const { network: trained, losses } = await initial.train(
    inPrecision(inputs.train, precision),
    inPrecision(Y, precision),
    {
      loss: 'cross-entropy',
      epochs,
      batchSize,
      learningRate,
      weightDecay,
      seed: choice.seed,
      ...options,
    },
  );
  return { initial, trained, losses };
}

/** A matrix in the precision a network computes in. */
export function inPrecision(
  matrix: Matrix,
  precision: ReproduceConfig['trainPrecision'],
): Matrix<Elements> {
  return precision === 'float32' ? matrix.toFloat32() : matrix;
}

/** |F_m(Z) - F_NTK(Z)| in three norms, and beside it what tells whether the network has learned at all. */
export async function distanceCell(
  model: ModelName,
  choice: NetworkChoice,
  { initial, trained, losses }: TrainedNetwork,
  { K, predictions }: KernelRegime,
  inputs: ModelInputs,
  sample: Sample,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<DistanceCell> {
  const precision = config.trainPrecision;
  const outputs = await trained.predict(inPrecision(inputs.test, precision), options);
  const difference = subtract(outputs, predictions);
  const frobenius = frobeniusNorm(difference);
  const atStart = await finiteWidthKernel(initial, inputs.train, options);
  const atEnd = await finiteWidthKernel(trained, inputs.train, options);
  return {
    kind: 'distance',
    reading: choice.reading,
    model,
    width: choice.width,
    seed: sample.seed,
    spectral: await spectralNorm(difference, options),
    frobenius,
    rms: frobenius / Math.sqrt(difference.data.length),
    networkAccuracy: accuracy(outputs, sample.testLabels),
    ridgeAccuracy: accuracy(predictions, sample.testLabels),
    finalLoss: losses.at(-1) ?? 0,
    deadUnits: await deadUnits(trained, inPrecision(inputs.train, precision), options),
    kernelError: relativeDifference(atStart, K),
    kernelDrift: relativeDifference(atEnd, atStart),
  };
}

/** K_m in float64 at a network's weights, whatever it was trained in. */
export async function finiteWidthKernel(
  network: TwoLayerNetwork<Elements>,
  X: Matrix,
  options: RunOptions,
  Z?: Matrix,
): Promise<Matrix> {
  const inDouble = new TwoLayerNetwork(network.weights.toFloat64(), network.signs.toFloat64());
  return inDouble.ntk(X, Z, options);
}

/** Share of rows whose largest output is the label. */
export function accuracy(outputs: Matrix<Elements>, labels: Int32Array): number {
  let right = 0;
  labels.forEach((label, i) => {
    const row = outputs.row(i);
    if (row.indexOf(Math.max(...row)) === label) right++;
  });
  return right / labels.length;
}
