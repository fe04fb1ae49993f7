import { describe, expect, it } from 'vitest';
import {
  Matrix,
  crossGram,
  eigh,
  gram,
  infiniteNtk,
  subtract,
  type EighResult,
} from '../../../src/index.js';
import * as reference from '../../reference/attention.js';
import { symmetricEigen } from '../../reference/eigen.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix, rowsOf, symmetricMatrix, unitRowMatrix } from './matrices.js';

const SIZES = [1, 2, 3, 31, 32, 33, 64, 65, 200, 300];

/** The bound on LAPACK's own ratios, residuals over n eps; its tests allow 30. */
const LAPACK_RATIO = 5;

/** H D H with a reflection H = I - 2 v v^T: dense, of known eigenvalues. */
function withEigenvalues(values: Float64Array): Matrix {
  const n = values.length;
  const v = unitRowMatrix(1, n, 3).data;
  const at = (of: Float64Array, i: number): number => of[i] ?? NaN;
  const middle = values.reduce((sum, value, i) => sum + value * at(v, i) ** 2, 0);
  return symmetricMatrix(n, (i, j) => {
    const mixed = 4 * middle - 2 * (at(values, i) + at(values, j));
    return (i === j ? at(values, i) : 0) + mixed * at(v, i) * at(v, j);
  });
}

function spectrumOf(n: number, value: (k: number) => number): number[] {
  return Array.from({ length: n }, (_, k) => value(k)).sort((a, b) => b - a);
}

const SPECTRA: readonly [string, (n: number) => number[]][] = [
  ['of rank 1', (n) => spectrumOf(n, (k) => (k === 0 ? 1 : 0))],
  ['clustered', (n) => spectrumOf(n, (k) => (k % 2 === 0 ? 1 - k * 1e-15 : 1e-3 + k * 1e-16))],
  ['graded', (n) => spectrumOf(n, (k) => 10 ** ((-16 * k) / n))],
  ['of both signs', (n) => spectrumOf(n, (k) => n / 2 - k)],
];

function random(n: number): Matrix {
  const A = gaussianMatrix(n, n, 1);
  return symmetricMatrix(n, (i, j) => A.at(i, j));
}

function withDuplicates(n: number): Matrix {
  const few = unitRowMatrix(Math.ceil(n / 3), 10, 2).toArray();
  return Matrix.from(
    reference.gram(Array.from({ length: n }, (_, i) => few[i % few.length] ?? [])),
  );
}

const MATRICES: readonly [string, (n: number) => Matrix | Promise<Matrix>][] = [
  ['random', random],
  ['with duplicate rows', withDuplicates],
  ['of an arc-cosine kernel', async (n) => infiniteNtk(unitRowMatrix(n, 20, 4))],
];

/** Largest absolute column sum. */
function norm1(A: Matrix): number {
  const sums = new Array<number>(A.cols).fill(0);
  for (let i = 0; i < A.rows; i++)
    A.row(i).forEach((value, j) => (sums[j] = (sums[j] ?? 0) + Math.abs(value)));
  return Math.max(...sums);
}

function inUnitsOf(unit: number, values: Float64Array): Float64Array {
  return values.map((value) => value / unit);
}

function transpose(A: Matrix): Matrix {
  const result = Matrix.zeros(A.cols, A.rows);
  A.data.forEach(
    (value, at) => (result.data[(at % A.cols) * A.rows + Math.floor(at / A.cols)] = value),
  );
  return result;
}

/** |A V - V D| / (n eps |A|) and |V^T V - I| / (n eps) in the 1-norm. */
async function ratios(A: Matrix, { values, vectors }: EighResult): Promise<[number, number]> {
  const V = vectors ?? expect.fail('no eigenvectors');
  const columns = transpose(V);
  const scaled = columns.selectRows(values.map((_, k) => k));
  values.forEach((value, k) => scaled.row(k).forEach((_, i, row) => (row[i] = value * V.at(i, k))));
  const residual = subtract(await crossGram(columns, A), scaled);
  const identity = symmetricMatrix(A.rows, (i, j) => (i === j ? 1 : 0));
  const skew = subtract(await gram(columns), identity);
  const unit = A.rows * Number.EPSILON;
  return [norm1(transpose(residual)) / (unit * norm1(A)), norm1(skew) / unit];
}

