/** NTK distance: a trained network against kernel ridge regression with its infinite-width kernel. */
import { Matrix, type Elements } from '../linalg/matrix.js';
import { frobeniusNorm, relativeDifference, spectralNorm, subtract } from '../linalg/norms.js';
import { deadUnits } from '../models/two-layer-network.js';
import type { RunOptions } from '../options.js';
import {
  accuracy,
  finiteWidthKernel,
  inPrecision,
  type KernelRegime,
  type NetworkChoice,
  type TrainedNetwork,
} from './networks.js';
import type { DistanceCell, DistanceNorms, ReproduceConfig } from './results.js';
import type { ModelInputs, Sample } from './sample.js';

/** |F_m(Z) - F_NTK(Z)| in three norms, and beside it what tells whether the network has learned at all. */
export async function distanceCell(
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
  const ofProbabilities = subtract(softmaxRows(outputs), predictions);
  const atStart = await finiteWidthKernel(initial, inputs.train, options);
  const atEnd = await finiteWidthKernel(trained, inputs.train, options);
  return {
    kind: 'distance',
    reading: choice.reading,
    model: choice.model,
    width: choice.width,
    seed: choice.seed,
    ...(await normsOf(difference, options)),
    softmax: await normsOf(ofProbabilities, options),
    networkAccuracy: accuracy(outputs, sample.testLabels),
    ridgeAccuracy: accuracy(predictions, sample.testLabels),
    finalLoss: losses.at(-1) ?? 0,
    deadUnits: await deadUnits(trained, inPrecision(inputs.train, precision), options),
    kernelError: relativeDifference(atStart, K),
    kernelDrift: relativeDifference(atEnd, atStart),
  };
}

/** The norms in which a distance is reported. */
export async function normsOf(difference: Matrix, options: RunOptions): Promise<DistanceNorms> {
  const frobenius = frobeniusNorm(difference);
  return {
    spectral: await spectralNorm(difference, options),
    frobenius,
    rms: frobenius / Math.sqrt(difference.data.length),
  };
}

/** Each row as probabilities, exp(f_k) / sum_l exp(f_l). */
export function softmaxRows(outputs: Matrix<Elements>): Matrix {
  const result = outputs.toFloat64();
  const probabilities = Matrix.of(result.data.slice(), result.rows, result.cols);
  for (let i = 0; i < probabilities.rows; i++) {
    const row = probabilities.row(i);
    const largest = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
    row.forEach((value, k) => (row[k] = Math.exp(value - largest) / sum));
  }
  return probabilities;
}
