import { afterAll, describe, expect, it } from 'vitest';
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
import { FULL } from '../../support/effort.js';
import { expectClose } from '../../support/expect-close.js';
import { reportFigure } from '../../support/figures.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix, rowsOf, symmetricMatrix, unitRowMatrix } from './matrices.js';

/** Around the sizes at which leaves, tiles and panels end, and LAPACK's own solver gives way to ours. */
const SIZES = [1, 2, 3, 10, 31, 32, 33, 64, 65, 66, 97, 200, 500, 900, ...(FULL ? [1500] : [])];

/** The bound on LAPACK's own ratios, residuals over n eps; its tests allow 30. */
const LAPACK_RATIO = 5;

const worst = { residual: 0, orthogonality: 0 };

afterAll(() => {
  const detail = `sizes ${SIZES.join(', ')}`;
  reportFigure('eigen-residual', worst.residual, detail);
  reportFigure('eigen-orthogonality', worst.orthogonality, detail);
});

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

function ofSpectrum([name, value]: readonly [string, (k: number) => number]): [
  string,
  (n: number) => Matrix,
] {
  return [name, (n) => withEigenvalues(Float64Array.from(spectrumOf(n, value)))];
}

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

function identity(n: number): Matrix {
  return symmetricMatrix(n, (i, j) => (i === j ? 1 : 0));
}

async function arcCosine(n: number): Promise<Matrix> {
  return infiniteNtk(unitRowMatrix(n, 20, 4));
}

const MATRICES: readonly [string, (n: number) => Matrix | Promise<Matrix>][] = [
  ['random', random],
  ['with duplicate rows', withDuplicates],
  ['of an arc-cosine kernel', arcCosine],
  ['of the identity', identity],
  ['of zeros', (n) => Matrix.zeros(n, n)],
  ['of a diagonal', (n) => symmetricMatrix(n, (i, j) => (i === j ? Math.cos(i) : 0))],
  ['of second differences', (n) => symmetricMatrix(n, (i, j) => [2, -1][i - j] ?? 0)],
  [
    'of a diagonal and a row',
    (n) => symmetricMatrix(n, (i, j) => (i === j || i === n - 1 ? 1 : 0)),
  ],
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
  values.forEach((value, k) => {
    const row = scaled.row(k);
    row.forEach((element, i) => (row[i] = value * element));
  });
  const residual = subtract(await crossGram(columns, A), scaled);
  const skew = subtract(await gram(columns), identity(values.length));
  const unit = A.rows * Number.EPSILON;
  const size = norm1(A);
  return [size === 0 ? 0 : norm1(transpose(residual)) / (unit * size), norm1(skew) / unit];
}

