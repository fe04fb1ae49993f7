import { describe, expect, it } from 'vitest';
import {
  Matrix,
  attendedSpectrum,
  describeSpectrum,
  eigh,
  gram,
  linearizedAttention,
  predictedWidths,
  spectrum,
} from '../../../src/index.js';
import { conditionAt, spectrumMetrics } from '../../reference/spectrum.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

describe.each([
  [1, 4],
  [4, 1],
  [12, 30],
  [30, 12],
  [20, 20],
])('%d points of %d inputs', (n, d) => {
  const X = unitRowMatrix(n, d, 1);

  it('have the spectrum of Jacobi rotations', async () => {
    const [actual, expected] = [await spectrum(X), spectrumMetrics(rowsOf(X), { eps: 0.1 })];
    expectClose(actual.eigenvalues, expected.eigenvalues, TOLERANCE.golden);
    expect([actual.n, actual.d, actual.tolerance]).toEqual([n, d, expected.tolerance]);
    expect(actual.rank).toBe(Math.min(n, d));
    expectClose(actual.kappa, expected.kappa ?? NaN, TOLERANCE.golden);
    expect(actual.kappaD).toBe(actual.kappa);
    expectClose(actual.topShare, expected.topShare, TOLERANCE.golden);
    expectClose(actual.effectiveRank, expected.effectiveRank, TOLERANCE.golden);
  });

  it('need the widths that the formulas say', async () => {
    const plain = await spectrum(X);
    const expected = spectrumMetrics(rowsOf(X), { eps: 0.1 });
    const widths = predictedWidths(plain, 0.1);
    expectClose(widths.log10KappaCubed, expected.log10KappaCubed, TOLERANCE.golden);
    expectClose(widths.log10KappaSixth, 2 * expected.log10KappaCubed, TOLERANCE.golden);
    expectClose(widths.log10Width.v1, expected.log10Width.v1, TOLERANCE.golden);
    expectClose(widths.log10Width.v2, expected.log10Width.v2, TOLERANCE.golden);
    expect(widths.log10Width.eps).toBe(0.1);
  });

  it('have the cubes of their eigenvalues after attention', async () => {
    const cubes = attendedSpectrum(await spectrum(X));
    const G3 = await gram(await linearizedAttention(X, { normalize: false }));
    const { values } = await eigh(G3);
    expectClose(cubes.eigenvalues, values.subarray(0, Math.min(n, d)), TOLERANCE.golden);
  });
});

describe('a rank-deficient matrix', () => {
  /** 25 x 9 of rank 4: products of 25 x 4 and 4 x 9. */
  const [left, right] = [gaussianMatrix(25, 4, 2), gaussianMatrix(4, 9, 3)];
  const X = Matrix.from(
    left
      .toArray()
      .map((row) =>
        Array.from({ length: 9 }, (_, j) =>
          row.reduce((sum, value, k) => sum + value * right.at(k, j), 0),
        ),
      ),
  );

  it.each([
    ['tall', X],
    [
      'wide',
      Matrix.from(Array.from({ length: 9 }, (_, j) => X.toArray().map((row) => row[j] ?? NaN))),
    ],
  ])('that is %s has an infinite kappa and a finite kappa_d', async (_, matrix) => {
    const result = await spectrum(matrix);
    expect(result.eigenvalues).toHaveLength(9);
    expect(result.rank).toBe(4);
    expect(result.kappa).toBe(Infinity);
    expectClose(result.kappaD, conditionAt([...result.eigenvalues], 4), TOLERANCE.rounding);
  });

  it('keeps its rank after attention, and kappa_d cubed', async () => {
    const plain = await spectrum(X, { k: 3 });
    const attended = attendedSpectrum(plain);
    expect([attended.n, attended.d, attended.rank]).toEqual([25, 9, 4]);
    expect(attended.kappa).toBe(Infinity);
    expect(attended.eigenvalues.subarray(4)).toEqual(new Float64Array(5));
    expectClose(attended.kappaD / plain.kappaD ** 3, 1, TOLERANCE.rounding);
    expect(attended.kappaK.k).toBe(3);
    expectClose(attended.kappaK.value / plain.kappaK.value ** 3, 1, TOLERANCE.rounding);
  });
});

