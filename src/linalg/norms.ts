/** Norms of matrices and of their differences. */
import { NtkitError } from '../errors.js';
import { eigh } from './eigh.js';
import { gram, secondMoment } from './gram.js';
import { Matrix, type Elements } from './matrix.js';
import { requireFiniteMatrix, requireNativeMatrix } from './require-matrix.js';
import { partOf, requireKnownOptions, type RunOptions } from '../options.js';

/**
 * The Frobenius norm, sqrt(sum A_ij^2).
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`.
 */
export function frobeniusNorm(A: Matrix<Elements>): number {
  const { data } = requireFiniteMatrix(A, 'A');
  let sum = 0;
  for (const value of data) sum += value * value;
  return Math.sqrt(sum);
}

/**
 * The spectral norm |A|_2, the largest singular value, through the Gram matrix of the smaller side.
 *
 * @throws NtkitError as {@link eigh}.
 */
export async function spectralNorm(A: Matrix, options: RunOptions = {}): Promise<number> {
  const X = requireNativeMatrix(A, 'A', 'float64');
  requireKnownOptions(options, []);
  const product = partOf(options, 0, 0.5);
  const smaller = X.cols <= X.rows ? await secondMoment(X, product) : await gram(X, product);
  const { values } = await eigh(smaller, { top: 1, ...partOf(options, 0.5, 1) });
  return Math.sqrt(Math.max(0, values[0] ?? 0));
}

/**
 * A - B in float64.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`.
 */
export function subtract(A: Matrix<Elements>, B: Matrix<Elements>): Matrix {
  const [left, right] = requireSameShape(A, B);
  const difference = Matrix.zeros(left.rows, left.cols);
  for (let i = 0; i < difference.data.length; i++) {
    difference.data[i] = (left.data[i] ?? NaN) - (right.data[i] ?? NaN);
  }
  return difference;
}

function requireSameShape<S extends Elements, T extends Elements>(
  A: Matrix<S>,
  B: Matrix<T>,
): [Matrix<S>, Matrix<T>] {
  const left = requireFiniteMatrix(A, 'A');
  const right = requireFiniteMatrix(B, 'B');
  if (left.rows !== right.rows || left.cols !== right.cols) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${left.rows} x ${left.cols} elements for B but received ${right.rows} x ${right.cols}`,
    );
  }
  return [left, right];
}

/**
 * |A - B|_F / |B|_F, for example the relative error of a finite-width kernel.
 *
 * @throws NtkitError as {@link subtract}.
 */
export function relativeDifference(A: Matrix<Elements>, B: Matrix<Elements>): number {
  const [{ data: left }, { data: right }] = requireSameShape(A, B);
  // Without a matrix of the difference, which is as large as a kernel.
  let [error, size] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    const value = right[i] ?? NaN;
    const difference = (left[i] ?? NaN) - value;
    error += difference * difference;
    size += value * value;
  }
  return Math.sqrt(error) / Math.sqrt(size);
}
