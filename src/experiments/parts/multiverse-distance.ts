/** Table 1 under every reading that shares one trained network. */
import { infiniteNtk } from '../../kernels/infinite-ntk.js';
import { KernelRidge } from '../../influence/kernel-ridge.js';
import type { Matrix } from '../../linalg/matrix.js';
import { frobeniusNorm, spectralNorm, subtract } from '../../linalg/norms.js';
import { partOf, type RunOptions } from '../../options.js';
import { kernelCost, type ProblemShape } from '../costs.js';
import { accuracy } from '../networks.js';
import type { ModelName } from '../results.js';
import type { ModelInputs, Sample } from '../sample.js';
import { readingId } from './multiverse-readings.js';
import type { Axes, DistanceReading, MultiverseDistanceRecord } from './multiverse-results.js';
import { createNetwork, predict, train, trainFlops, type NetworkSettings } from './network.js';

/** F_NTK on the test points, q x c: shared by all networks of a model and sample. */
export async function kernelPredictions(
  inputs: ModelInputs,
  sample: Sample,
  ridge: number,
  options: RunOptions,
): Promise<Matrix> {
  const K = await infiniteNtk(inputs.train, undefined, partOf(options, 0, 0.4));
  const Kt = await infiniteNtk(inputs.train, inputs.test, partOf(options, 0.4, 0.5));
  const regression = await KernelRidge.fit(K, sample.Y, { ...partOf(options, 0.5, 1), ridge });
  return regression.predict(Kt, { signal: options.signal });
}

/** What distinguishes the networks of Table 1: the readings of one network share these. */
export interface DistanceNetwork {
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  readonly sigma: number;
  readonly l2: number;
  readonly loss: DistanceReading['loss'];
}

/** What all networks of Table 1 share. */
export type DistanceTraining = Pick<NetworkSettings, 'batchSize' | 'learningRate' | 'precision'>;

/**
 * Trains one network, once for all numbers of epochs (the step size does not depend on their number, so a shorter
 * training is the beginning of a longer one), and takes its distance from F_NTK in every norm.
 *
 * @param predictions - of {@link kernelPredictions}.
 */
export async function multiverseDistanceRecord(
  network: DistanceNetwork,
  axes: Pick<Axes<DistanceReading>, 'epochs' | 'norm'>,
  sample: Sample,
  inputs: ModelInputs,
  predictions: Matrix,
  training: DistanceTraining,
  options: RunOptions,
): Promise<MultiverseDistanceRecord> {
  const { model, width, seed, sigma, l2, loss } = network;
  const settings = networkSettings(network, axes, training);
  const initial = await createNetwork(inputs.train.cols, sample.Y.cols, settings, options);
  const kept = axes.epochs.toSorted((a, b) => a - b);
  const { snapshots } = await train(initial, inputs.train, sample.Y, settings, options, kept);
  const quiet = { signal: options.signal, memoryBudget: options.memoryBudget };
  const distances: MultiverseDistanceRecord['distances'][number][] = [];
  for (const { epoch, network: trained } of snapshots) {
    const outputs = await predict(trained, inputs.test, settings, quiet);
    const norms = await normsOf(subtract(outputs, predictions), quiet);
    const share = accuracy(outputs, sample.testLabels);
    for (const norm of axes.norm) {
      const fixed = { table: 't1', sigma, l2, n: inputs.train.rows, loss } as const;
      const reading = readingId({ ...fixed, epochs: epoch, norm });
      distances.push({ reading, distance: norms[norm], accuracy: share });
    }
  }
  return { kind: 'multiverse-distance', model, width, seed, q: inputs.test.rows, distances };
}

/** Flops of {@link multiverseDistanceRecord}. */
export function multiverseDistanceCost(
  network: DistanceNetwork,
  axes: Pick<Axes<DistanceReading>, 'epochs' | 'norm'>,
  training: DistanceTraining,
  shape: ProblemShape,
): number {
  const predicting = axes.epochs.length * 2 * shape.q * shape.d * network.width;
  return trainFlops(networkSettings(network, axes, training), shape) + predicting;
}

/** Flops of {@link kernelPredictions}. */
export function kernelPredictionsCost(shape: ProblemShape): number {
  return kernelCost(shape);
}

function networkSettings(
  { width, seed, sigma, l2, loss }: DistanceNetwork,
  { epochs }: Pick<Axes<DistanceReading>, 'epochs'>,
  training: DistanceTraining,
): NetworkSettings {
  return {
    ...training,
    ...{ width, seed, scale: sigma, weightDecay: l2, epochs: Math.max(...epochs) },
    loss: loss === 'mse' ? 'squared' : loss,
  };
}

async function normsOf(
  difference: Matrix,
  options: RunOptions,
): Promise<Readonly<Record<DistanceReading['norm'], number>>> {
  const frobenius = frobeniusNorm(difference);
  return {
    spectral: await spectralNorm(difference, options),
    frobenius,
    rms: frobenius / Math.sqrt(difference.data.length),
  };
}
