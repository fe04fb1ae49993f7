import { describe, expect, it } from 'vitest';
import { KernelRidge, Matrix, infiniteNtk, ridgePath } from '../../../src/index.js';
import { leaveOneOutResiduals, ridgeCoefficients } from '../../reference/influence.js';
import { choleskySolve } from '../../reference/solve.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix, rowsOf, symmetricMatrix, unitRowMatrix } from '../linalg/matrices.js';

const RIDGES = [10, 1e-3, 0.1, 1e-1, 0];

describe.each([2, 7, 30])('the path of %d points', (n) => {
  const kernel = infiniteNtk(unitRowMatrix(n, 6, 1));
  const Y = gaussianMatrix(n, 3, 2);

  it('is that of the loops, ridge by ridge, in the order given', async () => {
    const K = await kernel;
    const path = await ridgePath(K, Y, { ridges: RIDGES });
    expect(path.map(({ ridge }) => ridge)).toEqual(RIDGES);
    for (const point of path) {
      const { ridge } = point;
      const tolerance = Math.max(
        TOLERANCE.golden,
        n * Number.EPSILON * point.conditionNumber * point.conditionNumber,
      );
      expectClose(point.alpha, ridgeCoefficients(rowsOf(K), rowsOf(Y), ridge), tolerance);
      const residuals = leaveOneOutResiduals(rowsOf(K), rowsOf(Y), ridge);
      expectClose(point.leaveOneOut, residuals, tolerance);
      const square = residuals.flat().reduce((sum, value) => sum + value * value, 0) / (3 * n);
      expectClose(point.leaveOneOutError, square, tolerance);
      expect(point.residual).toBeLessThan(5 * n * Number.EPSILON);
      expectClose(point.degreesOfFreedom, trace(K, ridge), tolerance);
    }
  });

  it('is that of separate fits', async () => {
    const K = await kernel;
    const path = await ridgePath(K, Y, { ridges: [1, 1e-2] });
    for (const { ridge, alpha, leaveOneOut, conditionNumber, smallestEigenvalue } of path) {
      const fit = await KernelRidge.fit(K, Y, { ridge });
      expectClose(alpha, fit.alpha.toArray(), TOLERANCE.golden);
      expectClose(leaveOneOut, (await fit.leaveOneOut()).toArray(), TOLERANCE.golden);
      // The 1-norm is within n of the 2-norm, the estimate within a small factor of it.
      const ratio = fit.diagnostics.conditionEstimate / conditionNumber;
      expect(ratio).toBeGreaterThan(0.3);
      expect(ratio).toBeLessThan(n + 1);
      expect(smallestEigenvalue).toBeLessThanOrEqual(fit.diagnostics.smallestPivot * 1.0001);
    }
  });
});

/** tr(K (K + ridge I)^-1) = n - ridge tr((K + ridge I)^-1). */
function trace(K: Matrix, ridge: number): number {
  const n = K.rows;
  const unit = rowsOf(symmetricMatrix(n, (i, j) => (i === j ? 1 : 0)));
  const A = rowsOf(K).map((row, i) => row.map((value, j) => value + (i === j ? ridge : 0)));
  const inverse = choleskySolve(A, unit);
  return n - ridge * inverse.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
}

it('of a diagonal is worked by hand', async () => {
  const K = symmetricMatrix(2, (i, j) => (i === j ? 1 + 2 * i : 0));
  const [point] = await ridgePath(K, Matrix.from([[4], [8]]), { ridges: [1] });
  expectClose(point?.alpha, [[2], [2]], TOLERANCE.rounding);
  expectClose(point?.leaveOneOut, [[4], [8]], TOLERANCE.rounding);
  expectClose(point?.leaveOneOutError, 40, TOLERANCE.rounding);
  expectClose(point?.degreesOfFreedom, 1.25, TOLERANCE.rounding);
  expectClose(point?.smallestEigenvalue, 2, TOLERANCE.rounding);
  expectClose(point?.conditionNumber, 2, TOLERANCE.rounding);
});

describe('refused', () => {
  const K = symmetricMatrix(2, () => 1);
  const Y = Matrix.zeros(2, 1);

  it('a ridge that leaves the kernel singular, by name', async () => {
    await expect(ridgePath(K, Y, { ridges: [1, 0] })).rejects.toMatchObject({
      code: 'ERR_NOT_POSITIVE_DEFINITE',
      message: /smallest eigenvalue is .* with ridge 0; try a larger ridge/,
    });
  });

  it('a negative ridge', async () => {
    await expect(ridgePath(K, Y, { ridges: [1, -0.5] })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected nonnegative number for ridges[1] but received -0.5 of type number',
    });
  });

  it('a kernel that is not symmetric', async () => {
    const skew = Matrix.from([
      [1, 0.5],
      [0.25, 1],
    ]);
    await expect(ridgePath(skew, Y, { ridges: [1] })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('Expected a symmetric matrix for K') as string,
    });
  });
});
