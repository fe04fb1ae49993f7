/** Gram matrices: inner products of rows, and of columns. */
import { requireObject } from '../arguments.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions } from '../options.js';
import type { Elements, Matrix } from './matrix.js';
import { carryingError, momentError, productError } from './rounding.js';

/**
 * The Gram matrix G = X X^T (n x n), exactly symmetric.
 *
 * @param X - n x d; float32 input gives a float32 result.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function gram<T extends Elements>(
  X: Matrix<T>,
  options: OutputOptions<Matrix<T>> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['out']);
  return carryingError(
    call((binding, job, common) => binding.gram({ X, ...common }, job), options),
    () => productError(X),
  );
}

/**
 * Inner products of queries with points, Z X^T (q x n).
 *
 * @param Z - q x d.
 * @param X - n x d, in the precision of Z.
 * @throws NtkitError as {@link gram}.
 */
export async function crossGram<T extends Elements>(
  Z: Matrix<T>,
  X: Matrix<T>,
  options: OutputOptions<Matrix<T>> = {},
): Promise<Matrix<T>> {
  // Native code takes queries that are left out for the points themselves.
  requireObject(Z, 'Z', 'Matrix');
  requireKnownOptions(options, ['out']);
  return carryingError(
    call((binding, job, common) => binding.gram({ X, Z, ...common }, job), options),
    () => productError(X, Z),
  );
}

/**
 * The second moment C = X^T X (d x d), exactly symmetric. Its eigenvalues are those of X X^T, but for zeros:
 * the smaller side when d < n.
 *
 * @throws NtkitError as {@link gram}.
 */
export async function secondMoment<T extends Elements>(
  X: Matrix<T>,
  options: OutputOptions<Matrix<T>> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['out']);
  return carryingError(
    call((binding, job, common) => binding.secondMoment({ X, ...common }, job), options),
    () => momentError(X),
  );
}
