import { describe, expect, it } from 'vitest';
import { Matrix, empiricalNtk } from '../../../src/index.js';
import * as reference from '../../reference/network.js';
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

const LAYERS = ['first', 'both'] as const;

/**
 * Points, inputs and width: around the 64 gates of a word, the 64 words of a block, the 32 columns of
 * a panel, the 256 units and the 256 rows of a tile.
 */
const SYMMETRIC: readonly [number, number, number][] = [
  [1, 1, 1],
  [2, 3, 63],
  [33, 5, 64],
  [65, 6, 65],
  [20, 7, 300],
  [257, 3, 64],
  [300, 2, 63],
  [33, 2, 4097],
  [7, 3, 4096],
  [32, 2, 2049],
];
const RECTANGULAR: readonly [number, number, number, number][] = [
  [1, 2, 3, 1],
  [63, 64, 4, 65],
  [257, 5, 3, 64],
  [5, 257, 3, 63],
  [17, 12, 20, 300],
  [13, 31, 2, 4095],
];

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  describe.each(LAYERS)('the kernel with %s trained', (trained) => {
    it.each(SYMMETRIC)(
      'of %d points of %d inputs at width %d is that of explicit Jacobians',
      async (n, d, width) => {
        const [X, weights] = [round(unitRowMatrix(n, d, 1)), round(gaussianMatrix(width, d, 2))];
        const K = await empiricalNtk(X, undefined, { weights, trained });
        expectSymmetricBits(K);
        const [rows, units] = [rowsOf(X), rowsOf(weights)];
        const expected = reference.empiricalNtk(rows, rows, { weights: units, trained });
        expectMatrixClose(K, expected, tolerance);
      },
    );

    it.each(RECTANGULAR)(
      'of %d queries with %d points of %d inputs at width %d is that of explicit Jacobians',
      async (q, n, d, width) => {
        const [Z, X] = [round(unitRowMatrix(q, d, 3)), round(unitRowMatrix(n, d, 4))];
        const weights = round(gaussianMatrix(width, d, 5));
        const K = await empiricalNtk(X, Z, { weights, trained });
        const options = { weights: rowsOf(weights), trained };
        expectMatrixClose(K, reference.empiricalNtk(rowsOf(X), rowsOf(Z), options), tolerance);
      },
    );
  });
});

it('a gate at exactly 0 is shut', async () => {
  const X = Matrix.from([
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  const weights = Matrix.from([
    [1, 0],
    [0, -1],
    [1, -1],
    [-1, 2],
  ]);
  // Gates: 1010, 0001, 1001.
  const K = await empiricalNtk(X, undefined, { weights });
  expect(K.toArray()).toEqual([
    [0.5, 0, 0.25],
    [0, 0.25, 0.25],
    [0.25, 0.25, 1],
  ]);
});

it('every gate open is the Gram matrix, every gate shut is zero', async () => {
  const X = Matrix.from([
    [1, 2],
    [3, 0.5],
  ]);
  const open = Matrix.of(new Float64Array(2 * 129).fill(0.25), 129, 2);
  const shut = Matrix.of(
    open.data.map((value) => -value),
    129,
    2,
  );
  expectClose(
    await empiricalNtk(X, undefined, { weights: open }),
    [
      [5, 4],
      [4, 9.25],
    ],
    TOLERANCE.rounding,
  );
  expectClose(
    await empiricalNtk(X, undefined, { weights: shut }),
    [
      [0, 0],
      [0, 0],
    ],
    0,
  );
});

it('the first layer does not depend on the scale of the weights', async () => {
  const [X, weights] = [unitRowMatrix(30, 5, 6), gaussianMatrix(100, 5, 7)];
  const scaled = Matrix.of(
    weights.data.map((value) => value * 2 ** -20),
    100,
    5,
  );
  const [K, same] = [
    await empiricalNtk(X, undefined, { weights }),
    await empiricalNtk(X, undefined, { weights: scaled }),
  ];
  expect(same.data).toEqual(K.data);
});

describe('refused', () => {
  const X = unitRowMatrix(4, 3, 8);

  it('weights of another length', async () => {
    const weights = gaussianMatrix(5, 2, 8);
    await expect(empiricalNtk(X, undefined, { weights })).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
      message: 'Expected 3 columns for weights but received 2',
    });
  });

  it('weights of another precision', async () => {
    const weights = gaussianMatrix(5, 3, 8).toFloat32() as unknown as Matrix;
    await expect(empiricalNtk(X, undefined, { weights })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
});
