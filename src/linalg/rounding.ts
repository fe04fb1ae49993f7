/**
 * How far single precision leaves a kernel from its exact value: an estimate that comes with the kernel, so that what is
 * decided from it later (ranks, signs) knows what is noise.
 *
 * An inner product of length k in float32 is off by about sqrt(k) u times the product of the norms, u = 2^-24 (Higham
 * 2002, section 3.1, with errors that partly cancel); smooth functions of the angle add a few u each.
 */
import type { RawMatrix } from '../native/binding.js';
import { callSync } from '../native/call.js';
import { wrap, type Elements, type Matrix } from './matrix.js';

/** Half the distance from 1 to the next float32. */
const UNIT_ROUNDOFF = 2 ** -24;
/** Rows, evenly spaced, that stand for all. */
const SAMPLED_ROWS = 64;
/** Roundings of what follows an inner product: products with norms, a polynomial, a quotient. */
const FURTHER_ROUNDINGS = 8;

/**
 * Estimate of the largest error of an entry of a kernel of rows z of Z and x of X: that of <z, x>, and what X and Z
 * bring with them. `undefined` when nothing of it is in float32.
 *
 * @param steps - how many such products and functions follow each other, as layers of a deep kernel do.
 */
export function productError(
  X: Matrix<Elements>,
  Z: Matrix<Elements> = X,
  steps = 1,
): number | undefined {
  const single = isSingle(X);
  const inherited = (X.errorEstimate ?? 0) + (Z.errorEstimate ?? 0);
  if (!single && inherited === 0) return undefined;
  const normOfX = largestNorm(X);
  const normOfZ = Z === X ? normOfX : largestNorm(Z);
  const roundings = Math.sqrt(X.cols) + FURTHER_ROUNDINGS;
  const own = single ? UNIT_ROUNDOFF * roundings * normOfX * normOfZ : 0;
  return steps * (own + inherited * Math.sqrt(X.cols) * Math.max(normOfX, normOfZ));
}

/** The same for the inner products of the columns of X. */
export function momentError(X: Matrix<Elements>): number | undefined {
  const single = isSingle(X);
  const inherited = X.errorEstimate ?? 0;
  if (!single && inherited === 0) return undefined;
  const norm = largestColumnNorm(X);
  const own = single ? UNIT_ROUNDOFF * (Math.sqrt(X.rows) + FURTHER_ROUNDINGS) * norm ** 2 : 0;
  return own + 2 * inherited * Math.sqrt(X.rows) * norm;
}

/**
 * The same for a kernel that counts the gates of m units: a gate within rounding of 0 may fall on either side, which moves
 * an entry by <z, x> / m.
 */
export function gateError(
  X: Matrix<Elements>,
  Z: Matrix<Elements> | undefined,
  units: number,
): number | undefined {
  const error = productError(X, Z, 2);
  if (error === undefined) return undefined;
  return error + (largestNorm(X) * largestNorm(Z ?? X)) / units;
}

/**
 * The share of the largest eigenvalue of a symmetric matrix that errors of this size make of its eigenvalues: errors
 * without structure have the norm sqrt(n) errorEstimate, and the largest eigenvalue is at least the largest diagonal
 * element. 0 without an estimate.
 */
export function relativeNoise(K: Matrix): number {
  const { errorEstimate = 0 } = K;
  return errorEstimate === 0 ? 0 : (Math.sqrt(K.rows) * errorEstimate) / largestDiagonal(K);
}

/**
 * The matrix that a native operation gives, with an estimate from the operation's arguments. Call it before any await:
 * afterwards the caller may have overwritten them.
 */
export async function carryingError<T extends Elements>(
  operation: Promise<RawMatrix>,
  estimate: () => number | undefined,
): Promise<Matrix<T>> {
  const errorEstimate = estimateOf(estimate);
  return wrap<T>(await operation, errorEstimate);
}

/** Arguments that cannot be read have no estimate; the operation refuses them, and says why. */
export function estimateOf(estimate: () => number | undefined): number | undefined {
  try {
    return estimate();
  } catch {
    return undefined;
  }
}

function isSingle({ data }: Matrix<Elements>): boolean {
  return data instanceof Float32Array;
}

/** In native code: here it took longer than the Gram matrix of 60 rows. */
function largestNorm(X: Matrix<Elements>): number {
  return callSync((binding) => binding.largestNorm({ X, count: SAMPLED_ROWS }));
}

/** From the sampled rows, scaled up to all. */
function largestColumnNorm(A: Matrix<Elements>): number {
  const squares = new Float64Array(A.cols);
  const rows = sampledRows(A);
  for (const i of rows) {
    for (let j = 0; j < A.cols; j++)
      squares[j] = (squares[j] ?? 0) + (A.data[i * A.cols + j] ?? 0) ** 2;
  }
  return Math.sqrt(
    (squares.reduce((most, square) => Math.max(most, square), 0) * A.rows) / rows.length,
  );
}

function sampledRows({ rows }: Matrix<Elements>): number[] {
  const count = Math.min(SAMPLED_ROWS, rows);
  return Array.from({ length: count }, (_, k) => Math.floor((k * rows) / count));
}

function largestDiagonal(A: Matrix<Elements>): number {
  let largest = 0;
  for (let i = 0; i < A.rows; i++) largest = Math.max(largest, A.data[i * (A.cols + 1)] ?? 0);
  return largest;
}
