/** Names, costs and sizes of the work that cells share: what a plan counts once and a workbench does once. */
import { influenceCost, kernelCost, trainingCost, type ProblemShape } from './costs.js';
import type { NetworkChoice } from './networks.js';
import type { SharedWork } from './part.js';
import type { ModelName, ReproduceConfig, TaskName } from './results.js';

/** PGD's steps before each step of adversarial training, each a forward and a backward pass. */
const PGD_STEPS = 10;

/** Flops of adversarial training: the steps of PGD see the network, and what is before it. */
function adversarialTrainingCost(
  model: ModelName,
  { adversarialEpochs: epochs, batchSize }: ReproduceConfig,
  shape: ProblemShape,
  width: number,
): number {
  const { n, d } = shape;
  const throughAttention = model === 'attention' ? 4 * epochs * n * d * d : 0;
  const training = trainingCost({ epochs, batchSize }, shape, width);
  return (1 + PGD_STEPS) * training + PGD_STEPS * throughAttention;
}

/** A trained network. */
export function networkWork(
  choice: NetworkChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork {
  const { task, training, model, reading, width, seed, weightSeed } = choice;
  const cost =
    training === 'standard'
      ? trainingCost(config, shape, width)
      : adversarialTrainingCost(model, config, shape, width);
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
