/** Norms of matrices and of their differences. */
import { NtkitError } from '../errors.js';
import { eigh } from './eigh.js';
import { gram, secondMoment } from './gram.js';
import { Matrix, type Elements } from './matrix.js';
import { partOf, type RunOptions } from '../options.js';

/** The Frobenius norm, sqrt(sum A_ij^2). */
export function frobeniusNorm(A: Matrix<Elements>): number {
  let sum = 0;
  for (const value of A.data) sum += value * value;
  return Math.sqrt(sum);
}

/**
 * The spectral norm |A|_2, the largest singular value, through the Gram matrix of the smaller side.
 *
 * @throws NtkitError as {@link eigh}.
 */
export async function spectralNorm(A: Matrix, options: RunOptions = {}): Promise<number> {
  const product = partOf(options, 0, 0.5);
  const smaller = A.cols <= A.rows ? await secondMoment(A, product) : await gram(A, product);
  const { values } = await eigh(smaller, partOf(options, 0.5, 1));
  return Math.sqrt(Math.max(0, values[0] ?? 0));
}

/**
 * A - B in float64.
 *
 * @throws NtkitError `ERR_SHAPE_MISMATCH`.
 */
export function subtract(A: Matrix<Elements>, B: Matrix<Elements>): Matrix {
  if (A.rows !== B.rows || A.cols !== B.cols) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${A.rows} x ${A.cols} elements for B but received ${B.rows} x ${B.cols}`,
    );
  }
  const difference = Matrix.zeros(A.rows, A.cols);
  for (let i = 0; i < difference.data.length; i++) {
    difference.data[i] = (A.data[i] ?? NaN) - (B.data[i] ?? NaN);
  }
  return difference;
}

/**
 * |A - B|_F / |B|_F, for example the relative error of a finite-width kernel.
 *
 * @throws NtkitError `ERR_SHAPE_MISMATCH`.
 */
export function relativeDifference(A: Matrix<Elements>, B: Matrix<Elements>): number {
  return frobeniusNorm(subtract(A, B)) / frobeniusNorm(B);
}
