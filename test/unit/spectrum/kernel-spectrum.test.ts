/** Spectra of kernels, whole and their largest eigenvalues alone. */
import { describe, expect, it } from 'vitest';
import { Matrix, gram, kernelSpectrum, leadingSpectrum, spectrum } from '../../../src/index.js';
import { symmetricEigen } from '../../reference/eigen.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { rowsOf, unitRowMatrix } from '../linalg/matrices.js';

const X = unitRowMatrix(20, 30, 1);
const K = await gram(X);
const { values } = symmetricEigen(rowsOf(K));

function diagonal(...entries: number[]): Matrix {
  return Matrix.from(entries.map((value, i) => entries.map((_, j) => (i === j ? value : 0))));
}

describe('the spectrum of a kernel', () => {
  it('is that of the points behind it', async () => {
    const [kernel, points] = [await kernelSpectrum(K, { k: 4 }), await spectrum(X, { k: 4 })];
    expectClose(kernel.eigenvalues, points.eigenvalues, TOLERANCE.golden);
    expectClose(kernel.kappa, points.kappa, TOLERANCE.golden);
    expect([kernel.n, kernel.d, kernel.rank]).toEqual([20, 20, 20]);
    expect(kernel.tolerance).toBe(20 * Number.EPSILON);
    expectClose([kernel.trace, points.trace], [20, 20], TOLERANCE.kernel);
  });

  it('has entropy and effective rank of its shares', async () => {
    const { entropy, effectiveRank, trace } = await kernelSpectrum(diagonal(1, 2, 1));
    expectClose(entropy, 1.5 * Math.LN2, TOLERANCE.rounding);
    expectClose(effectiveRank, 2 ** 1.5, TOLERANCE.rounding);
    expect(trace).toBe(4);
  });

  it('is refused for a matrix that is no kernel', async () => {
    await expect(kernelSpectrum(diagonal(2, -1e-3))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message:
        'Expected a positive semidefinite matrix for K but its eigenvalues go from -0.001 to 2',
    });
    await expect(kernelSpectrum(diagonal(2, -1e-3), { tolerance: 1e-2 })).resolves.toMatchObject({
      rank: 1,
      kappa: Infinity,
    });
    await expect(kernelSpectrum(diagonal(2, -1e-12))).resolves.toMatchObject({ rank: 1 });
    await expect(kernelSpectrum(Matrix.zeros(2, 2))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
    await expect(kernelSpectrum(unitRowMatrix(3, 2, 1))).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
    });
  });
});

describe('the largest eigenvalues of a kernel', () => {
  it.each([1, 2, 7, 20])('%d of them are those of Jacobi rotations', async (top) => {
    const leading = await leadingSpectrum(K, { top });
    expectClose(leading.eigenvalues, values.slice(0, top), TOLERANCE.golden);
    const share = values.slice(0, top).reduce((sum, value) => sum + value, 0) / 20;
    expectClose(leading.trace, 20, TOLERANCE.rounding);
    expectClose(leading.topShare, (values[0] ?? NaN) / 20, TOLERANCE.golden);
    expectClose(leading.coveredShare, share, TOLERANCE.golden);
    expect(leading.kappaK.k).toBe(top);
    expectClose(
      leading.kappaK.value,
      (values[0] ?? NaN) / (values[top - 1] ?? NaN),
      TOLERANCE.golden,
    );
  });

  it('say nothing of the rank unless they reach the noise or the end', async () => {
    const kernel = diagonal(4, 2, 1, 1e-30, 0);
    const at = async (top: number): Promise<unknown> => {
      const { rank, kappaD, kappaK } = await leadingSpectrum(kernel, { top });
      return [rank, kappaD, kappaK.value];
    };
    expect(await at(1)).toEqual([undefined, undefined, 1]);
    expect(await at(3)).toEqual([undefined, undefined, 4]);
    expect(await at(4)).toEqual([3, 4, Infinity]);
    expect(await at(5)).toEqual([3, 4, Infinity]);
    const whole = await leadingSpectrum(diagonal(4, 2, 1), { top: 3 });
    expect([whole.rank, whole.kappaD]).toEqual([3, 4]);
    const coarse = await leadingSpectrum(kernel, { top: 3, tolerance: 0.3 });
    expect([coarse.rank, coarse.kappaD, coarse.tolerance]).toEqual([2, 2, 0.3]);
  });

  it('are refused beyond the order, and of matrices without a positive one', async () => {
    await expect(leadingSpectrum(K, { top: 21 })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected integer between 1 and 20 for top but received 21 of type number',
    });
    for (const matrix of [Matrix.zeros(3, 3), diagonal(-1, -2)]) {
      await expect(leadingSpectrum(matrix, { top: 1 })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
    }
  });
});
