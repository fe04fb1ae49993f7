/** Networks trained on PGD examples, for Table 4. */
import { trainAdversarially } from '../attacks/train-adversarially.js';
import type { RunOptions } from '../options.js';
import {
  inPrecision,
  initialNetwork,
  type NetworkChoice,
  type TrainedNetwork,
} from './networks.js';
import type { Ball } from './readings.js';
import type { ReproduceConfig } from './results.js';
import { LOSSES, type ModelInputs, type Sample } from './sample.js';

/**
 * Trains as `trainNetwork` does, each batch replaced by its PGD examples (ten steps of eps / 4 from a random start).
 * What the points attend to is the clean training data, held fixed.
 */
export async function trainRobustNetwork(
  choice: NetworkChoice,
  inputs: ModelInputs,
  sample: Sample,
  ball: Ball,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<TrainedNetwork> {
  const { trainPrecision: precision, batchSize, learningRate, weightDecay } = config;
  const epochs = config.adversarialEpochs;
  const network = await initialNetwork(choice, inputs, sample, config, options);
  const context = choice.model === 'attention' ? inPrecision(sample.X, precision) : undefined;
  const { network: trained, losses } = await trainAdversarially(
    { network, context, loss: LOSSES[choice.task] },
    inPrecision(sample.pixels, precision),
    inPrecision(sample.Y, precision),
    { ...ball, epochs, batchSize, learningRate, weightDecay, seed: choice.weightSeed, ...options },
  );
  return { initial: network, trained, losses };
}
