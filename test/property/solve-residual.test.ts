/** Residuals of kernel ridge regression at every ridge, and what is said of a kernel that has no factor. */
import { afterAll, describe, expect, it } from 'vitest';
import { KernelRidge, gram, infiniteNtk, type Matrix } from '../../src/index.js';
import { reportFigure } from '../support/figures.js';
import { gaussianMatrix, unitRowMatrix } from '../unit/linalg/matrices.js';

const RIDGES = Array.from({ length: 12 }, (_, k) => 10 ** -(k + 1));
const SIZES = [1, 2, 10, 33, 200, 500];
const BOUND = 5;

const KERNELS: Readonly<Record<string, (n: number) => Promise<Matrix>>> = {
  'an arc-cosine kernel': async (n) => infiniteNtk(unitRowMatrix(n, 12, 31)),
  'a Gram matrix of full rank': async (n) => gram(unitRowMatrix(n, n + 5, 32)),
  'points that are there twice': async (n) => {
    const half = unitRowMatrix(Math.ceil(n / 2), 12, 33);
    return infiniteNtk(half.selectRows(Array.from({ length: n }, (_, i) => i % half.rows)));
  },
};

let worst = 0;

afterAll(() => {
  reportFigure('solve-residual', worst, `ridges 1e-1 to 1e-12, sizes ${SIZES.join(', ')}`);
});

/** |A alpha - Y| / ((|A| |alpha| + |Y|) n eps) in Frobenius norms, A = K + ridge I, by plain loops. */
function ratioOf(K: Matrix, Y: Matrix, alpha: Matrix, ridge: number): number {
  const n = K.rows;
  let [residual, norm] = [0, 0];
  for (let i = 0; i < n; i++) {
    const row = Array.from(K.row(i));
    row[i] = (row[i] ?? NaN) + ridge;
    norm += row.reduce((sum, a) => sum + a * a, 0);
    for (let k = 0; k < Y.cols; k++) {
      const product = row.reduce((sum, a, j) => sum + a * alpha.at(j, k), 0);
      residual += (product - Y.at(i, k)) ** 2;
    }
  }
  const size = Math.sqrt(norm) * Math.hypot(...alpha.data) + Math.hypot(...Y.data);
  return Math.sqrt(residual) / (size * n * Number.EPSILON);
}

describe.each(Object.entries(KERNELS))('%s', (_, kernelOf) => {
  it.each(SIZES)('of %d points', async (n) => {
    const K = await kernelOf(n);
    const Y = gaussianMatrix(n, 2, 34);
    for (const ridge of RIDGES) {
      const { alpha } = await KernelRidge.fit(K, Y, { ridge });
      const ratio = ratioOf(K, Y, alpha, ridge);
      worst = Math.max(worst, ratio);
      expect(ratio, `ridge ${ridge}`).toBeLessThan(BOUND);
    }
  });
});

it('a singular kernel without ridge is refused with its pivot', async () => {
  const K = await gram(gaussianMatrix(20, 4, 35));
  await expect(KernelRidge.fit(K, gaussianMatrix(20, 1, 36), { ridge: 0 })).rejects.toMatchObject({
    code: 'ERR_NOT_POSITIVE_DEFINITE',
    message: expect.stringMatching(/pivot/) as unknown,
  });
});
