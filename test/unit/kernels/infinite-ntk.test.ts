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

describe('against values computed to 60 digits', () => {
  /** Sign and exponent of the second vector; kernels of the first layer, of both, of depth 3 and 6. */
  const VALUES = [
    [1, -40, 0.499999999999855, 0.999999999999855, 2.99999999999913, 5.99999999999566],
    [1, -30, 0.499999999851775, 0.999999999851775, 2.99999999911065, 5.99999999555326],
    [1, -20, 0.499999848218018, 0.999999848218018, 2.99999908930826, 5.99999544654363],
    [1, -10, 0.499844575300295, 0.999844575349703, 2.99906761313707, 5.99534047976693],
    [1, -3, 0.480208287919717, 0.980310943725921, 2.88444819061617, 5.45806305574374],
    [1, 0, 0.375, 0.909154943091895, 2.52505999159399, 4.28620465592934],
    [1, 3, 0.269791712080283, 1.81282296889573, 6.56588577691459, 15.3772135271467],
    [-1, 3, -0.230208287919717, 0.812822968895728, 4.64397509990081, 13.691992573789],
    [-1, 0, -0.125, -0.0908450569081047, 0.39119868714781, 2.04721547519928],
    [-1, -3, -0.0197917120802828, -0.0196890562740786, 0.30119809587582, 1.43609487118268],
    [-1, -10, -0.00015542469970501, -0.000155424650296841, 0.318154613364838, 1.43034716454803],
    [-1, -20, -1.51781981555793e-7, -1.51781981555747e-7, 0.318309734401954, 1.43039045422779],
    [-1, -30, -1.48224591363124e-10, -1.48224591363124e-10, 0.318309886035566, 1.43039049716839],
    [-1, -40, -1.44750577503051e-13, -1.44750577503051e-13, 0.318309886183646, 1.43039049721033],
  ] as const;

  describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
    it.each(VALUES)('(1, 0) and (%d, 2^%d)', async (sign, exponent, ...expected) => {
      const [X, Z] = [round(Matrix.from([[1, 0]])), round(Matrix.from([[sign, 2 ** exponent]]))];
      const kernels = [
        await infiniteNtk(X, Z),
        await infiniteNtk(X, Z, { trained: 'both' }),
        await deepNtk(X, Z, { depth: 3 }),
        await deepNtk(X, Z, { depth: 6 }),
      ];
      const ratios = kernels.map((K, k) => K.at(0, 0) / (expected[k] ?? NaN));
      expectClose(ratios, [1, 1, 1, 1], tolerance);
    });
  });
});

describe('of rows that are nearly parallel', () => {
  const SPREADS = [0.3, 1e-2, 1e-4, 1e-7, 1e-10];
  const DEPTH = 4;

  /** Rows at about `spread` from one direction, among them duplicates, an antipode and a zero row. */
  function crowd(n: number, d: number, spread: number, seed: number): Matrix {
    const noise = gaussianMatrix(n, d, seed).toArray();
    const direction = gaussianMatrix(1, d, 99).toArray()[0] ?? [];
    const rows = noise.map((row, i) =>
      row.map((value, k) => (1 + (i % 3)) * ((direction[k] ?? NaN) + spread * value)),
    );
    const first = rows[0] ?? [];
    rows.splice(
      1,
      3,
      [...first],
      first.map((value) => -value),
      new Array<number>(d).fill(0),
    );
    return Matrix.from(rows);
  }

  describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
    it.each(SPREADS)('with spread %d the kernels are those of the loops', async (spread) => {
      const [X, Z] = [round(crowd(130, 70, spread, 20)), round(crowd(21, 70, spread, 21))];
      const [rows, queries] = [rowsOf(X), rowsOf(Z)];
      const size = Math.max(...rows.map((row) => row.reduce((sum, value) => sum + value ** 2, 0)));
      const scaled = (values: readonly (readonly number[])[]): number[][] =>
        values.map((row) => row.map((value) => value / size));
      for (const trained of ['first', 'both'] as const) {
        const K = await infiniteNtk(X, undefined, { trained });
        expectSymmetricBits(K);
        expectClose(scaled(rowsOf(K)), scaled(TWINS[trained](rows)), tolerance);
        const Kt = await infiniteNtk(X, Z, { trained });
        expectClose(scaled(rowsOf(Kt)), scaled(TWINS[trained](rows, queries)), tolerance);
      }
      const deep = await deepNtk(X, undefined, { depth: DEPTH });
      const twin = reference.deepNtk(rows, rows, { depth: DEPTH });
      // arccos in the twin's recursion loses half of the digits of the small angles.
      expectClose(
        scaled(rowsOf(deep)),
        scaled(twin),
        Math.max(tolerance, TOLERANCE.illConditioned),
      );
    });
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
