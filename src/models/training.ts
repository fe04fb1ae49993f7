/** How a two-layer network is trained: the options, their defaults, and the request that native code takes. */
import { readable, requireInteger, requireNumbers, requireObject } from '../arguments.js';
import { NtkitError, invalidArgument } from '../errors.js';
import { Matrix, type Elements } from '../linalg/matrix.js';
import type { LossName, RawMatrix, TrainRequest } from '../native/binding.js';
import type { RunOptions } from '../options.js';
import type { TwoLayerNetwork } from './two-layer-network.js';

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

/**
 * Options of {@link TwoLayerNetwork.trainResumably}. Calls that go on with each other are given the same; else the
 * training is that of none of them.
 */
export interface ResumableTrainOptions<T extends Elements> extends Omit<TrainOptions, 'snapshots'> {
  /** Where an earlier call stopped. Default: the start. */
  readonly from?: TrainingState<T> | undefined;
  /**
   * When it fires, training stops at the end of the epoch in hand; a call does one epoch at least, unless none is left.
   * Default: none, training goes on to the last epoch.
   */
  readonly pause?: AbortSignal | undefined;
}

/** A training after some of its epochs: all that the rest depends on beside data and options. */
export interface TrainingState<T extends Elements = Float64Array> {
  /** Epochs of training behind it. */
  readonly epoch: number;
  /** The network of that moment. */
  readonly network: TwoLayerNetwork<T>;
  /** Adam's first moments above its second, 2m x d, without bias correction; null of `sgd`, which keeps nothing. */
  readonly moments: Matrix<T> | null;
  /** Mean training loss of each epoch so far. */
  readonly losses: Float64Array;
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

/** The names of {@link ResumableTrainOptions} but for the common ones. */
export const RESUMABLE_TRAIN_OPTIONS: readonly string[] = [
  ...TRAIN_OPTIONS.filter((name) => name !== 'snapshots'),
  ...['from', 'pause'],
];

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

/** An earlier state as native code takes it, and the losses that came with it. */
export interface ResolvedState {
  readonly request: Pick<TrainRequest, 'from.epoch' | 'from.network.weights' | 'from.moments'>;
  readonly losses: Float64Array;
}

/**
 * Takes a state apart.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when it is none, or not of this optimizer; `ERR_SHAPE_MISMATCH` when it has
 * not a loss an epoch.
 */
export function resolveState<T extends Elements>(
  from: TrainingState<T> | undefined,
  optimizer: TrainRequest['optimizer'],
): ResolvedState {
  if (from === undefined) return { request: { 'from.epoch': 0 }, losses: new Float64Array() };
  const state = requireObject(from, 'from', 'TrainingState');
  const [epoch, network, moments, losses] = readable('from', () =>
    ['epoch', 'network', 'moments', 'losses'].map((key) => state[key]),
  );
  const behind = requireInteger(epoch, 'from.epoch', 0);
  const { weights } = requireObject(network, 'from.network', 'TwoLayerNetwork');
  const known = requireNumbers(losses, 'from.losses', 0);
  if (known.length !== behind) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${behind} numbers, one an epoch, for from.losses but received ${known.length}`,
    );
  }
  if (optimizer === 'sgd' && moments !== null) {
    throw invalidArgument("null with 'sgd'", 'from.moments', moments);
  }
  const left =
    behind === 0
      ? {}
      : { 'from.network.weights': weights as RawMatrix, 'from.moments': moments as RawMatrix };
  return { request: { 'from.epoch': behind, ...left }, losses: known };
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
