/** Names, costs and sizes of the work that cells share: what a plan counts once and a workbench does once. */
import { influenceCost, kernelCost, trainingCost, type ProblemShape } from './costs.js';
import type { NetworkChoice } from './networks.js';
import type { SharedWork } from './part.js';
import type { ModelName, ReproduceConfig, TaskName } from './results.js';

/** PGD's steps before each step of adversarial training, each a forward and a backward pass. */
const PGD_STEPS = 10;

/** A trained network. */
export function networkWork(
  choice: NetworkChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork {
  const { task, training, model, reading, width, seed, weightSeed } = choice;
  const { epochs, adversarialEpochs, batchSize } = config;
  const cost =
    training === 'standard'
      ? trainingCost({ epochs, batchSize }, shape, width)
      : (1 + PGD_STEPS) * trainingCost({ epochs: adversarialEpochs, batchSize }, shape, width);
  return {
    name: ['network', task, training, model, reading, width, seed, weightSeed].join(' '),
    cost,
  };
}

/** Kernel ridge regression with K_inf. */
export function regimeWork(
  task: TaskName,
  model: ModelName,
  seed: number,
  shape: ProblemShape,
): SharedWork {
  return { name: ['kernel', task, model, seed].join(' '), cost: kernelCost(shape) };
}

/** Influence scores at a trained network, before any attack. */
export function scoresWork(
  choice: NetworkChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork {
  const { name } = networkWork(choice, config, shape);
  return { name: `scores of ${name}`, cost: influenceCost(shape, choice.width) };
}

/** What cells of a trained network and its influence take: the network, then its scores. */
export function influenceWork(
  choice: NetworkChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork[] {
  return [networkWork(choice, config, shape), scoresWork(choice, config, shape)];
}
