/** The neural tangent kernel of a network of finite width. */
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions } from '../options.js';
import type { TrainedLayers } from './infinite-ntk.js';

/** Options of {@link empiricalNtk}. */
export interface EmpiricalNtkOptions<T extends Elements = Float64Array> extends OutputOptions<
  Matrix<T>
> {
  /** First-layer weights w_r, m x d. */
  readonly weights: Matrix<T>;
  /** Default `'first'`. */
  readonly trained?: TrainedLayers | undefined;
}

/**
 * The NTK of f(x) = (1/sqrt m) sum_r a_r relu(w_r . x), a_r = +-1, at the given weights:
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
  return wrap(
    await call(
      (binding, job, common) => binding.empiricalNtk({ X, Z, weights, trained, ...common }, job),
      options,
    ),
  );
}