describe('the definitions', () => {
  const values = Float64Array.of(8, 4, 2, 1e-3, 0);

  it('count eigenvalues above the tolerance times the largest', () => {
    const rankAt = (tolerance: number): number =>
      describeSpectrum(values, 9, 5, { tolerance }).rank;
    expect([0, 1e-4, 1.25e-4, 1.3e-4, 0.25, 0.26, 0.5].map(rankAt)).toEqual([4, 4, 3, 3, 2, 2, 1]);
  });

  it('divide the largest eigenvalue', () => {
    const result = describeSpectrum(values, 9, 5, { tolerance: 1e-2, k: 2 });
    expect(result).toMatchObject({ n: 9, d: 5, tolerance: 1e-2, rank: 3, kappa: Infinity });
    expect([result.kappaD, result.kappaK]).toEqual([4, { k: 2, value: 2 }]);
    const full = describeSpectrum(values.subarray(0, 3), 9, 3);
    expect([full.kappa, full.kappaD, full.tolerance]).toEqual([4, 4, 9 * Number.EPSILON]);
  });

  it('have no k-th condition number beyond the rank', () => {
    const at = (k?: number): unknown => describeSpectrum(values, 9, 5, { k }).kappaK;
    expect([at(4), at(5), at()]).toEqual([
      { k: 4, value: 8000 },
      { k: 5, value: Infinity },
      { k: 100, value: Infinity },
    ]);
  });

  it('take shares of the trace', () => {
    const equal = describeSpectrum(new Float64Array(7).fill(3), 7, 7);
    expectClose([equal.topShare, equal.effectiveRank], [1 / 7, 7], TOLERANCE.rounding);
    const single = describeSpectrum(Float64Array.of(5, 0, -1e-18), 3, 3);
    expect([single.topShare, single.effectiveRank, single.rank]).toEqual([1, 1, 1]);
    const halves = describeSpectrum(Float64Array.of(2, 1, 1), 3, 3);
    expectClose(halves.effectiveRank, 2 ** 1.5, TOLERANCE.rounding);
  });

  it('predict widths that no number can hold', () => {
    const plain = describeSpectrum(Float64Array.of(1, 1e-60), 60_000, 2, { tolerance: 0 });
    const { log10KappaCubed, log10Width } = predictedWidths(plain, 0.01);
    expectClose(log10KappaCubed, 180, TOLERANCE.rounding);
    expectClose(log10Width.v1, 364, TOLERANCE.rounding);
    expectClose(log10Width.v2, 360 + Math.log10(60_000 * Math.log(60_000)), TOLERANCE.rounding);
  });
});

it('the rank depends on the tolerance that was given', async () => {
  const X = Matrix.from([
    [1, 0],
    [0, 1e-3],
  ]);
  expect((await spectrum(X)).rank).toBe(2);
  const coarse = await spectrum(X, { tolerance: 1e-5 });
  expect([coarse.rank, coarse.tolerance, coarse.kappa, coarse.kappaD]).toEqual([
    1,
    1e-5,
    Infinity,
    1,
  ]);
});

describe('refused', () => {
  const X = unitRowMatrix(4, 3, 4);

  it('a matrix of zeros', async () => {
    await expect(spectrum(Matrix.zeros(3, 2))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected a nonzero matrix for X but every eigenvalue of its Gram matrix is 0',
    });
  });

  it.each([-1e-9, 1, NaN])('tolerance %d', async (tolerance) => {
    await expect(spectrum(X, { tolerance })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });

  it.each([0, -1, 1.5, NaN])('k %d', async (k) => {
    await expect(spectrum(X, { k })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected positive integer for k but received ${k} of type number`,
    });
  });

  it.each([0, -1, NaN])('eps %d', async (eps) => {
    const plain = await spectrum(X);
    expect(() => predictedWidths(plain, eps)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});
