/** Networks as the parts train them, and their kernels. */
import type { Elements, Matrix } from '../../linalg/matrix.js';
import {
  TwoLayerNetwork,
  type LossName,
  type TrainingResult,
} from '../../models/two-layer-network.js';
import type { RunOptions } from '../../options.js';
import { trainingCost, type ProblemShape } from '../costs.js';
import { inPrecision } from '../networks.js';
import { READINGS } from '../readings.js';
import type { ReadingName, ReproduceConfig } from '../results.js';
import { LOSSES } from '../sample.js';

/** Everything that decides a trained network, beside its data. */
export interface NetworkSettings {
  readonly width: number;
  /** Of the initial weights and the order of the batches. */
  readonly seed: number;
  /** sigma: standard deviation of the initial weights. */
  readonly scale: number;
  readonly loss: LossName;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** L2 regularisation, coupled. */
  readonly weightDecay: number;
  readonly precision: ReproduceConfig['trainPrecision'];
}

/** The settings of a run's network of all classes under a reading. */
export function settingsUnder(
  reading: ReadingName,
  own: Pick<NetworkSettings, 'width' | 'seed' | 'epochs'>,
  config: ReproduceConfig,
): NetworkSettings {
  const { batchSize, learningRate, weightDecay, trainPrecision: precision } = config;
  const { scale } = READINGS[reading];
  const loss = LOSSES.multiclass;
  return { ...own, scale, loss, batchSize, learningRate, weightDecay, precision };
}

/** The network at initialisation. */
export async function createNetwork(
  inputs: number,
  outputs: number,
  { width, seed, scale, precision }: NetworkSettings,
  { signal }: RunOptions,
): Promise<TwoLayerNetwork<Elements>> {
  return TwoLayerNetwork.create({ inputs, outputs, width, seed, scale, precision, signal });
}

/** Trains a network on X by Adam, keeping it after the given epochs, too. */
export async function train(
  network: TwoLayerNetwork<Elements>,
  X: Matrix,
  Y: Matrix,
  settings: NetworkSettings,
  options: RunOptions,
  snapshots?: readonly number[],
): Promise<TrainingResult<Elements>> {
  const { loss, epochs, batchSize, learningRate, weightDecay, seed, precision } = settings;
  return network.train(inPrecision(X, precision), inPrecision(Y, precision), {
    ...{ loss, epochs, batchSize, learningRate, weightDecay, seed, snapshots },
    ...options,
  });
}

/** Outputs of a network on X in float64, whatever it computes in. */
export async function predict(
  network: TwoLayerNetwork<Elements>,
  X: Matrix,
  { precision }: NetworkSettings,
  options: RunOptions,
): Promise<Matrix> {
  return (await network.predict(inPrecision(X, precision), options)).toFloat64();
}

/** Flops of training one network. */
export function trainFlops(settings: NetworkSettings, shape: ProblemShape): number {
  return trainingCost(settings, shape, settings.width);
}

/** Flops of K_m of some points: their pre-activations, then inner products and counts of gates of each pair. */
export function kernelFlops(points: number, d: number, width: number): number {
  return 2 * points * d * width + points ** 2 * (d + width / 64);
}
