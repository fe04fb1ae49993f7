/** Eigenvalues and eigenvectors of symmetric matrices. */
import { call } from '../native/call.js';
import { requireKnownOptions, type RunOptions } from '../options.js';
import { wrap, type Matrix } from './matrix.js';

/** Options of {@link eigh}. */
export interface EighOptions extends RunOptions {
  /** Whether to compute eigenvectors too, about ten times the work. Default `false`. */
  readonly vectors?: boolean | undefined;
}

/** The eigendecomposition A = V diag(values) V^T. */
export interface EighResult {
  /** Eigenvalues, descending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors, number k in column k; only with `vectors`. */
  readonly vectors?: Matrix;
}

/**
 * Eigenvalues, and on request eigenvectors, of a symmetric matrix by divide and conquer (LAPACK dsyevd).
 *
 * @param A - n x n, float64, symmetric to 1e-10 of its largest element.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when A is not symmetric, `ERR_SHAPE_MISMATCH` when it is not
 * square, `ERR_NOT_FINITE`, `ERR_NO_CONVERGENCE`, `ERR_SIZE_LIMIT` (n > 32766 with vectors),
 * `ERR_MEMORY_BUDGET`. LAPACK cannot be interrupted: after an abort it runs on, unheard, until it returns.
 */
export async function eigh(A: Matrix, options: EighOptions = {}): Promise<EighResult> {
  requireKnownOptions(options, ['vectors']);
  const { vectors = false } = options;
  const result = await call(
    (binding, job, common) => binding.eigh({ A, vectors, ...common }, job),
    options,
  );
  const values = result.values.data;
  return result.vectors === undefined ? { values } : { values, vectors: wrap(result.vectors) };
}
