/** The neural tangent kernel of a network of finite width. */
import { readable, requireNumbers, requireObject } from '../arguments.js';
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { carryingError, estimateOf, gateError } from '../linalg/rounding.js';
import { call } from '../native/call.js';
import {
  requireKnownOptions,
  requireOnlyOptions,
  type OutputOptions,
  type RunOptions,
} from '../options.js';
import type { TrainedLayers } from './infinite-ntk.js';

/**
 * Weights that are drawn when they are needed and not stored: w_r ~ N(0, scale^2), the same bits as the weights of
 * `TwoLayerNetwork.create` with this seed, width and scale.
 */
export interface DrawnWeights {
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Hidden units m. */
  readonly width: number;
  /** Standard deviation of a weight. Default 0.01, the paper's. */
  readonly scale?: number | undefined;
}

/** What gives a network its hidden units. */
export interface HiddenUnits<T extends Elements = Float64Array> {
  /** First-layer weights w_r, m x d, or what they are drawn from: m d numbers need no memory then. */
  readonly weights: Matrix<T> | DrawnWeights;
}

/** Options of {@link empiricalNtk}. */
export interface EmpiricalNtkOptions<T extends Elements = Float64Array>
  extends HiddenUnits<T>, OutputOptions<Matrix<T>> {
  /** Default `'first'`. */
  readonly trained?: TrainedLayers | undefined;
}

/** Options of {@link empiricalNtkLadder}. */
export interface EmpiricalNtkLadderOptions<T extends Elements = Float64Array>
  extends HiddenUnits<T>, RunOptions {
  /** Default `'first'`. */
  readonly trained?: TrainedLayers | undefined;
  /** Ascending integers from 1 to m. */
  readonly widths: ArrayLike<number>;
}

/** Options of {@link outputNtk}. */
export interface OutputNtkOptions<T extends Elements = Float64Array>
  extends HiddenUnits<T>, OutputOptions<Matrix<T>> {
  /** Second-layer signs A, m x c, each +1 or -1. */
  readonly signs: Matrix<T>;
}

/**
 * The NTK of f(x) = (1/sqrt m) sum_r a_r relu(w_r . x), a_r = +-1, at the given weights (arXiv 2603.13085):
 *
 * K_m(z, x) = <z, x> (1/m) #{r : w_r . z > 0 and w_r . x > 0} = J J^T; with `trained: 'both'` also
 * (1/m) sum_r relu(w_r . z) relu(w_r . x). It does not depend on the signs a_r.
 *
 * A gate whose pre-activation is within rounding of 0 may fall on either side, so that kernels computed in
 * different precisions can differ by k/m.
 *
 * @param X - training points, n x d.
 * @param Z - queries, q x d. Default: X, which makes the kernel symmetric.
 * @returns q x n.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function empiricalNtk<T extends Elements>(
  X: Matrix<T>,
  Z: Matrix<T> | undefined,
  options: EmpiricalNtkOptions<T>,
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['weights', 'trained', 'out']);
  const { weights, trained = 'first' } = options;
  const units = unitsOf(weights);
  return carryingError(
    call(
      (binding, job, common) => binding.empiricalNtk({ X, Z, ...units, trained, ...common }, job),
      options,
    ),
    () => gateError(X, Z, widthOf(units)),
  );
}

/**
 * The kernels of a ladder of nested widths, kernel k being that of the first `widths[k]` units:
 * `empiricalNtk(X, Z, { weights: first widths[k] rows })`. One pass over the units serves all widths, in little more
 * than the time of the largest alone.
 *
 * @param X - training points, n x d.
 * @param Z - queries, q x d. Default: X, which makes the kernels symmetric.
 * @returns one q x n matrix a width.
 * @throws NtkitError as {@link empiricalNtk}; `ERR_INVALID_ARGUMENT` when the widths are not ascending integers from 1
 * to m.
 */
export async function empiricalNtkLadder<T extends Elements>(
  X: Matrix<T>,
  Z: Matrix<T> | undefined,
  options: EmpiricalNtkLadderOptions<T>,
): Promise<Matrix<T>[]> {
  requireKnownOptions(options, ['weights', 'trained', 'widths']);
  const { weights, trained = 'first' } = options;
  const units = unitsOf(weights);
  const data = requireNumbers(options.widths, 'widths', 1);
  const widths = { data, rows: 1, cols: data.length };
  const running = call(
    (binding, job, common) =>
      binding.empiricalNtkLadder({ X, Z, ...units, trained, widths, ...common }, job),
    options,
  );
  // Before the first await: afterwards the caller may have overwritten the points.
  const errors = Array.from(data, (width) => estimateOf(() => gateError(X, Z, width)));
  return (await running).map((kernel, k) => wrap<T>(kernel, errors[k]));
}

/**
 * The NTK of every pair of the c outputs f_k(x) = (1/sqrt m) sum_r A_rk relu(w_r . x), first layer trained:
 *
 * K_kl(z, x) = <z, x> (1/m) sum_r A_rk A_rl [w_r . z > 0 and w_r . x > 0] = (J J^T)_kl.
 *
 * Its mean over k = l is {@link empiricalNtk}.
 *
 * @param X - training points, n x d.
 * @param Z - queries, q x d. Default: X, which makes the kernel symmetric.
 * @returns (q c) x (n c): K_kl of query t and point i at row t c + k, column i c + l.
 * @throws NtkitError as {@link empiricalNtk}; `ERR_INVALID_ARGUMENT` when a sign is neither +1 nor -1.
 */
export async function outputNtk<T extends Elements>(
  X: Matrix<T>,
  Z: Matrix<T> | undefined,
  options: OutputNtkOptions<T>,
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['weights', 'signs', 'out']);
  const { weights, signs } = options;
  const units = unitsOf(weights);
  return carryingError(
    call(
      (binding, job, common) => binding.outputNtk({ X, Z, ...units, signs, ...common }, job),
      options,
    ),
    () => gateError(X, Z, widthOf(units)),
  );
}

type Units<T extends Elements> =
  | { readonly weights: Matrix<T> }
  | { readonly seed: number; readonly width: number; readonly scale: number };

function widthOf<T extends Elements>(units: Units<T>): number {
  return 'width' in units ? units.width : units.weights.rows;
}

/** The weights as native code takes them. What drawn ones consist of is checked there. */
function unitsOf<T extends Elements>(weights: Matrix<T> | DrawnWeights): Units<T> {
  requireObject(weights, 'weights', 'Matrix or { seed, width, scale }');
  const drawn = readable('weights', () => ('seed' in weights ? { ...weights } : undefined));
  if (drawn === undefined) return { weights: weights as Matrix<T> };
  requireOnlyOptions(drawn, ['seed', 'width', 'scale']);
  const { seed, width, scale = 0.01 } = drawn;
  return { seed, width, scale };
}
