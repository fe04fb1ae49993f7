import { describe, expect, it } from 'vitest';
import {
  Matrix,
  frobeniusNorm,
  relativeDifference,
  spectralNorm,
  subtract,
} from '../../../src/index.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix } from './matrices.js';

const A = Matrix.from([
  [3, 0],
  [4, 0],
  [0, 12],
]);

it('the Frobenius norm is the root of the sum of squares', () => {
  expect(frobeniusNorm(A)).toBe(13);
  expect(frobeniusNorm(A.toFloat32())).toBe(13);
});

describe('the spectral norm', () => {
  it('is the largest singular value, of tall and of wide matrices', async () => {
    expectClose(await spectralNorm(A), 12, TOLERANCE.rounding);
    const wide = Matrix.from([
      [3, 4, 0],
      [0, 0, 2],
    ]);
    expectClose(await spectralNorm(wide), 5, TOLERANCE.rounding);
  });

  it('of a product of two vectors is the product of their lengths', async () => {
    const [u, v] = [gaussianMatrix(1, 70, 1), gaussianMatrix(1, 40, 2)];
    const outer = Matrix.from(Array.from(u.data, (x) => Array.from(v.data, (y) => x * y)));
    const expected = frobeniusNorm(u) * frobeniusNorm(v);
    expectClose((await spectralNorm(outer)) / expected, 1, TOLERANCE.kernel);
  });

  it('of zeros is zero', async () => {
    expect(await spectralNorm(Matrix.zeros(3, 5))).toBe(0);
  });
});

describe('differences', () => {
  it('are taken in float64', () => {
    const B = Matrix.from([
      [1, 0],
      [4, 1 / 3],
      [0, 12],
    ]);
    expect(subtract(A, B.toFloat32()).toArray()).toEqual([
      [2, 0],
      [0, -Math.fround(1 / 3)],
      [0, 0],
    ]);
  });

  it('are measured against the second matrix', () => {
    const half = Matrix.of(
      A.data.map((value) => value / 2),
      3,
      2,
    );
    expect(relativeDifference(A, half)).toBe(1);
    expect(relativeDifference(half, A)).toBe(0.5);
  });

  it.each([
    [2, 3],
    [3, 1],
  ])('with a matrix of %d x %d are refused', (rows, cols) => {
    expect(() => subtract(A, Matrix.zeros(rows, cols))).toThrow(
      expect.objectContaining({ code: 'ERR_SHAPE_MISMATCH' }),
    );
  });
});
