/** The two-layer ReLU network of the paper, f(x) = (1/sqrt m) sum_r a_r relu(w_r . x): only the w_r are trained. */
import { requireObject } from '../arguments.js';
import { NtkitError } from '../errors.js';
import { empiricalNtk } from '../kernels/empirical-ntk.js';
import type { TrainedLayers } from '../kernels/infinite-ntk.js';
import { crossGram } from '../linalg/gram.js';
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { precisionOf, requireNativeMatrix } from '../linalg/require-matrix.js';
import type { LossName, RawMatrix, TrainedWeights } from '../native/binding.js';
import { call } from '../native/call.js';
import {
  requireKnownOptions,
  requireSignal,
  type OutputOptions,
  type Precision,
  type RunOptions,
} from '../options.js';
import {
  RESUMABLE_TRAIN_OPTIONS,
  TRAIN_OPTIONS,
  resolveState,
  resolveTraining,
  type ResumableTrainOptions,
  type TrainOptions,
  type TrainingState,
} from './training.js';

export type { LossName };

/** Options of {@link TwoLayerNetwork.create}. */
export interface NetworkOptions extends RunOptions {
  /** Input dimension d. */
  readonly inputs: number;
  /** Outputs c. */
  readonly outputs: number;
  /** Hidden units m. */
  readonly width: number;
  /** Integer from 0 to 2^53 - 1; weights and signs are functions of it alone. */
  readonly seed: number;
  /** Standard deviation sigma of the initial weights. Default 0.01, the paper's. */
  readonly scale?: number | undefined;
  /** Default `'float64'`. */
  readonly precision?: Precision | undefined;
}

/** What {@link TwoLayerNetwork.train} returns. */
export interface TrainingResult<T extends Elements> {
  /** The trained network, with the signs of the one that it was trained from. */
  readonly network: TwoLayerNetwork<T>;
  /** Mean training loss of each epoch as met along its batches, without the regulariser. */
  readonly losses: Float64Array;
  /** The networks kept by `snapshots`, in order. */
  readonly snapshots: readonly NetworkSnapshot<T>[];
}

/** A network as it was after some epochs of training. */
export interface NetworkSnapshot<T extends Elements = Float64Array> {
  /** Epochs of training behind it. */
  readonly epoch: number;
  /** The network of that moment. */
  readonly network: TwoLayerNetwork<T>;
}

/** A network of fixed weights: training returns a new one. */
export class TwoLayerNetwork<T extends Elements = Float64Array> {
  /** First-layer weights w_r, m x d. */
  readonly weights: Matrix<T>;
  /** Second-layer signs a_r, +-1, m x c. */
  readonly signs: Matrix<T>;

  /**
   * A network of given weights, which are kept as they are, not copied.
   *
   * @param weights - first layer, m x d.
   * @param signs - second layer, m x c, each +1 or -1.
   */
  constructor(weights: Matrix<T>, signs: Matrix<T>) {
    this.weights = weights;
    this.signs = signs;
  }

  /** Hidden units m. */
  get width(): number {
    return this.weights.rows;
  }

  /**
   * A network at initialisation: w_r ~ N(0, scale^2), a_r = +-1 with equal chance. The first m units are the same
   * for every width of at least m.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_MEMORY_BUDGET`.
   */
  static async create<P extends Precision = 'float64'>(
    options: NetworkOptions & { readonly precision?: P | undefined },
  ): Promise<TwoLayerNetwork<P extends 'float32' ? Float32Array : Float64Array>> {
    const arguments_ = ['inputs', 'outputs', 'width', 'seed', 'scale', 'precision'];
    requireKnownOptions(options, arguments_);
    const { inputs, outputs, width, seed, scale = 0.01, precision = 'float64' } = options;
    const { weights, signs } = await call(
      (binding, job, common) =>
        binding.createNetwork({ inputs, outputs, width, seed, scale, precision, ...common }, job),
      options,
    );
    return new TwoLayerNetwork(wrap(weights), wrap(signs));
  }

  /**
   * Trains the first layer by Adam or gradient descent on batches.
   *
   * @param X - n x d, in the network's precision.
   * @param Y - targets, n x c: one-hot rows for `cross-entropy`, any for `squared`.
   * @throws NtkitError `ERR_NOT_FINITE` when training diverges, `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`,
   * `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
   */
  async train(X: Matrix<T>, Y: Matrix<T>, options: TrainOptions): Promise<TrainingResult<T>> {
    requireKnownOptions(options, TRAIN_OPTIONS);
    requireObject(X, 'X', 'Matrix');
    const { weights, signs } = this;
    const { request, snapshots } = resolveTraining(options);
    const trained = await call(
      (binding, job, common) => binding.train({ weights, signs, X, Y, ...request, ...common }, job),
      options,
    );
    return trainingResult<T>(trained, signs, snapshots);
  }

