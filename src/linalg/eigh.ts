/** Eigenvalues and eigenvectors of symmetric matrices. */
import { call } from '../native/call.js';
import { requireKnownOptions, type RunOptions } from '../options.js';
import { wrap, type Matrix } from './matrix.js';

/** Options of {@link eigh}. */
export interface EighOptions extends RunOptions {
  /** Whether to compute eigenvectors too, two to three times the work. Default `false`. */
  readonly vectors?: boolean | undefined;
  /** How many eigenvalues, of the algebraically largest: from 1 to n. Default n, all of them. */
  readonly top?: number | undefined;
}

/** The eigendecomposition A = V diag(values) V^T, or its leading part. */
export interface EighResult {
  /** Eigenvalues, descending; `top` of them. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors, number k in column k, n x `top`; only with `vectors`. */
  readonly vectors?: Matrix;
}

/**
 * Eigenvalues, and on request eigenvectors, of a symmetric matrix.
 *
 * All of them by reduction to a tridiagonal matrix and divide and conquer over that (Cuppen 1981; Gu and
 * Eisenstat 1995), backward stable: |A V - V D| and |V^T V - I| stay below 5 n eps, the former times |A|. A few of
 * the largest (`top` below about n / 6) by block Lanczos with thick restarts (Wu and Simon 2000), until
 * |A v - lambda v| is at most 1e-14 of the largest |lambda|. Memory with vectors: 4 n^2 numbers for all; n^2 for a
 * few, or for values alone.
 *
 * @param A - n x n, float64, symmetric to 1e-10 of its largest element.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when A is not symmetric or `top` is out of range, `ERR_SHAPE_MISMATCH`
 * when A is not square, `ERR_NOT_FINITE`, `ERR_SIZE_LIMIT`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`; `ERR_NO_CONVERGENCE`
 * when `top` eigenvectors are asked for whose values lie too close to the others for Lanczos.
 */
export async function eigh(A: Matrix, options: EighOptions = {}): Promise<EighResult> {
  requireKnownOptions(options, ['vectors', 'top']);
  const { vectors = false, top } = options;
  const result = await call(
    (binding, job, common) => binding.eigh({ A, vectors, top, ...common }, job),
    options,
  );
  const values = result.values.data;
  return result.vectors === undefined ? { values } : { values, vectors: wrap(result.vectors) };
}
