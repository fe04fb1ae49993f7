/** A sample small enough to recompute by plain loops, as the parts and as the twins see it. */
import type { NetworkSettings } from '../../../../src/experiments/parts/network.js';
import type { ModelName } from '../../../../src/experiments/results.js';
import {
  drawSample,
  modelInputs,
  type ModelInputs,
  type Sample,
} from '../../../../src/experiments/sample.js';
import type { Network } from '../../../reference/network.js';
import { rowOf, type Rows } from '../../../reference/rows.js';
import { TINY_CONFIG, TINY_DATASET } from '../tiny.js';
import { batchesOf, drawTwin, initialNetwork, type TwinSample } from '../twin.js';

export const SEED = 5;

export const SETTINGS: NetworkSettings = {
  ...{ width: 8, seed: SEED, scale: 0.1, loss: 'cross-entropy' },
  ...{ epochs: 4, batchSize: 10, learningRate: 0.02, weightDecay: 1e-3, precision: 'float64' },
};

export const sample: Sample = drawSample(TINY_DATASET, TINY_CONFIG, 'multiclass', SEED);
export const twin: TwinSample = drawTwin(TINY_DATASET, TINY_CONFIG, SEED);

/** The sample as a model's first layer sees it. */
export async function inputsOfModel(model: ModelName): Promise<ModelInputs> {
  return modelInputs(model, sample.X, sample.Z, {});
}

/** The network of the settings before training. */
export function twinNetwork(X: Rows, settings: NetworkSettings = SETTINGS): Network {
  const { width, scale, seed } = settings;
  return initialNetwork(width, rowOf(X, 0).length, twin.Y[0]?.length ?? 0, scale, seed);
}

/** The batches of all epochs of the settings. */
export function twinBatches({ seed, epochs, batchSize }: NetworkSettings = SETTINGS): number[][] {
  return batchesOf(seed, { ...TINY_CONFIG, epochs, batchSize });
}
