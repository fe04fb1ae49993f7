/**
 * Dense matrices as arrays of rows, and the few operations the twins are written in. Plain loops in the
 * order of the formulas; an index outside the matrix throws.
 */

/** A matrix: an array of rows of equal length. */
export type Rows = readonly (readonly number[])[];

export function item(values: readonly number[], i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`No element ${i} among ${values.length}`);
  return value;
}

export function rowOf(A: Rows, i: number): readonly number[] {
  const row = A[i];
  if (row === undefined) throw new RangeError(`No row ${i} among ${A.length}`);
  return row;
}

export function at(A: Rows, i: number, j: number): number {
  return item(rowOf(A, i), j);
}

export function setAt(A: number[][], i: number, j: number, value: number): void {
  const row = A[i];
  if (row === undefined || j >= row.length) throw new RangeError(`No element (${i}, ${j})`);
  row[j] = value;
}

export function columnsOf(A: Rows): number {
  return rowOf(A, 0).length;
}

/** The rows x cols matrix of value(i, j). */
export function build(
  rows: number,
  cols: number,
  value: (i: number, j: number) => number,
): number[][] {
  const result: number[][] = [];
  for (let i = 0; i < rows; i++) {
    const row: number[] = [];
    for (let j = 0; j < cols; j++) row.push(value(i, j));
    result.push(row);
  }
  return result;
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += item(a, k) * item(b, k);
  return sum;
}

export function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}

export function transpose(A: Rows): number[][] {
  return build(columnsOf(A), A.length, (i, j) => at(A, j, i));
}

export function multiply(A: Rows, B: Rows): number[][] {
  return build(A.length, columnsOf(B), (i, j) => {
    let sum = 0;
    for (let k = 0; k < B.length; k++) sum += at(A, i, k) * at(B, k, j);
    return sum;
  });
}

/** a / |a|; a zero vector stays zero. */
export function unit(a: readonly number[]): number[] {
  const length = norm(a);
  return a.map((value) => (length === 0 ? 0 : value / length));
}

export function unitRows(A: Rows): number[][] {
  return A.map(unit);
}

/** A without row i. */
export function withoutRow(A: Rows, i: number): Rows {
  return A.filter((_, k) => k !== i);
}

/** A without column j. */
export function withoutColumn(A: Rows, j: number): Rows {
  return A.map((row) => row.filter((_, k) => k !== j));
}
