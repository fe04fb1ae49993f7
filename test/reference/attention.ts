/** Gram matrix and linearized attention, by triple loops. */
import { symmetricEigen } from './eigen.js';
import {
  at,
  build,
  columnsOf,
  dot,
  multiply,
  rowOf,
  transpose,
  unitRows,
  type Rows,
} from './rows.js';

/** G = X X^T, n x n. */
export function gram(X: Rows): number[][] {
  return build(X.length, X.length, (i, j) => dot(rowOf(X, i), rowOf(X, j)));
}

/** C = X^T X, d x d: what a query outside the training set attends with. */
export function context(X: Rows): number[][] {
  return multiply(transpose(X), X);
}

/**
 * X X^T X, or Z X^T X for queries Z, in the order in which attention is written: scores first, values
 * second. Rows are l2-normalised by default.
 */
export function linearizedAttention(
  X: Rows,
  options: { queries?: Rows; normalize?: boolean } = {},
): number[][] {
  const { queries = X, normalize = true } = options;
  const scores = build(queries.length, X.length, (i, j) => dot(rowOf(queries, i), rowOf(X, j)));
  const attended = multiply(scores, X);
  return normalize ? unitRows(attended) : attended;
}

/** The unit rows of X C_r, with C_r the best rank-r approximation of C = X^T X. */
export function truncatedAttention(X: Rows, rank: number): number[][] {
  const { values, vectors } = symmetricEigen(context(X));
  const d = columnsOf(X);
  const truncated = build(d, d, (i, j) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += at(vectors, i, k) * (values[k] ?? 0) * at(vectors, j, k);
    return sum;
  });
  return unitRows(multiply(X, truncated));
}
