import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  empiricalNtk,
  empiricalNtkLadder,
  outputNtk,
} from '../../../src/index.js';
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

describe.each(PRECISIONS)('a ladder in $name', ({ round, tolerance }) => {
  const X = round(unitRowMatrix(200, 6, 9));
  const Z = round(unitRowMatrix(33, 6, 10));
  const weights = round(gaussianMatrix(2400, 6, 11));
  /** Within and at the ends of nibbles, words, panels of 248 units and blocks of 1152. */
  const widths = [1, 3, 63, 64, 65, 247, 249, 1151, 1152, 1153, 2399];
  const nested = (width: number): typeof weights =>
    weights.selectRows(Array.from({ length: width }, (_, r) => r));

  it.each(LAYERS)('with %s trained has the kernels of the nested weights', async (trained) => {
    const symmetric = await empiricalNtkLadder(X, undefined, { weights, trained, widths });
    const rectangular = await empiricalNtkLadder(X, Z, { weights, trained, widths });
    expect(symmetric).toHaveLength(widths.length);
    for (const [k, width] of widths.entries()) {
      const alone = { weights: nested(width), trained };
      const [whole, cross] = [symmetric[k], rectangular[k]];
      if (whole === undefined || cross === undefined) throw new Error(`no kernel ${k}`);
      expectSymmetricBits(whole);
      const rows = [
        rowsOf(await empiricalNtk(X, undefined, alone)),
        rowsOf(await empiricalNtk(X, Z, alone)),
      ];
      expectMatrixClose(whole, rows[0] ?? [], tolerance);
      expectMatrixClose(cross, rows[1] ?? [], tolerance);
      if (trained === 'first') expect(rowsOf(whole)).toEqual(rows[0]);
    }
  });

  it('of few units is that of explicit Jacobians', async () => {
    const few = X.selectRows([0, 1, 2, 3, 4]);
    for (const trained of LAYERS) {
      const kernels = await empiricalNtkLadder(few, undefined, {
        weights,
        trained,
        widths: [5, 70],
      });
      for (const [k, width] of [5, 70].entries()) {
        const options = { weights: rowsOf(nested(width)), trained };
        const expected = reference.empiricalNtk(rowsOf(few), rowsOf(few), options);
        expectMatrixClose(kernels[k] ?? few, expected, tolerance);
      }
    }
  });

  it('has the kernel of all units at one width', async () => {
    const [only] = await empiricalNtkLadder(X, Z, { weights, widths: [2400] });
    expect(only?.data).toEqual((await empiricalNtk(X, Z, { weights })).data);
  });
});

describe('drawn weights', () => {
  it.each(['float64', 'float32'] as const)('are those of the network in %s', async (precision) => {
    const [double, queries] = [unitRowMatrix(40, 5, 12), unitRowMatrix(9, 5, 13)];
    const [seed, width, scale] = [21, 1300, 0.5];
    const { weights } = await TwoLayerNetwork.create({
      ...{ inputs: 5, outputs: 1, width, seed, scale, precision },
    });
    const round = (A: Matrix): Matrix =>
      precision === 'float32' ? (A.toFloat32() as unknown as Matrix) : A;
    const [X, Z] = [round(double), round(queries)];
    for (const trained of LAYERS) {
      const stored = { weights: weights as unknown as Matrix, trained };
      const drawn = { weights: { seed, width, scale }, trained };
      expect((await empiricalNtk(X, Z, drawn)).data).toEqual(
        (await empiricalNtk(X, Z, stored)).data,
      );
    }
  });

  it('need memory for a block of them alone', async () => {
    const X = unitRowMatrix(4, 1000, 14);
    // Stored they would be 1.6 GB.
    const weights = { seed: 1, width: 200_000 };
    const K = await empiricalNtk(X, undefined, { weights, memoryBudget: 50e6 });
    expect(K.at(0, 0)).toBeGreaterThan(0.45);
  });
});

it('counts more units than 16 bits hold', async () => {
  const X = Matrix.from([
    [1, 2],
    [3, 0.5],
  ]);
  const open = Matrix.of(new Float64Array(2 * 140_001).fill(0.25), 140_001, 2);
  const widths = [65_535, 65_536, 140_001];
  for (const K of await empiricalNtkLadder(X, undefined, { weights: open, widths })) {
    expectClose(
      K,
      [
        [5, 4],
        [4, 9.25],
      ],
      TOLERANCE.rounding,
    );
  }
});

const signsOf = ({ data, rows, cols }: Matrix): Matrix =>
  Matrix.of(
    data.map((value) => (value < 0 ? -1 : 1)),
    rows,
    cols,
  );

describe.each(PRECISIONS)('the kernel of the outputs in $name', ({ round, tolerance }) => {
  const weights = round(gaussianMatrix(131, 4, 15));
  const signs = round(signsOf(gaussianMatrix(131, 3, 19)));
  const X = round(unitRowMatrix(21, 4, 16));
  const Z = round(unitRowMatrix(10, 4, 17));
  const network = { weights: rowsOf(weights), signs: rowsOf(signs) };

  it('is that of explicit Jacobians', async () => {
    const K = await outputNtk(X, undefined, { weights, signs });
    expectSymmetricBits(K);
    expectMatrixClose(K, reference.outputNtk(rowsOf(X), rowsOf(X), network), tolerance);
    const cross = await outputNtk(X, Z, { weights, signs });
    expectMatrixClose(cross, reference.outputNtk(rowsOf(X), rowsOf(Z), network), tolerance);
  });

  it('of one output and on the diagonal is the scalar kernel', async () => {
    const points = round(unitRowMatrix(250, 4, 18));
    const K = await outputNtk(points, undefined, { weights, signs });
    const scalar = await empiricalNtk(points, undefined, { weights });
    expectSymmetricBits(K);
    for (let i = 0; i < 250; i++) {
      for (let j = 0; j < 250; j++) {
        const mean =
          (K.at(3 * i, 3 * j) + K.at(3 * i + 1, 3 * j + 1) + K.at(3 * i + 2, 3 * j + 2)) / 3;
        expect(Math.abs(mean - scalar.at(i, j))).toBeLessThan(tolerance);
      }
    }
  });
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

  it.each([
    [[3, 3], '3 at index 1'],
    [[0], '0 at index 0'],
    [[2, 6], '6 at index 1'],
  ])('widths %j', async (widths, part) => {
    const weights = gaussianMatrix(5, 3, 8);
    await expect(empiricalNtkLadder(X, undefined, { weights, widths })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected integers from 1 to 5, each larger than the one before, for widths but received ${part}`,
    });
  });

  it('signs that are none', async () => {
    const weights = gaussianMatrix(2, 3, 8);
    const signs = Matrix.from([[1], [0.5]]);
    await expect(outputNtk(X, undefined, { weights, signs })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected +1 or -1 for signs but received 0.5 at row 1, column 0',
    });
  });

  it('weights of another precision', async () => {
    const weights = gaussianMatrix(5, 3, 8).toFloat32() as unknown as Matrix;
    await expect(empiricalNtk(X, undefined, { weights })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
});
