/** Kernel ridge regression for several ridges at once, to choose one of them. */
import { requireNumber, requireNumbers } from '../arguments.js';
import { Matrix } from '../linalg/matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type RunOptions } from '../options.js';

/** Options of {@link ridgePath}. */
export interface RidgePathOptions extends RunOptions {
  /** The values of lambda, each added to the diagonal of K as it is; in any order. */
  readonly ridges: ArrayLike<number>;
}

/** The regression with one ridge. */
export interface RidgePathPoint {
  /** The lambda of this point. */
  readonly ridge: number;
  /** (K + ridge I)^-1 Y, n x c. */
  readonly alpha: Matrix;
  /** Residuals y_i - f_(-i)(x_i), n x c. */
  readonly leaveOneOut: Matrix;
  /** Their mean square over points and outputs: the smallest marks the ridge that predicts best. */
  readonly leaveOneOutError: number;
  /** tr(K (K + ridge I)^-1), between 0 and n. */
  readonly degreesOfFreedom: number;
  /** Of K + ridge I. */
  readonly smallestEigenvalue: number;
  /** Largest over smallest eigenvalue of K + ridge I. */
  readonly conditionNumber: number;
  /** |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F), A = K + ridge I. */
  readonly residual: number;
}

/**
 * Kernel ridge regression for several ridges from one eigendecomposition K = V D V^T: with Z = V^T Y,
 * alpha = V (D + ridge I)^-1 Z, and every leave-one-out residual alpha_i / sum_k V_ik^2 / (d_k + ridge).
 *
 * A further ridge costs 2 n^2 c operations in place of n^3 / 3 and the same again for the residuals; the
 * eigendecomposition costs as much as many such fits. For a few ridges separate {@link KernelRidge.fit}s are cheaper,
 * and they take less than a third of the memory: this one holds five n x n matrices beside K while it runs.
 *
 * @param K - symmetric positive semidefinite kernel of the training points, n x n, float64.
 * @param Y - targets, n x c.
 * @returns one point a ridge, in the order given.
 * @throws NtkitError `ERR_NOT_POSITIVE_DEFINITE` naming the ridge and the smallest eigenvalue when that is not above
 * n times rounding of the largest; `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`,
 * `ERR_NO_CONVERGENCE`, `ERR_SIZE_LIMIT`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
 */
export async function ridgePath(
  K: Matrix,
  Y: Matrix,
  options: RidgePathOptions,
): Promise<RidgePathPoint[]> {
  requireKnownOptions(options, ['ridges']);
  const values = requireNumbers(options.ridges, 'ridges', 1);
  values.forEach((ridge, r) => {
    requireNumber(ridge, `ridges[${r}]`, 'nonnegative number', (value) => value >= 0);
  });
  const ridges = Matrix.of(values, 1, values.length);
  const { alpha, leaveOneOut, measures } = await call(
    (binding, job, common) => binding.ridgePath({ K, Y, ridges, ...common }, job),
    options,
  );
  const n = alpha.rows / values.length;
  const part = ({ data, cols }: typeof alpha, r: number): Matrix =>
    Matrix.of(data.slice(r * n * cols, (r + 1) * n * cols), n, cols);
  return Array.from(values, (ridge, r) => {
    const [
      leaveOneOutError = NaN,
      degreesOfFreedom = NaN,
      smallestEigenvalue = NaN,
      conditionNumber = NaN,
      residual = NaN,
    ] = measures.data.subarray(r * measures.cols, (r + 1) * measures.cols);
    return {
      ridge,
      alpha: part(alpha, r),
      leaveOneOut: part(leaveOneOut, r),
      ...{ leaveOneOutError, degreesOfFreedom, smallestEigenvalue, conditionNumber, residual },
    };
  });
}
