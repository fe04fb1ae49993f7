import { describe, expect, it } from 'vitest';
import { Matrix, crossGram, gram, secondMoment } from '../../../src/index.js';
import * as reference from '../../reference/attention.js';
import { multiply, transpose } from '../../reference/rows.js';
import {
  PRECISIONS,
  expectMatrixClose,
  expectSymmetricBits,
  rowsOf,
  unitRowMatrix,
} from './matrices.js';

/** Rows and columns around the edges of the tiles, wider than long and longer than wide. */
const SHAPES: readonly [number, number][] = [
  [1, 1],
  [1, 70],
  [2, 3],
  [63, 129],
  [64, 64],
  [65, 1],
  [128, 5],
  [255, 3],
  [256, 2],
  [257, 65],
  [300, 7],
  [3, 257],
  [5, 300],
];

describe.each(PRECISIONS)('in $name', ({ name, round, tolerance }) => {
  it.each(SHAPES)('the Gram matrix of %d x %d is that of the loops', async (n, d) => {
    const X = round(unitRowMatrix(n, d, 1));
    const G = await gram(X);
    expect(G.data.constructor.name).toBe(name === 'float64' ? 'Float64Array' : 'Float32Array');
    expectSymmetricBits(G);
    expectMatrixClose(G, reference.gram(rowsOf(X)), tolerance);
  });

  it.each(SHAPES)('the second moment of %d x %d is that of the loops', async (n, d) => {
    const X = round(unitRowMatrix(n, d, 2));
    const C = await secondMoment(X);
    expectSymmetricBits(C);
    expectMatrixClose(C, reference.context(rowsOf(X)), tolerance);
  });

  it.each([
    [1, 1, 1],
    [1, 300, 5],
    [257, 1, 3],
    [65, 63, 128],
    [256, 255, 2],
    [300, 257, 4],
  ])(
    'the products of %d queries with %d points of %d inputs are those of the loops',
    async (q, n, d) => {
      const [Z, X] = [round(unitRowMatrix(q, d, 3)), round(unitRowMatrix(n, d, 4))];
      const expected = multiply(rowsOf(Z), transpose(rowsOf(X)));
      expectMatrixClose(await crossGram(Z, X), expected, tolerance);
    },
  );
});

it('products of a matrix with itself fill both triangles', async () => {
  const X = unitRowMatrix(257, 3, 5);
  expectMatrixClose(
    await crossGram(X, X),
    reference.gram(rowsOf(X)),
    PRECISIONS[0]?.tolerance ?? NaN,
  );
});

it('zero rows have zero products', async () => {
  const X = Matrix.from([
    [0, 0],
    [3, 4],
    [0, 0],
  ]);
  expect((await gram(X)).toArray()).toEqual([
    [0, 0, 0],
    [0, 25, 0],
    [0, 0, 0],
  ]);
});

describe('refused', () => {
  const X = unitRowMatrix(4, 3, 6);

  it('queries of another length', async () => {
    await expect(crossGram(unitRowMatrix(2, 5, 6), X)).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
      message: 'Expected 3 columns for Z but received 5',
    });
  });

  it('queries of another precision', async () => {
    const mixed = crossGram(X.toFloat32() as unknown as Matrix, X);
    await expect(mixed).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });

  it.each([NaN, Infinity, -Infinity])('%d among the elements', async (value) => {
    const data = Float64Array.of(1, 2, 3, 4, value, 6);
    await expect(gram(Matrix.of(data, 3, 2))).rejects.toMatchObject({
      code: 'ERR_NOT_FINITE',
      message: expect.stringContaining('at row 2, column 0') as string,
    });
  });
});
