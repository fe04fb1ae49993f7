/**
 * Checks of matrices where native code does not make them: for functions that read elements themselves, or whose
 * native call would name another argument. Each reads the argument once, so that what is used is what was checked.
 */
import { readable, requireInteger, requireObject } from '../arguments.js';
import { NtkitError, invalidArgument } from '../errors.js';
import type { Precision } from '../options.js';
import { isElements, wrap, type Elements, type Matrix } from './matrix.js';

/**
 * The argument as a matrix, its elements shared, after a check of its structure.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when it has not data, rows and cols of a matrix, `ERR_SHAPE_MISMATCH`
 * when `data.length` is not `rows * cols`.
 */
export function requireMatrix<T extends Elements>(value: Matrix<T>, name: string): Matrix<T> {
  const raw = requireObject(value, name, 'Matrix');
  const [data, rows, cols, error] = readable(name, () =>
    ['data', 'rows', 'cols', 'errorEstimate'].map((key) => raw[key]),
  );
  if (!isElements(data)) {
    throw invalidArgument('Float64Array or Float32Array', `${name}.data`, data);
  }
  const n = requireInteger(rows, `${name}.rows`, 0);
  const d = requireInteger(cols, `${name}.cols`, 0);
  if (data.length !== n * d) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${n} x ${d} elements for ${name} but received ${data.length}`,
    );
  }
  return wrap<T>({ data, rows: n, cols: d }, isEstimate(error) ? error : undefined);
}

function isEstimate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

/**
 * As {@link requireMatrix}, without NaN and infinities.
 *
 * @throws NtkitError also `ERR_NOT_FINITE`, naming the element.
 */
export function requireFiniteMatrix<T extends Elements>(value: Matrix<T>, name: string): Matrix<T> {
  const matrix = requireMatrix(value, name);
  const { data, cols } = matrix;
  for (let k = 0; k < data.length; k++) {
    if (!Number.isFinite(data[k])) throw notFinite(data, k, cols, name);
  }
  return matrix;
}

function notFinite(data: Elements, k: number, cols: number, name: string): NtkitError {
  return new NtkitError(
    'ERR_NOT_FINITE',
    `Expected a finite ${data.constructor.name} of length ${data.length} for ${name} but received ${data[k]} at row ${Math.floor(k / cols)}, column ${k % cols}`,
  );
}

/**
 * As {@link requireFiniteMatrix}, not empty, in memory that no other thread changes and of the given precision: what
 * native code asks of every matrix.
 *
 * @param precision - default: either.
 * @throws NtkitError as {@link requireFiniteMatrix}.
 */
export function requireNativeMatrix<T extends Elements>(
  value: Matrix<T>,
  name: string,
  precision?: Precision,
): Matrix<T> {
  const matrix = requireFiniteMatrix(value, name);
  requireInteger(matrix.rows, `${name}.rows`, 1);
  requireInteger(matrix.cols, `${name}.cols`, 1);
  if (precision !== undefined && precisionOf(matrix) !== precision) {
    const expected = precision === 'float64' ? 'Float64Array' : 'Float32Array';
    throw invalidArgument(expected, `${name}.data`, matrix.data);
  }
  requireFixedMemory(matrix.data, name);
  return matrix;
}

/** The precision in which a matrix is computed with. */
export function precisionOf({ data }: Matrix<Elements>): Precision {
  return data instanceof Float64Array ? 'float64' : 'float32';
}

function requireFixedMemory(data: Elements, name: string): void {
  const fixed = readable(name, () => {
    const { buffer } = data;
    return buffer instanceof ArrayBuffer && (buffer as { resizable?: boolean }).resizable !== true;
  });
  if (!fixed) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected an unshared ArrayBuffer of fixed length behind ${name}.data but received another`,
    );
  }
}
