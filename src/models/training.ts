/** How a two-layer network is trained: the options, their defaults, and the request that native code takes. */
import { requireInteger, requireNumbers } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { Matrix } from '../linalg/matrix.js';
import type { LossName, TrainRequest } from '../native/binding.js';
import type { RunOptions } from '../options.js';

/** Options of {@link TwoLayerNetwork.train}. */
export interface TrainOptions extends RunOptions {
  /** `cross-entropy` of softmax outputs, or `squared`: 1/2 |f - y|^2; both averaged over the batch. */
  readonly loss: LossName;
  /** `adam` (beta 0.9 and 0.999, epsilon 1e-8) or `sgd`: w <- w - rate * gradient. Default `adam`. */
  readonly optimizer?: 'adam' | 'sgd' | undefined;
  /** Default 500. */
  readonly epochs?: number | undefined;
  /**
   * Default 128; the last batch of an epoch may be smaller. With n or more every step takes all points in their own
   * order: full-batch gradient descent.
   */
  readonly batchSize?: number | undefined;
  /** Step size. Default 1e-3. */
  readonly learningRate?: number | undefined;
  /**
   * The step size of step t of T: `constant`, or `cosine`, `learningRate (1 + cos(pi t / T)) / 2`. Default
   * `constant`.
   */
  readonly schedule?: 'constant' | 'cosine' | undefined;
  /** L2 decay. Default 1e-3. */
  readonly weightDecay?: number | undefined;
  /**
   * `coupled`, L2 regularisation: the gradient gains `weightDecay * w`. `decoupled` (Loshchilov & Hutter, 2019): the
   * weights lose `rate * weightDecay * w` beside the step. Default `coupled`, the paper's.
   */
  readonly decay?: 'coupled' | 'decoupled' | undefined;
  /** What weights decay towards: `zero`, or `start`, the weights that training begins with. Default `zero`. */
  readonly decayTowards?: 'zero' | 'start' | undefined;
  /** Epochs, ascending, after which the network is kept; 0 is the start. Default: none. */
  readonly snapshots?: readonly number[] | undefined;
  /** Order of the batches: integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** The names of {@link TrainOptions} but for the common ones. */
export const TRAIN_OPTIONS = [
  'loss',
  'optimizer',
  'epochs',
  'batchSize',
  'learningRate',
  'schedule',
  'weightDecay',
  'decay',
  'decayTowards',
  'snapshots',
  'seed',
] as const;

const DEFAULTS = {
  optimizer: 'adam',
  epochs: 500,
  batchSize: 128,
  learningRate: 1e-3,
  schedule: 'constant',
  weightDecay: 1e-3,
  decay: 'coupled',
  decayTowards: 'zero',
} as const;

/** What native code takes beside the matrices, and the epochs of the snapshots. */
export interface ResolvedTraining {
  readonly request: Omit<TrainRequest, 'Y'>;
  readonly snapshots: readonly number[];
}

/**
 * Fills in the defaults.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` on snapshots that are not ascending integers.
 */
export function resolveTraining(options: TrainOptions): ResolvedTraining {
  const { loss, seed } = options;
  const { optimizer = DEFAULTS.optimizer, schedule = DEFAULTS.schedule } = options;
  const { epochs = DEFAULTS.epochs, batchSize = DEFAULTS.batchSize } = options;
  const { learningRate = DEFAULTS.learningRate, weightDecay = DEFAULTS.weightDecay } = options;
  const { decay = DEFAULTS.decay, decayTowards = DEFAULTS.decayTowards } = options;
  const snapshots = snapshotEpochs(options.snapshots);
  const request = {
    ...{ loss, optimizer, epochs, batchSize, learningRate, schedule },
    ...{ weightDecay, decay, decayTowards, seed },
    snapshots:
      snapshots.length === 0
        ? undefined
        : Matrix.of(Float64Array.from(snapshots), 1, snapshots.length),
  };
  return { request, snapshots };
}

function snapshotEpochs(snapshots: unknown): number[] {
  if (snapshots === undefined) return [];
  const epochs = Array.from(requireNumbers(snapshots, 'snapshots', 1));
  epochs.forEach((epoch, i) => {
    requireInteger(epoch, `snapshots[${i}]`, 0);
    if (epoch <= (epochs[i - 1] ?? -1)) {
      throw invalidArgument('ascending integers', 'snapshots', snapshots);
    }
  });
  return epochs;
}
