/** Gram matrix and linearized attention, by triple loops. */
import { symmetricEigen } from './eigen.js';
import {
  at,
  build,
  columnsOf,
  dot,
  item,
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

/** The best rank-r approximation of C = X^T X. */
export function truncatedContext(X: Rows, rank: number): number[][] {
  const { values, vectors } = symmetricEigen(context(X));
  const d = columnsOf(X);
  return build(d, d, (i, j) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += at(vectors, i, k) * (values[k] ?? 0) * at(vectors, j, k);
    return sum;
  });
}

/** The unit rows of X C_r, with C_r the best rank-r approximation of C = X^T X. */
export function truncatedAttention(X: Rows, rank: number): number[][] {
  return unitRows(multiply(X, truncatedContext(X, rank)));
}

/** Weights of one layer's projections, d x d. */
export interface Weights {
  readonly queries: Rows;
  readonly keys: Rows;
  readonly values: Rows;
}

export interface StackOptions {
  readonly queries?: Rows | undefined;
  readonly normalize?: boolean;
  readonly layers: number;
  readonly stack: 'context' | 'self';
  readonly rank?: number | undefined;
  readonly weights?: ((layer: number) => Weights) | undefined;
}

/** Layers of linearized attention, one after the other; rows are normalised after every layer by default. */
export function stackedAttention(X: Rows, options: StackOptions): number[][] {
  const { queries, normalize = true, layers, stack, rank, weights } = options;
  let attended = queries ?? X;
  let keys = X;
  for (let layer = 0; layer < layers; layer++) {
    const C = rank === undefined ? context(keys) : truncatedContext(keys, rank);
    const own = weights?.(layer);
    const map =
      own === undefined
        ? C
        : multiply(multiply(own.queries, transpose(own.keys)), multiply(C, own.values));
    const through = (rows: Rows): number[][] =>
      normalize ? unitRows(multiply(rows, map)) : multiply(rows, map);
    attended = through(attended);
    if (stack === 'self') keys = through(keys);
  }
  return attended.map((row) => [...row]);
}

/** softmax(Q K^T / temperature) V, row by row. */
export function softmaxAttention(
  X: Rows,
  options: {
    queries?: Rows | undefined;
    temperature: number;
    normalize?: boolean;
    weights?: Weights | undefined;
  },
): number[][] {
  const { queries = X, temperature, normalize = true, weights } = options;
  const project = (rows: Rows, by: Rows | undefined): Rows =>
    by === undefined ? rows : multiply(rows, by);
  const [Q, K, V] = [
    project(queries, weights?.queries),
    project(X, weights?.keys),
    project(X, weights?.values),
  ];
  const attended = Q.map((query) => {
    const scores = K.map((key) => dot(query, key) / temperature);
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    return columnSums(V, exponentials).map((value) => value / total);
  });
  return normalize ? unitRows(attended) : attended;
}

/** sum_i weights_i rows_i. */
function columnSums(rows: Rows, weights: readonly number[]): number[] {
  const sums = new Array<number>(columnsOf(rows)).fill(0);
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      sums[j] = item(sums, j) + item(weights, i) * value;
    });
  });
  return sums;
}