async function expectDecomposition(A: Matrix, top?: number): Promise<EighResult> {
  const result = await eigh(A, { vectors: true, top });
  const [residual, orthogonality] = await ratios(A, result);
  worst.residual = Math.max(worst.residual, residual);
  worst.orthogonality = Math.max(worst.orthogonality, orthogonality);
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
    const unit = norm1(A) || 1;
    expectClose(inUnitsOf(unit, alone.values), inUnitsOf(unit, values), TOLERANCE.kernel);
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

it('order 1500 is A = V D V^T to rounding', async () => {
  await expectDecomposition(await arcCosine(1500));
});

describe.each([33, 200])('order %d', (n) => {
  it.each([1e-300, 1e-150, 1e150, 1e300])('scales by %d with its eigenvalues', async (scale) => {
    const A = random(n);
    const scaled = Matrix.of(
      A.data.map((value) => value * scale),
      n,
      n,
    );
    const expected = await eigh(A, { vectors: true });
    const { values, vectors } = await eigh(scaled, { vectors: true });
    expectClose(inUnitsOf(scale, values), expected.values, TOLERANCE.kernel);
    const [, orthogonality] = await ratios(A, { values, ...(vectors && { vectors }) });
    expect(orthogonality).toBeLessThan(LAPACK_RATIO);
  });
});

/** Spectra that few vectors of a Krylov space could get wrong, of order at least 450. */
const CROWDED: readonly [string, (k: number) => number][] = [
  ['of rank 50, all alike', (k) => (k < 50 ? 1 : 0)],
  ['whose largest is there 20 times', (k) => (k < 20 ? 1 : 0.9 ** k)],
  ['each there 30 times', (k) => 1 / (1 + Math.floor(k / 30))],
  ['of pairs 1e-9 apart', (k) => 1 / (1 + Math.floor(k / 2)) - (k % 2) * 1e-9],
  ['that decays slowly', (k) => 1 / (1 + k)],
  ['of both signs', (k) => (k % 2 === 0 ? 1 : -2) / (1 + k)],
  ['with gaps of 1e-14', (k) => 1 - k * 1e-14],
];

describe('the largest eigenvalues', () => {
  const TOPS = [1, 2, 10, 45, 449, 450];

  it.each([...MATRICES.slice(0, 6), ...CROWDED.map(ofSpectrum)])(
    'of a matrix %s are the first of all',
    async (_, make) => {
      const A = await make(450);
      const unit = norm1(A) || 1;
      const all = await eigh(A);
      for (const top of TOPS) {
        const { values, vectors } = await expectDecomposition(A, top);
        expect([vectors?.rows, vectors?.cols]).toEqual([450, top]);
        const expected = inUnitsOf(unit, all.values.subarray(0, top));
        expectClose(inUnitsOf(unit, values), expected, TOLERANCE.kernel);
        expectClose(inUnitsOf(unit, (await eigh(A, { top })).values), expected, TOLERANCE.kernel);
      }
    },
  );

  it.each(SIZES)('of order %d', async (n) => {
    const A = await arcCosine(n);
    const all = await eigh(A);
    for (const top of [1, Math.ceil(n / 2), n]) {
      const { values } = await expectDecomposition(A, top);
      expectClose(values, all.values.subarray(0, top), TOLERANCE.kernel);
    }
  });

  it('scale with the matrix', async () => {
    const A = await arcCosine(500);
    const scaled = Matrix.of(
      A.data.map((value) => value * 1e-150),
      500,
      500,
    );
    const { values } = await eigh(scaled, { top: 3 });
    expectClose(inUnitsOf(1e-150, values), (await eigh(A, { top: 3 })).values, TOLERANCE.kernel);
  });

  it('too close to the others: values still come, vectors are refused with advice', async () => {
    // Minus the fourth differences: its largest eigenvalues are 1e-9 of its norm apart.
    const n = 600;
    const ends = (i: number): boolean => i === 0 || i === n - 1;
    const A = symmetricMatrix(n, (i, j) => [ends(i) ? -5 : -6, 4, -1][i - j] ?? 0);
    const { values } = await eigh(A, { top: 2 });
    const expected = [1, 2].map((k) => -((2 * Math.sin((k * Math.PI) / (2 * (n + 1)))) ** 4));
    expectClose(
      inUnitsOf(16, values),
      inUnitsOf(16, Float64Array.from(expected)),
      TOLERANCE.kernel,
    );
    await expect(eigh(A, { top: 2, vectors: true })).rejects.toMatchObject({
      code: 'ERR_NO_CONVERGENCE',
      message:
        'The 2 largest eigenvalues are too close to the others for Lanczos; try without top, or without vectors',
    });
  });

  it.each([0, 4, 1.5])('cannot be %d of 3', async (top) => {
    await expect(eigh(identity(3), { top })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
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

  it.each([
    [3, 1],
    [260, 0],
    [599, 598],
    [520, 300],
  ])('the worst pair wherever it is, row %d, column %d', async (row, col) => {
    const A = random(600);
    A.data[row * 600 + col] = 1000;
    A.data[600 * 599] = (A.data[600 * 599] ?? NaN) + 1;
    await expect(eigh(A)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining(`received 1000 at row ${row}, column ${col} and`) as string,
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
