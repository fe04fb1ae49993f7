/**
 * Dense row-major matrices: a typed array with its shape. The element type decides the precision of
 * everything computed from it.
 */
import { NtkitError, describe, invalidArgument } from '../errors.js';
import type { Elements, RawMatrix } from '../native/binding.js';

export type { Elements };

/** A dense matrix in row-major order: element (i, j) is `data[i * cols + j]`. */
export class Matrix<T extends Elements = Float64Array> {
  /** The elements, `rows * cols` of them, row after row. Shared with the caller, never copied. */
  readonly data: T;
  readonly rows: number;
  readonly cols: number;

  private constructor(data: T, rows: number, cols: number) {
    this.data = data;
    this.rows = rows;
    this.cols = cols;
  }

  /**
   * Wraps an existing typed array without copying it.
   *
   * @throws NtkitError `ERR_INVALID_ARGUMENT` when `data` is no Float64Array or Float32Array or a size
   * is no nonnegative integer, `ERR_SHAPE_MISMATCH` when `data.length` is not `rows * cols`.
   */
  static of<T extends Elements>(data: T, rows: number, cols: number): Matrix<T> {
    if (!(data instanceof Float64Array || data instanceof Float32Array)) {
      throw invalidArgument('Float64Array or Float32Array', 'data', data);
    }
    for (const [name, size] of [
      ['rows', rows],
      ['cols', cols],
    ] as const) {
      if (!Number.isSafeInteger(size) || size < 0) {
        throw invalidArgument('nonnegative integer', name, size);
      }
    }
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
   * an element is no number.
   */
  static from(rows: readonly (readonly number[])[]): Matrix {
    const cols = rows[0]?.length ?? 0;
    const matrix = Matrix.zeros(rows.length, cols);
    rows.forEach((row, i) => {
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

  /** A float64 matrix of zeros. */
  static zeros(rows: number, cols: number): Matrix {
    return Matrix.of(new Float64Array(rows * cols), rows, cols);
  }

  /** Element (i, j). Reading outside the matrix is an error, not `undefined`. */
  at(i: number, j: number): number {
    const value =
      i >= 0 && i < this.rows && j >= 0 && j < this.cols ? this.data[i * this.cols + j] : undefined;
    if (value === undefined) {
      throw new NtkitError(
        'ERR_INVALID_ARGUMENT',
        `Expected an index inside ${this.rows} x ${this.cols} but received (${i}, ${j})`,
      );
    }
    return value;
  }

  /** Row i as a view on the same memory. */
  row(i: number): T {
    return this.data.subarray(i * this.cols, (i + 1) * this.cols) as T;
  }

  /** The given rows, copied in the given order. */
  selectRows(indices: ArrayLike<number>): Matrix<T> {
    const data = this.data.slice(0, 0).constructor as new (length: number) => T;
    const selected = new data(indices.length * this.cols);
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k];
      if (index === undefined || !Number.isInteger(index) || index < 0 || index >= this.rows) {
        throw invalidArgument(`row index below ${this.rows}`, `indices[${k}]`, index);
      }
      selected.set(this.row(index), k * this.cols);
    }
    return new Matrix(selected, indices.length, this.cols);
  }

  /** The rows as nested arrays, for printing and JSON. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }

  /** This matrix in single precision. */
  toFloat32(): Matrix<Float32Array> {
    return new Matrix(Float32Array.from(this.data), this.rows, this.cols);
  }

  /** This matrix in double precision. */
  toFloat64(): Matrix {
    return new Matrix(Float64Array.from(this.data), this.rows, this.cols);
  }
}

/** A matrix that came from native code, in the precision of what went in. */
export function wrap<T extends Elements>(raw: RawMatrix): Matrix<T> {
  return Matrix.of(raw.data as T, raw.rows, raw.cols);
}
