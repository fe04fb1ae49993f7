/** Seeded inputs of the benchmarks. */
import { Matrix, gaussian } from '../../dist/index.js';

const STREAM = 5000;

/**
 * A matrix of independent N(0, 1).
 *
 * @param options - `seed`, `precision`, `unitRows`: whether rows are scaled to unit length; `decay`: column j has
 * variance (j + 1)^-(2 decay), so that few directions carry most of the spectrum, as they do in images.
 */
export function gaussianMatrix(rows, cols, options = {}) {
  const { seed = 0, precision = 'float64', unitRows = false, decay = 0 } = options;
  const matrix = Matrix.of(gaussian(seed, STREAM, rows * cols), rows, cols);
  if (decay > 0) matrix.data.forEach((x, k) => (matrix.data[k] = x * ((k % cols) + 1) ** -decay));
  if (unitRows) for (let i = 0; i < rows; i++) normalize(matrix.row(i));
  return precision === 'float32' ? matrix.toFloat32() : matrix;
}

/** One-hot rows: point i is of class i modulo `classes`. */
export function classTargets(rows, classes, precision = 'float64') {
  const matrix = Matrix.zeros(rows, classes);
  for (let i = 0; i < rows; i++) matrix.data[i * classes + (i % classes)] = 1;
  return precision === 'float32' ? matrix.toFloat32() : matrix;
}

export function elementBytes(precision) {
  return precision === 'float32' ? 4 : 8;
}

/** Bytes of matrices of the given sizes, [rows, cols] each. */
export function bytesOf(precision, ...sizes) {
  return sizes.reduce((sum, [rows, cols]) => sum + rows * cols * elementBytes(precision), 0);
}

/**
 * Both ways to take a large result: in fresh memory, whose pages the system clears first, and in the memory of the
 * result before.
 *
 * @param run - takes the options of the operation, `out` among them.
 */
export function newAndReused(run) {
  let kept;
  return [
    { result: 'new', run: (_, options) => run(options) },
    {
      result: 'reused',
      run: async () => {
        kept = await run({ out: kept });
        return kept;
      },
    },
  ];
}

/** Every size in both precisions. */
export function inBothPrecisions(sizes) {
  return sizes.flatMap((size) => [
    { ...size, precision: 'float64' },
    { ...size, precision: 'float32' },
  ]);
}

/** One kind of case at the four sizes at which growth is measured. */
export function atFourSizes(rest, sizes = [1000, 2000, 4000, 8000]) {
  return sizes.map((n) => ({ n, ...rest }));
}

/** Allowed differences, in units of the largest element, between two summations of a few thousand products. */
export const ROUNDING = { float64: 1e-12, float32: 2e-5 };

function normalize(row) {
  let sum = 0;
  for (const value of row) sum += value * value;
  const length = Math.sqrt(sum);
  for (let j = 0; j < row.length; j++) row[j] /= length;
}
