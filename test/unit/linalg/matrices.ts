/** Matrices that the numeric tests run on, and what they are read with. */
import { expect } from 'vitest';
import { Matrix, gaussian, type Elements } from '../../../src/index.js';
import { unitRows, type Rows } from '../../reference/rows.js';
import { TOLERANCE } from '../../support/tolerance.js';

/** Streams of the tests: apart from those of the library and of the experiments. */
const STREAM = 900_000;

/** rows x cols of N(0, 1). */
export function gaussianMatrix(rows: number, cols: number, seed: number): Matrix {
  return Matrix.of(gaussian(seed, STREAM, rows * cols), rows, cols);
}

/** Rows drawn uniformly from the unit sphere. */
export function unitRowMatrix(rows: number, cols: number, seed: number): Matrix {
  return Matrix.from(unitRows(gaussianMatrix(rows, cols, seed).toArray()));
}

/** One-hot rows whose classes take turns. */
export function oneHotRows(rows: number, classes: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: classes }, (_, k) => (i % classes === k ? 1 : 0)),
  );
}

/** A precision as the numeric tests use it. */
export interface PrecisionCase {
  readonly name: 'float64' | 'float32';
  /** The matrix rounded to this precision. */
  readonly round: (A: Matrix) => Matrix<Elements>;
  /** For inner products of unit rows and smooth functions of them. */
  readonly tolerance: number;
}

export const PRECISIONS: readonly PrecisionCase[] = [
  { name: 'float64', round: (A) => A, tolerance: TOLERANCE.kernel },
  { name: 'float32', round: (A) => A.toFloat32(), tolerance: TOLERANCE.float32Kernel },
];

/**
 * Asserts what `expectClose` does, |actual - expected| <= tolerance * max(|expected|, 1) everywhere, at the
 * speed that matrices of 300 x 300 ask for.
 */
export function expectMatrixClose(
  actual: Matrix<Elements>,
  expected: Rows,
  tolerance: number,
): void {
  expect([actual.rows, actual.cols]).toEqual([expected.length, expected[0]?.length]);
  let worst = { error: 0, place: '', actual: 0, expected: 0 };
  expected.forEach((row, i) => {
    row.forEach((want, j) => {
      const got = actual.data[i * actual.cols + j] ?? NaN;
      const error = Number.isNaN(got)
        ? Infinity
        : Math.abs(got - want) / Math.max(Math.abs(want), 1);
      if (error > worst.error)
        worst = { error, place: `(${i}, ${j})`, actual: got, expected: want };
    });
  });
  if (worst.error > tolerance) {
    expect.fail(
      `Expected ${worst.expected} within ${tolerance} at ${worst.place} but received ${worst.actual}` +
        ` (error ${worst.error.toExponential(2)})`,
    );
  }
}

/** Asserts that A is square and that A_ij and A_ji are the same bits. */
export function expectSymmetricBits(A: Matrix<Elements>): void {
  expect(A.rows).toBe(A.cols);
  const differing: [number, number][] = [];
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < i; j++) {
      if (!Object.is(A.data[i * A.cols + j], A.data[j * A.cols + i])) differing.push([i, j]);
    }
  }
  expect(differing).toEqual([]);
}

/** A symmetric matrix from the values of its lower triangle. */
export function symmetricMatrix(n: number, value: (i: number, j: number) => number): Matrix {
  const A = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) A.data[i * n + j] = A.data[j * n + i] = value(i, j);
  }
  return A;
}

/** The rows of A as the naive twins take them, in the values that A has after rounding. */
export function rowsOf(A: Matrix<Elements>): Rows {
  return A.toArray();
}
