/** Adversarial training by PGD (Madry et al., 2018). */
import { requireObject } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import type { Elements, Matrix } from '../linalg/matrix.js';
import { TRAIN_OPTIONS, resolveTraining, type TrainOptions } from '../models/training.js';
import { trainingResult, type TrainingResult } from '../models/two-layer-network.js';
import { call } from '../native/call.js';
import { requireKnownOptions } from '../options.js';
import {
  PGD_OPTIONS,
  attackRequest,
  pgdParameters,
  pipelineRequest,
  type AttackParameters,
  type AttackTarget,
  type PgdOptions,
} from './linf.js';

/** Options of {@link trainAdversarially}; the loss is the target's. */
export interface AdversarialTrainOptions extends Omit<TrainOptions, 'loss'>, PgdOptions {
  /** Order of the batches and random starts: integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** What {@link trainAdversarially} returns. */
export interface AdversarialTrainingResult<T extends Elements> extends TrainingResult<T> {
  /** What the attack on each batch ran with. */
  readonly parameters: AttackParameters;
}

/**
 * Trains the first layer on adversarial examples: each batch is replaced by its PGD examples against the weights as
 * they are before the step, which are then scaled to unit norm and attend to the context. A point that starts at random
 * does so anew in every epoch. The losses are those of the adversarial examples.
 *
 * @param target - the network to begin with, what its inputs attend to (a fixed context or nothing), and the loss.
 * @param pixels - n x d, in the network's precision, inside `clip`.
 * @param Y - targets, n x c.
 * @throws NtkitError as {@link TwoLayerNetwork.train} and {@link pgd}.
 */
export async function trainAdversarially<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  options: AdversarialTrainOptions,
): Promise<AdversarialTrainingResult<T>> {
  const own = TRAIN_OPTIONS.filter((name) => name !== 'loss');
  requireKnownOptions(options, [...PGD_OPTIONS, ...own]);
  // Native code takes pixels that are left out for a training on inputs.
  requireObject(pixels, 'pixels', 'Matrix');
  const pipeline = pipelineRequest(target);
  if (pipeline.transductive) {
    throw invalidArgument('fixed context', 'target.context', target.context);
  }
  const parameters = pgdParameters(options);
  const { request, snapshots } = resolveTraining({ ...options, loss: target.loss });
  const trained = await call(
    (binding, job, common) =>
      binding.train(
        { ...pipeline, ...attackRequest(parameters), ...request, pixels, Y, ...common },
        job,
      ),
    options,
  );
  return { ...trainingResult(trained, target.network.signs, snapshots), parameters };
}
