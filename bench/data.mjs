/** Seeded inputs of the benchmarks. */
import { Matrix, gaussian } from '../dist/index.js';

export function gaussianMatrix(rows, cols, seed = 0) {
  return Matrix.of(gaussian(seed, 5000, rows * cols), rows, cols);
}

export function transposed(matrix) {
  const result = Matrix.zeros(matrix.cols, matrix.rows);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.cols; j++) result.data[j * matrix.rows + i] = matrix.at(i, j);
  }
  return result;
}
