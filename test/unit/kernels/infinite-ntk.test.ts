import { describe, expect, it } from 'vitest';
import { Matrix, deepNtk, infiniteNtk } from '../../../src/index.js';
import * as reference from '../../reference/kernels.js';
import { multiply } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  PRECISIONS,
  expectMatrixClose,
  expectSymmetricBits,
  gaussianMatrix,
  rowsOf,
  unitRowMatrix,
} from '../linalg/matrices.js';

const SHAPES: readonly [number, number][] = [
  [1, 8],
  [2, 5],
  [63, 6],
  [64, 70],
  [65, 9],
  [255, 8],
  [256, 7],
  [257, 12],
  [300, 10],
];
const QUERIES: readonly [number, number, number][] = [
  [1, 1, 6],
  [1, 257, 6],
  [65, 63, 70],
  [256, 3, 7],
  [257, 255, 9],
];
const TWINS = { first: reference.infiniteNtkFirst, both: reference.infiniteNtkBoth } as const;

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  describe.each(['first', 'both'] as const)('the kernel with %s trained', (trained) => {
    it.each(SHAPES)('of %d points of %d inputs is that of the loops', async (n, d) => {
      const X = round(unitRowMatrix(n, d, 1));
      const K = await infiniteNtk(X, undefined, { trained });
      expectSymmetricBits(K);
      expectMatrixClose(K, TWINS[trained](rowsOf(X)), tolerance);
    });

    it.each(QUERIES)(
      'of %d queries with %d points of %d inputs is that of the loops',
      async (q, n, d) => {
        const [Z, X] = [round(unitRowMatrix(q, d, 2)), round(unitRowMatrix(n, d, 3))];
        const K = await infiniteNtk(X, Z, { trained });
        expectMatrixClose(K, TWINS[trained](rowsOf(X), rowsOf(Z)), tolerance);
      },
    );
  });

  describe.each([2, 3, 4, 5, 6])('the kernel of depth %d', (depth) => {
    it.each([
      [65, 9],
      [257, 12],
    ])('of %d points of %d inputs is that of the loops', async (n, d) => {
      const X = round(unitRowMatrix(n, d, 4));
      const K = await deepNtk(X, undefined, { depth });
      expectSymmetricBits(K);
      expectMatrixClose(K, reference.deepNtk(rowsOf(X), rowsOf(X), { depth }), tolerance);
    });

    it('of queries is that of the loops', async () => {
      const [Z, X] = [round(unitRowMatrix(33, 8, 5)), round(unitRowMatrix(65, 8, 6))];
      const K = await deepNtk(X, Z, { depth });
      expectMatrixClose(K, reference.deepNtk(rowsOf(X), rowsOf(Z), { depth }), tolerance);
    });
  });
});

it('rows of any length count with their length', async () => {
  const X = gaussianMatrix(65, 6, 7);
  expectClose(await infiniteNtk(X), reference.infiniteNtkFirst(rowsOf(X)), TOLERANCE.kernel);
  const both = await infiniteNtk(X, undefined, { trained: 'both' });
  expectClose(both, reference.infiniteNtkBoth(rowsOf(X)), TOLERANCE.kernel);
});

it('depth 2 is twice the kernel with both layers trained', async () => {
  const [X, Z] = [gaussianMatrix(40, 6, 8), gaussianMatrix(30, 6, 9)];
  for (const queries of [undefined, Z]) {
    const deep = await deepNtk(X, queries, { depth: 2 });
    const both = await infiniteNtk(X, queries, { trained: 'both' });
    expectClose(deep, multiply(both.toArray(), diagonal(both.cols, 2)), TOLERANCE.kernel);
  }
});

function diagonal(n: number, value: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? value : 0)),
  );
}

it('the diagonal is exact', async () => {
  const X = Matrix.from([
    [3, 4],
    [1, 1],
    [0, 0],
  ]);
  const diagonalOf = (K: Matrix): number[] => [0, 1, 2].map((i) => K.at(i, i));
  expect(diagonalOf(await infiniteNtk(X))).toEqual([12.5, 1, 0]);
  expect(diagonalOf(await infiniteNtk(X, undefined, { trained: 'both' }))).toEqual([25, 2, 0]);
  expect(diagonalOf(await deepNtk(X, undefined, { depth: 5 }))).toEqual([125, 10, 0]);
});

describe('a zero row', () => {
  const X = Matrix.from([
    [1, 2],
    [0, 0],
  ]);

  it.each([
    ['first', () => infiniteNtk(X, X)],
    ['both', () => infiniteNtk(X, X, { trained: 'both' })],
    ['depth 4', () => deepNtk(X, X, { depth: 4 })],
  ])('has kernel 0 with every point: %s', async (_, kernel) => {
    const K = await kernel();
    expect([K.at(0, 1), K.at(1, 0), K.at(1, 1)]).toEqual([0, 0, 0]);
    expect(K.at(0, 0)).toBeGreaterThan(0);
  });
});

describe('at the angle', () => {
  const ANGLES = [0, 1e-9, 1e-8, 1e-6, 1e-3, 0.1, 1, Math.PI / 2, 2, 3, 3.14, 3.1415926, Math.PI];

  /** A unit vector and one at the angle from it, both turned so that no coordinate is 0. */
  function pairAt(angle: number): Matrix {
    const turned = (by: number): number[] => [Math.cos(by) * 0.6, Math.sin(by), Math.cos(by) * 0.8];
    return Matrix.from([turned(0.7), turned(0.7 + angle)]);
  }

  it.each(ANGLES)('%d the kernels are exact', async (angle) => {
    const X = pairAt(angle);
    const rows = rowsOf(X);
    expectClose(await infiniteNtk(X), reference.infiniteNtkFirst(rows), TOLERANCE.kernel);
    const both = await infiniteNtk(X, undefined, { trained: 'both' });
    expectClose(both, reference.infiniteNtkBoth(rows), TOLERANCE.kernel);
  });
});

it('queries that are training points have their kernel', async () => {
  const X = unitRowMatrix(65, 7, 10);
  expectClose(await infiniteNtk(X, X), await infiniteNtk(X), TOLERANCE.kernel);
});

describe('refused', () => {
  const X = unitRowMatrix(3, 4, 11);

  it.each([1, 0, -2, 2.5, NaN])('depth %d', async (depth) => {
    await expect(deepNtk(X, undefined, { depth })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });

  it('other layers', async () => {
    const trained = 'second' as unknown as 'first';
    await expect(infiniteNtk(X, undefined, { trained })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected 'first' or 'both' for trained but received "second" of type string`,
    });
  });

  it('queries of another length', async () => {
    await expect(infiniteNtk(X, unitRowMatrix(3, 5, 11))).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
    });
  });
});
