/** Random problems for the property tests: shapes and seeds shrink, the numbers follow from the seed. */
import fc from 'fast-check';
import { Matrix } from '../../src/index.js';
import { gaussianMatrix, unitRowMatrix } from '../unit/linalg/matrices.js';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Rows of N(0, 1), up to `rows` x `cols`, at least 2 x 2: in one dimension all points are parallel. */
export function points(rows: number, cols: number): fc.Arbitrary<Matrix> {
  return fc
    .record({
      n: fc.integer({ min: 2, max: rows }),
      d: fc.integer({ min: 2, max: cols }),
      seed: seeds,
    })
    .map(({ n, d, seed }) => gaussianMatrix(n, d, seed));
}

/** Unit rows, `rows` x `cols` exactly. */
export function unitPoints(rows: number, cols: number): fc.Arbitrary<Matrix> {
  return seeds.map((seed) => unitRowMatrix(rows, cols, seed));
}

/** Numbers of N(0, 1), `rows` x `cols` exactly. */
export function numbers(rows: number, cols: number): fc.Arbitrary<Matrix> {
  return seeds.map((seed) => gaussianMatrix(rows, cols, seed));
}

/** An order of 0 ... n - 1. */
export function orders(n: number): fc.Arbitrary<number[]> {
  const identity = Array.from({ length: n }, (_, i) => i);
  return fc.shuffledSubarray(identity, { minLength: n, maxLength: n });
}

/** A matrix with its columns in the given order. */
export function selectColumns(A: Matrix, order: readonly number[]): Matrix {
  return Matrix.from(A.toArray().map((row) => order.map((j) => row[j] ?? NaN)));
}

/** c A. */
export function scale(A: Matrix, c: number): Matrix {
  return Matrix.of(
    A.data.map((value) => c * value),
    A.rows,
    A.cols,
  );
}

/** A + B. */
export function add(A: Matrix, B: Matrix): Matrix {
  return Matrix.of(
    A.data.map((value, i) => value + (B.data[i] ?? NaN)),
    A.rows,
    A.cols,
  );
}