async function expectDecomposition(A: Matrix): Promise<EighResult> {
  const result = await eigh(A, { vectors: true });
  const [residual, orthogonality] = await ratios(A, result);
  expect(residual).toBeLessThan(LAPACK_RATIO);
  expect(orthogonality).toBeLessThan(LAPACK_RATIO);
  expect(result.values).toEqual(result.values.toSorted((a, b) => b - a));
  return result;
}

describe.each(MATRICES)('a matrix %s', (_, make) => {
  it.each(SIZES)('of order %d is A = V D V^T to rounding', async (n) => {
    const A = await make(n);
    const { values } = await expectDecomposition(A);
    const alone = await eigh(A);
    expect(alone.vectors).toBeUndefined();
    expectClose(inUnitsOf(norm1(A), alone.values), inUnitsOf(norm1(A), values), TOLERANCE.kernel);
  });
});

describe.each(SPECTRA)('a matrix %s', (_, spectrum) => {
  it.each(SIZES)('of order %d has the eigenvalues it was made of', async (n) => {
    const expected = Float64Array.from(spectrum(n));
    const A = withEigenvalues(expected);
    const { values } = await expectDecomposition(A);
    expectClose(inUnitsOf(norm1(A), values), inUnitsOf(norm1(A), expected), TOLERANCE.kernel);
  });
});

it.each([2, 7, 33])('order %d has the eigenvalues of Jacobi rotations', async (n) => {
  const A = random(n);
  const { values } = await eigh(A);
  expectClose(values, symmetricEigen(rowsOf(A)).values, TOLERANCE.kernel);
});

it('zeros have eigenvalues 0 and orthonormal eigenvectors', async () => {
  const { values, vectors } = await eigh(Matrix.zeros(5, 5), { vectors: true });
  expect(values).toEqual(new Float64Array(5));
  const one = { values: new Float64Array(5).fill(1), ...(vectors && { vectors }) };
  const [, orthogonality] = await ratios(
    symmetricMatrix(5, (i, j) => (i === j ? 1 : 0)),
    one,
  );
  expect(orthogonality).toBe(0);
});

it.each([1e-150, 1e150])('eigenvalues scale with the matrix, by %d', async (scale) => {
  const A = random(33);
  const scaled = Matrix.of(
    A.data.map((value) => value * scale),
    33,
    33,
  );
  const { values } = await eigh(scaled);
  expectClose(inUnitsOf(scale, values), (await eigh(A)).values, TOLERANCE.kernel);
});

describe('refused', () => {
  it('a matrix that is not symmetric, naming the pair', async () => {
    const A = Matrix.from([
      [1, 2, 3],
      [2, 5, 6],
      [3, 6.5, 9],
    ]);
    await expect(eigh(A)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message:
        'Expected a symmetric matrix for A but received 6.5 at row 2, column 1 and 6 across the diagonal',
    });
  });

  it('asymmetry beyond rounding alone', async () => {
    const A = (gap: number): Matrix =>
      Matrix.from([
        [1, 0.5 + gap],
        [0.5, 1],
      ]);
    await expect(eigh(A(2e-10))).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    await expect(eigh(A(0.5e-10))).resolves.toBeDefined();
  });

  it('a matrix that is not square', async () => {
    await expect(eigh(Matrix.zeros(2, 3))).rejects.toMatchObject({ code: 'ERR_SHAPE_MISMATCH' });
  });

  it('float32', async () => {
    const A = Matrix.from([[1]]).toFloat32() as unknown as Matrix;
    await expect(eigh(A)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});
