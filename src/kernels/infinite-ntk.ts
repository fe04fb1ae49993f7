/** Neural tangent kernels of ReLU networks at infinite width. */
import type { Elements, Matrix } from '../linalg/matrix.js';
import { carryingError, productError } from '../linalg/rounding.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions } from '../options.js';

/** Which weights of the two-layer network are trained: the first layer alone (the paper's), or both. */
export type TrainedLayers = 'first' | 'both';

/** Options of {@link infiniteNtk}. */
export interface InfiniteNtkOptions<T extends Elements = Float64Array> extends OutputOptions<
  Matrix<T>
> {
  /** Default `'first'`. */
  readonly trained?: TrainedLayers | undefined;
}

/**
 * The NTK of the two-layer ReLU network f(x) = (1/sqrt m) sum_r a_r relu(w_r . x) as m grows without bound:
 *
 * K(z, x) = <z, x> (1/4 + arcsin(s) / 2 pi), s the cosine of z and x; with `trained: 'both'` also
 * E[relu relu] = |z||x| (sqrt(1 - s^2) + s (pi - arccos s)) / 2 pi.
 *
 * The diagonal of K(X, X) is exact. On attended rows it is the NTK of the MLP behind linearized attention
 * (arXiv 2603.13085, Theorem 4.2).
 *
 * @param X - training points, n x d.
 * @param Z - queries, q x d. Default: X, which makes the kernel symmetric.
 * @returns q x n.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function infiniteNtk<T extends Elements>(
  X: Matrix<T>,
  Z?: Matrix<T>,
  options: InfiniteNtkOptions<T> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['trained', 'out']);
  const { trained = 'first' } = options;
  return carryingError(
    call((binding, job, common) => binding.infiniteNtk({ X, Z, trained, ...common }, job), options),
    () => productError(X, Z),
  );
}

/** Options of {@link deepNtk}. */
export interface DeepNtkOptions<T extends Elements = Float64Array> extends OutputOptions<
  Matrix<T>
> {
  /** Layers of weights, at least 2. */
  readonly depth: number;
}

/**
 * The NTK of a ReLU network of `depth` layers, all trained, with He scaling (weights N(0, 2 / fan-in)):
 * depth - 1 steps Theta <- Theta k0 + Sigma, Sigma <- k1 of the arc-cosine recursion from Theta = Sigma = <z, x>.
 *
 * At depth 2 it is twice `infiniteNtk(X, Z, { trained: 'both' })`, whose network has no factor 2.
 *
 * @param X - training points, n x d.
 * @param Z - queries, q x d. Default: X.
 * @returns q x n.
 * @throws NtkitError as {@link infiniteNtk}.
 */
export async function deepNtk<T extends Elements>(
  X: Matrix<T>,
  Z: Matrix<T> | undefined,
  options: DeepNtkOptions<T>,
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['depth', 'out']);
  const { depth } = options;
  return carryingError(
    call((binding, job, common) => binding.deepNtk({ X, Z, depth, ...common }, job), options),
    () => productError(X, Z, depth),
  );
}
