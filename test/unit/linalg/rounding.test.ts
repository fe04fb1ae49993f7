/** Estimates of the rounding of float32 kernels: above the error that is there, and not by orders of magnitude. */
import { describe, expect, it } from 'vitest';
import {
  KernelRidge,
  Matrix,
  crossGram,
  deepNtk,
  empiricalNtk,
  empiricalNtkLadder,
  gram,
  infiniteNtk,
  kernelSpectrum,
  linearizedAttention,
  outputNtk,
  secondMoment,
  spectrum,
  type Elements,
} from '../../../src/index.js';
import { gaussianMatrix, unitRowMatrix } from './matrices.js';

/** Estimates must not be further above the errors than this. */
const SLACK = 3000;

type Kernel = (X: Matrix<Elements>, Z: Matrix<Elements>) => Promise<Matrix<Elements>>;

const KERNELS: Readonly<Record<string, Kernel>> = {
  gram: async (X) => gram(X),
  crossGram: async (X, Z) => crossGram(Z, X),
  secondMoment: async (X) => secondMoment(X),
  infiniteNtk: async (X) => infiniteNtk(X),
  'infiniteNtk of queries': async (X, Z) => infiniteNtk(X, Z, { trained: 'both' }),
  'deepNtk of 4 layers': async (X) => deepNtk(X, undefined, { depth: 4 }),
  'deepNtk of 10 layers': async (X, Z) => deepNtk(X, Z, { depth: 10 }),
};
const DATA = [
  ['few inputs', unitRowMatrix(200, 5, 1), unitRowMatrix(30, 5, 2)],
  ['many inputs', unitRowMatrix(200, 784, 1), unitRowMatrix(30, 784, 2)],
  ['rows of any norm', gaussianMatrix(150, 100, 1), gaussianMatrix(30, 100, 2)],
] as const;

function largestDifference(A: Matrix<Elements>, B: Matrix<Elements>): number {
  const errors = Array.from(A.data, (a, i) => Math.abs(a - (B.data[i] ?? NaN)));
  return errors.reduce((most, error) => Math.max(most, error), 0);
}

describe.each(DATA)('with %s', (_, points, queries) => {
  const [X, Z] = [points.toFloat32(), queries.toFloat32()];
  const [x, z] = [X.toFloat64(), Z.toFloat64()];
  const longest = Math.max(
    ...[points, queries].flatMap((A) => A.toArray()).map((row) => Math.hypot(...row)),
  );

  it.each(Object.entries(KERNELS))(
    '%s in float32 is off by at most its estimate',
    async (_, kernel) => {
      const [single, double] = [await kernel(X, Z), await kernel(x, z)];
      const error = largestDifference(single, double);
      expect(double.errorEstimate).toBeUndefined();
      expect(single.errorEstimate).toBeGreaterThan(error);
      expect(single.errorEstimate).toBeLessThan(SLACK * error);
    },
  );

  it('kernels that count gates are off by at most their estimates', async () => {
    const W = gaussianMatrix(500, X.cols, 3).toFloat32();
    const signs = Matrix.of(gaussianMatrix(500, 2, 4).data.map(Math.sign), 500, 2).toFloat32();
    const w = W.toFloat64();
    const ladder = { widths: [64, 500] };
    const cases = [
      [500, await empiricalNtk(X, Z, { weights: W }), await empiricalNtk(x, z, { weights: w })],
      [
        64,
        (await empiricalNtkLadder(X, undefined, { weights: W, ...ladder }))[0],
        (await empiricalNtkLadder(x, undefined, { weights: w, ...ladder }))[0],
      ],
      [
        500,
        await outputNtk(Z, undefined, { weights: W, signs }),
        await outputNtk(z, undefined, { weights: w, signs: signs.toFloat64() }),
      ],
    ] as const;
    for (const [units, single, double] of cases) {
      const error = largestDifference(single as Matrix<Elements>, double as Matrix<Elements>);
      expect(single?.errorEstimate).toBeGreaterThan(error);
      // One gate on the wrong side, with little beside it.
      expect(single?.errorEstimate).toBeLessThan((1.1 * longest ** 2) / units);
    }
  });
});

describe('an estimate', () => {
  const X = unitRowMatrix(60, 9, 5).toFloat32();

  it('stays with the kernel in other precisions and selections', async () => {
    const K = await gram(X);
    expect(K.toFloat64().errorEstimate).toBe(K.errorEstimate);
    expect(K.selectRows([3, 1]).errorEstimate).toBe(K.errorEstimate);
    const twice = await gram(K.toFloat64());
    expect(twice.errorEstimate).toBeGreaterThan(K.errorEstimate ?? Infinity);
  });

  it.each([1, 63, 64, 65, 200])('of %d rows has the largest norm of 64 of them', async (n) => {
    const rows = gaussianMatrix(n, 37, 6).toFloat32();
    const sampled = Math.min(n, 64);
    const norms = Array.from({ length: sampled }, (_, k) =>
      Math.hypot(...rows.row(Math.floor((k * n) / sampled))),
    );
    const { errorEstimate } = await gram(rows);
    const expected = 2 ** -24 * (Math.sqrt(37) + 8) * Math.max(...norms) ** 2;
    expect(Math.abs((errorEstimate ?? NaN) / expected - 1)).toBeLessThan(1e-12);
  });

  it('is absent where none is known', async () => {
    expect(X.errorEstimate).toBeUndefined();
    expect((await linearizedAttention(X)).errorEstimate).toBeUndefined();
  });

  it('keeps noise of float32 from counting as rank', async () => {
    const K = (await gram(X)).toFloat64();
    const known = await kernelSpectrum(K);
    expect(known.rank).toBe(9);
    expect(known.tolerance).toBeGreaterThan(1e-8);
    expect(known.kappa).toBe(Infinity);
    // The same elements without what is known of them are no kernel: noise makes eigenvalues below zero.
    const unknown = Matrix.of(K.data, 60, 60);
    await expect(kernelSpectrum(unknown)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    expect((await spectrum(X.toFloat64())).tolerance).toBeLessThan(1e-13);
  });

  it('is the relative error of a regression times its condition', async () => {
    const K = (await infiniteNtk(X)).toFloat64();
    const Y = gaussianMatrix(60, 2, 6);
    const exact = await KernelRidge.fit(await infiniteNtk(X.toFloat64()), Y, { ridge: 1e-3 });
    const { alpha, diagnostics } = await KernelRidge.fit(K, Y, { ridge: 1e-3 });
    const error =
      largestDifference(alpha, exact.alpha) / Math.max(...exact.alpha.data.map(Math.abs));
    expect(diagnostics.relativeError).toBeGreaterThan(error);
    expect(diagnostics.relativeError).toBeGreaterThan(1e4 * exact.diagnostics.relativeError);
    expect(exact.diagnostics.relativeError).toBe(
      exact.diagnostics.conditionEstimate * Number.EPSILON,
    );
  });
});