  /**
   * Trains as {@link train} does, but can be paused at the end of an epoch, kept (on a disk, say) and gone on with by a
   * later call on the same network: the bits are those of one call. Each state is a new one.
   *
   * @param X - n x d, in the network's precision.
   * @param Y - targets, n x c, as of {@link train}.
   * @returns the state after the last epoch, or after that in which `pause` fired; its `epoch` tells which.
   * @throws NtkitError as {@link train}.
   */
  async trainResumably(
    X: Matrix<T>,
    Y: Matrix<T>,
    options: ResumableTrainOptions<T>,
  ): Promise<TrainingState<T>> {
    requireKnownOptions(options, RESUMABLE_TRAIN_OPTIONS);
    requireObject(X, 'X', 'Matrix');
    const { weights, signs } = this;
    const { pause } = options;
    requireSignal(pause, 'pause');
    const { request } = resolveTraining(options);
    const left = resolveState(options.from, request.optimizer);
    const trained = await call(async (binding, job, common) => {
      const onPause = (): void => {
        binding.pauseJob(job);
      };
      if (pause?.aborted === true) onPause();
      pause?.addEventListener('abort', onPause, { once: true });
      try {
        const all = { weights, signs, X, Y, ...request, ...left.request, ...common };
        return await binding.train(all, job);
      } finally {
        pause?.removeEventListener('abort', onPause);
      }
    }, options);
    const losses = Float64Array.from([...left.losses, ...trained.losses]);
    return {
      epoch: losses.length,
      network: new TwoLayerNetwork(wrap<T>(trained.weights), signs),
      moments: trained.moments === undefined ? null : wrap<T>(trained.moments),
      losses,
    };
  }

  /**
   * Outputs f(X).
   *
   * @param X - n x d, in the network's precision.
   * @returns n x c.
   * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
   * `ERR_ABORTED`.
   */
  async predict(X: Matrix<T>, options: OutputOptions<Matrix<T>> = {}): Promise<Matrix<T>> {
    requireKnownOptions(options, ['out']);
    const { weights, signs } = this;
    return wrap(
      await call(
        (binding, job, common) => binding.predict({ weights, signs, X, ...common }, job),
        options,
      ),
    );
  }

  /**
   * Gradient of the loss in the inputs: row i is the gradient of point i's own loss in x_i.
   *
   * @param X - the network's inputs as they are (no normalisation), n x d.
   * @param Y - targets, n x c.
   * @returns n x d.
   * @throws NtkitError as {@link predict}.
   */
  async inputGradient(
    X: Matrix<T>,
    Y: Matrix<T>,
    options: OutputOptions<Matrix<T>> & { readonly loss: LossName },
  ): Promise<Matrix<T>> {
    requireKnownOptions(options, ['loss', 'out']);
    const { weights, signs } = this;
    const { loss } = options;
    const request = { weights, signs, X, Y, loss, transductive: false, unitRows: false };
    return wrap(
      await call(
        (binding, job, common) => binding.inputGradient({ ...request, ...common }, job),
        options,
      ),
    );
  }

  /** The empirical NTK at these weights; see {@link empiricalNtk}. */
  async ntk(
    X: Matrix<T>,
    Z?: Matrix<T>,
    options: OutputOptions<Matrix<T>> & { readonly trained?: TrainedLayers | undefined } = {},
  ): Promise<Matrix<T>> {
    requireKnownOptions(options, ['trained', 'out']);
    return empiricalNtk(X, Z, { ...options, weights: this.weights });
  }
}

/** What native code returned, as networks. */
export function trainingResult<T extends Elements>(
  trained: TrainedWeights,
  signs: Matrix<T>,
  epochs: readonly number[],
): TrainingResult<T> {
  const networkOf = (weights: RawMatrix): TwoLayerNetwork<T> =>
    new TwoLayerNetwork<T>(wrap(weights), signs);
  return {
    network: networkOf(trained.weights),
    losses: trained.losses,
    snapshots: trained.snapshots.map((weights, i) => ({
      epoch: epochs[i] ?? 0,
      network: networkOf(weights),
    })),
  };
}

/**
 * Share of hidden units that are inactive on every row of X: they receive no gradient and never change.
 *
 * @param X - n x d, in the network's precision.
 * @throws NtkitError as {@link TwoLayerNetwork.predict}.
 */
export async function deadUnits<T extends Elements>(
  network: TwoLayerNetwork<T>,
  X: Matrix<T>,
  options: RunOptions = {},
): Promise<number> {
  requireNetwork(network, 'network');
  const weights = requireNativeMatrix(network.weights, 'weights');
  const points = requireNativeMatrix(X, 'X', precisionOf(weights));
  if (points.cols !== weights.cols) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${weights.cols} columns for X but received ${points.cols}`,
    );
  }
  const preActivations = await crossGram(weights, points, options);
  let dead = 0;
  for (let r = 0; r < preActivations.rows; r++) {
    if (preActivations.row(r).every((value) => value <= 0)) dead++;
  }
  return dead / preActivations.rows;
}

/**
 * Refuses what cannot be a network; its matrices are checked where they are used.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireNetwork(network: unknown, name: string): void {
  requireObject(network, name, 'TwoLayerNetwork with weights and signs');
}
