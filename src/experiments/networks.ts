/** The networks and kernels that experiments share: trained, evaluated, and at infinite width. */
import { KernelRidge } from '../influence/kernel-ridge.js';
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import type { Elements, Matrix } from '../linalg/matrix.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import type { OutputOptions, RunOptions } from '../options.js';
import { READINGS } from './readings.js';
import type { ModelName, ReadingName, ReproduceConfig, TaskName, TrainingName } from './results.js';
import { LOSSES, type ModelInputs, type Sample } from './sample.js';

/** What decides a trained network, beside the settings and the data set. */
export interface NetworkChoice {
  readonly task: TaskName;
  readonly training: TrainingName;
  readonly model: ModelName;
  readonly reading: ReadingName;
  readonly width: number;
  /** Of the sample. */
  readonly seed: number;
  /** Of the initial weights and the order of the batches; the sample's but for control networks. */
  readonly weightSeed: number;
}

/** Weights of control networks come from seeds that no other network of a run has. */
export const CONTROL_SEED: number = 2 ** 32;

/** The same choice with weights of another seed. */
export function controlOf(choice: NetworkChoice): NetworkChoice {
  return { ...choice, weightSeed: choice.seed + CONTROL_SEED };
}

/** The infinite-width side, shared by every width and reading of a model and seed. */
export interface KernelRegime {
  readonly K: Matrix;
  /** F_NTK on the test points, q x c. */
  readonly predictions: Matrix;
}

/** Kernel ridge regression with K_inf on the model's inputs. */
export async function kernelRegime(
  inputs: ModelInputs,
  sample: Pick<Sample, 'Y'>,
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
  /** As it was drawn. */
  readonly initial: TwoLayerNetwork<Elements>;
  /** After the last step. */
  readonly trained: TwoLayerNetwork<Elements>;
  /** Mean training loss of each epoch. */
  readonly losses: Float64Array;
}

/** The network of a choice as it is before training. */
export async function initialNetwork(
  choice: NetworkChoice,
  inputs: ModelInputs,
  sample: Sample,
  { trainPrecision: precision }: ReproduceConfig,
  { signal }: RunOptions,
): Promise<TwoLayerNetwork<Elements>> {
  return TwoLayerNetwork.create({
    inputs: inputs.train.cols,
    outputs: sample.Y.cols,
    width: choice.width,
    seed: choice.weightSeed,
    scale: READINGS[choice.reading].scale,
    precision,
    signal,
  });
}

/** Trains the network of a choice on the model's inputs, by the loss of its task. */
export async function trainNetwork(
  choice: NetworkChoice,
  inputs: ModelInputs,
  sample: Sample,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<TrainedNetwork> {
  const { trainPrecision: precision, epochs, batchSize, learningRate, weightDecay } = config;
  const initial = await initialNetwork(choice, inputs, sample, config, options);
  const { network: trained, losses } = await initial.train(
    inPrecision(inputs.train, precision),
    inPrecision(sample.Y, precision),
    {
      loss: LOSSES[choice.task],
      epochs,
      batchSize,
      learningRate,
      weightDecay,
      seed: choice.weightSeed,
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

/** K_m in float64 at a network's weights, whatever it was trained in. */
export async function finiteWidthKernel(
  network: TwoLayerNetwork<Elements>,
  X: Matrix,
  options: OutputOptions<Matrix>,
  Z?: Matrix,
): Promise<Matrix> {
  const inDouble = new TwoLayerNetwork(network.weights.toFloat64(), network.signs.toFloat64());
  return inDouble.ntk(X, Z, options);
}

/**
 * Share of rows whose prediction is the label: the largest output among classes, or the sign of a single one (label 1
 * for outputs above 0).
 */
export function accuracy(outputs: Matrix<Elements>, labels: Int32Array): number {
  let right = 0;
  labels.forEach((label, i) => {
    const row = outputs.row(i);
    const predicted = row.length === 1 ? Number(outputs.at(i, 0) > 0) : largestIndex(row);
    if (predicted === label) right++;
  });
  return right / labels.length;
}

function largestIndex(row: Elements): number {
  return row.indexOf(Math.max(...row));
}
