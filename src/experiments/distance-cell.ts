/** NTK distance: a trained network against kernel ridge regression with its infinite-width kernel. */
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
import type { DistanceCell, ReproduceConfig } from './results.js';
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
  const frobenius = frobeniusNorm(difference);
  const atStart = await finiteWidthKernel(initial, inputs.train, options);
  const atEnd = await finiteWidthKernel(trained, inputs.train, options);
  return {
    kind: 'distance',
    reading: choice.reading,
    model: choice.model,
    width: choice.width,
    seed: choice.seed,
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
