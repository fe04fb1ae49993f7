/** Small operations on dense matrices that the studies share. */
import { Matrix } from '../../linalg/matrix.js';

/** A^T. */
export function transpose(A: Matrix): Matrix {
  const result = Matrix.zeros(A.cols, A.rows);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.cols; j++) {
      result.data[j * A.rows + i] = A.data[i * A.cols + j] ?? NaN;
    }
  }
  return result;
}

/** factor * A. */
export function scaled(A: Matrix, factor: number): Matrix {
  return Matrix.of(
    A.data.map((value) => factor * value),
    A.rows,
    A.cols,
  );
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] ?? NaN) * (b[j] ?? NaN);
  return sum;
}

/** |a|_1. */
export function norm1(a: Float64Array): number {
  let sum = 0;
  for (const value of a) sum += Math.abs(value);
  return sum;
}

/** |a|_2. */
export function norm2(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** The matrix with rows `row(i)`, i = 0 ... rows - 1. */
export function fromRows(
  rows: number,
  cols: number,
  row: (i: number) => ArrayLike<number>,
): Matrix {
  const result = Matrix.zeros(rows, cols);
  for (let i = 0; i < rows; i++) result.row(i).set(row(i));
  return result;
}

/** Mean of <x_i, x_j> over i != j, for unit rows their mean cosine: (|sum_i x_i|^2 - sum_i |x_i|^2) / (n (n - 1)). */
export function meanCosine(X: Matrix): number {
  const sum = new Float64Array(X.cols);
  let squares = 0;
  for (let i = 0; i < X.rows; i++) {
    const row = X.row(i);
    squares += dot(row, row);
    for (let j = 0; j < X.cols; j++) sum[j] = (sum[j] ?? NaN) + (row[j] ?? NaN);
  }
  return (dot(sum, sum) - squares) / (X.rows * (X.rows - 1));
}
