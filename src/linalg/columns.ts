/** Mean and spread of the columns of a matrix. */
import type { Matrix } from './matrix.js';

/** Standard deviation of each column; that of a constant one is exactly 0. */
export function columnDeviations(X: Matrix): Float64Array {
  const means = columnMeans(X);
  const squares = new Float64Array(X.cols);
  const constant = new Uint8Array(X.cols).fill(1);
  X.data.forEach((value, k) => {
    const j = k % X.cols;
    squares[j] = (squares[j] ?? 0) + (value - (means[j] ?? 0)) ** 2;
    if (value !== X.data[j]) constant[j] = 0;
  });
  return squares.map((sum, j) => (constant[j] === 1 ? 0 : Math.sqrt(sum / X.rows)));
}

/** Mean of each column. */
export function columnMeans(X: Matrix): Float64Array {
  const sums = new Float64Array(X.cols);
  X.data.forEach((value, k) => {
    const j = k % X.cols;
    sums[j] = (sums[j] ?? 0) + value;
  });
  return sums.map((sum) => sum / X.rows);
}
