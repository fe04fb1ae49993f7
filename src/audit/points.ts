/** The points of an audit: checked, chosen, and measured in units of their spread. */
import { NtkitError } from '../errors.js';
import { columnDeviations, columnMeans } from '../linalg/columns.js';
import { Matrix } from '../linalg/matrix.js';
import { STREAMS, permutation } from '../random.js';

/** Rows of X that are not zero, at most `n` of them, ascending; and the rows that are zero. */
export function choosePoints(
  X: Matrix,
  n: number,
  seed: number,
): { readonly indices: Int32Array; readonly zero: number[] } {
  const all = Int32Array.from({ length: X.rows }, (_, i) => i);
  const isZero = (i: number): boolean => X.row(i).every((value) => value === 0);
  const usable = all.filter((i) => !isZero(i));
  const order = permutation(seed, STREAMS.auditSample, Math.max(1, usable.length));
  const indices = order
    .slice(0, Math.min(n, usable.length))
    .map((k) => usable[k] ?? 0)
    .sort();
  return { indices, zero: Array.from(all.filter(isZero)) };
}

/**
 * Columns with mean 0 and standard deviation 1; a constant column becomes 0.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when every column is constant.
 */
export function standardizeColumns(X: Matrix): Matrix {
  const scale = columnDeviations(X);
  if (scale.every((deviation) => deviation === 0)) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'Expected a column of X that is not constant but received none',
    );
  }
  const means = columnMeans(X);
  const data = X.data.map((value, k) => {
    const deviation = scale[k % X.cols] ?? 0;
    return deviation === 0 ? 0 : (value - (means[k % X.cols] ?? 0)) / deviation;
  });
  return Matrix.of(data, X.rows, X.cols);
}

/** One number for all columns, the standard deviation of all elements: inputs of one unit, such as pixels. */
export function commonDeviation(X: Matrix): Float64Array {
  const mean = X.data.reduce((sum, value) => sum + value, 0) / X.data.length;
  const squares = X.data.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return new Float64Array(X.cols).fill(Math.sqrt(squares / X.data.length));
}

/** Points that repeat an earlier one in every input, and those of them with another label. */
export function countDuplicates(
  X: Matrix,
  labels: Int32Array,
): { readonly duplicates: number; readonly conflicts: number } {
  const first = new Map<string, number>();
  let duplicates = 0;
  let conflicts = 0;
  labels.forEach((label, i) => {
    const key = X.row(i).join();
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, label);
      return;
    }
    duplicates++;
    if (earlier !== label) conflicts++;
  });
  return { duplicates, conflicts };
}
