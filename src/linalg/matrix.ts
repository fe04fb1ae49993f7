/**
 * Dense row-major matrices: a typed array with its shape. The element type decides the precision of
 * everything computed from it.
 */
import { isIndex, requireArray, requireIndices, requireInteger } from '../arguments.js';
import { NtkitError, describe, invalidArgument } from '../errors.js';
import type { Elements, RawMatrix } from '../native/binding.js';

export type { Elements };

/** 32 GiB in float64. */
const MAX_ELEMENTS = 2 ** 32 - 1;

/** A matrix that came from native code, in the precision of what went in, with the estimate of its error. */
export let wrap: <T extends Elements>(raw: RawMatrix, errorEstimate?: number) => Matrix<T>;

/** A dense matrix in row-major order: element (i, j) is `data[i * cols + j]`. */
export class Matrix<T extends Elements = Float64Array> {
  /** The elements, `rows * cols` of them, row after row. Shared with the caller, never copied. */
  readonly data: T;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /**
   * Estimate of the largest absolute rounding error of an element: of kernels that were computed in float32, or from
   * such kernels. It stays with the matrix in other precisions and selections. `undefined` for given data, for float64
   * (whose error is n eps), and behind attention and networks, where it depends on more than sizes: there compare with
   * float64.
   */
  readonly errorEstimate: number | undefined;

  static {
    wrap = <U extends Elements>(raw: RawMatrix, errorEstimate?: number) =>
      new Matrix(raw.data as U, raw.rows, raw.cols, errorEstimate);
  }

  private constructor(data: T, rows: number, cols: number, errorEstimate?: number) {
    this.data = data;
    this.rows = rows;
    this.cols = cols;
    this.errorEstimate = errorEstimate;
  }

  /**
   * Wraps an existing typed array without copying it.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` when `data` is no Float64Array or Float32Array or a size
   * is no nonnegative integer, `ERR_SHAPE_MISMATCH` when `data.length` is not `rows * cols`.
   */
  static of<T extends Elements>(data: T, rows: number, cols: number): Matrix<T> {
    if (!isElements(data)) throw invalidArgument('Float64Array or Float32Array', 'data', data);
    requireInteger(rows, 'rows', 0);
    requireInteger(cols, 'cols', 0);
    if (data.length !== rows * cols) {
      throw new NtkitError(
        'ERR_SHAPE_MISMATCH',
        `Expected ${rows * cols} elements for data (${rows} x ${cols}) but received ${data.length}`,
      );
    }
    return new Matrix(data, rows, cols);
  }

  /**
   * Copies an array of rows into a float64 matrix.
   *
   * @throws NtkitError `ERR_SHAPE_MISMATCH` when the rows differ in length, `ERR_INVALID_ARGUMENT` when
   * an element or a row is missing or of another type.
   */
  static from(rows: readonly (readonly number[])[]): Matrix {
    const elements = requireRows(rows);
    const cols = elements[0]?.length ?? 0;
    const matrix = Matrix.zeros(elements.length, cols);
    elements.forEach((row, i) => {
      if (row.length !== cols) {
        throw new NtkitError(
          'ERR_SHAPE_MISMATCH',
          `Expected ${cols} elements in row ${i} but received ${row.length}`,
        );
      }
      row.forEach((value, j) => {
        if (typeof value !== 'number') {
          throw new NtkitError(
            'ERR_INVALID_ARGUMENT',
            `Expected a number at row ${i}, column ${j} but received ${describe(value)}`,
          );
        }
        matrix.data[i * cols + j] = value;
      });
    });
    return matrix;
  }

  /**
   * A float64 matrix of zeros.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` when a size is no nonnegative integer, `ERR_SIZE_LIMIT` from 2^32
   * elements.
   */
  static zeros(rows: number, cols: number): Matrix {
    requireInteger(rows, 'rows', 0);
    requireInteger(cols, 'cols', 0);
    if (rows * cols > MAX_ELEMENTS) {
      throw new NtkitError(
        'ERR_SIZE_LIMIT',
        `Expected at most ${MAX_ELEMENTS} elements for rows x cols but received ${rows} x ${cols}`,
      );
    }
    return Matrix.of(new Float64Array(rows * cols), rows, cols);
  }

  /**
   * Element (i, j).
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` outside the matrix.
   */
  at(i: number, j: number): number {
    const inside = isIndex(i, this.rows) && isIndex(j, this.cols);
    const value = inside ? this.data[i * this.cols + j] : undefined;
    if (value === undefined) {
      throw new NtkitError(
        'ERR_INVALID_ARGUMENT',
        `Expected an index inside ${this.rows} x ${this.cols} but received (${shown(i)}, ${shown(j)})`,
      );
    }
    return value;
  }

  /**
   * Row i as a view on the same memory.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such row.
   */
  row(i: number): T {
    if (!isIndex(i, this.rows)) throw invalidArgument(`row index below ${this.rows}`, 'i', i);
    return this.data.subarray(i * this.cols, (i + 1) * this.cols) as T;
  }

  /**
   * The given rows, copied in the given order.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such row.
   */
  selectRows(indices: ArrayLike<number>): Matrix<T> {
    const chosen = requireIndices(indices, 'indices', this.rows, 'row index');
    const data = this.data.slice(0, 0).constructor as new (length: number) => T;
    const selected = new data(chosen.length * this.cols);
    chosen.forEach((index, k) => {
      selected.set(this.row(index), k * this.cols);
    });
    return new Matrix(selected, chosen.length, this.cols, this.errorEstimate);
  }

  /** The rows as nested arrays, for printing and JSON. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }

  /** This matrix in single precision. */
  toFloat32(): Matrix<Float32Array> {
    return new Matrix(new Float32Array(this.data), this.rows, this.cols, this.errorEstimate);
  }

  /** This matrix in double precision. */
  toFloat64(): Matrix {
    return new Matrix(new Float64Array(this.data), this.rows, this.cols, this.errorEstimate);
  }
}

/** Whether a value is an element array itself: what inherits from one, or stands for one as a proxy, has no elements. */
export function isElements(value: unknown): value is Elements {
  return (
    ArrayBuffer.isView(value) && (value instanceof Float64Array || value instanceof Float32Array)
  );
}

function requireRows(rows: unknown): unknown[][] {
  if (ArrayBuffer.isView(rows)) throw invalidArgument('array of rows', 'rows', rows);
  return requireArray(rows, 'rows', 'array of rows').map((row, i) => requireArray(row, `row ${i}`));
}

function shown(index: unknown): string {
  return typeof index === 'number' ? String(index) : describe(index);
}
