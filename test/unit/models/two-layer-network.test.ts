import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  deadUnits,
  empiricalNtk,
  gaussian,
  uniform,
  type Elements,
} from '../../../src/index.js';
import { forward, loss as lossOf } from '../../reference/network.js';
import { build, rowOf, type Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  PRECISIONS,
  expectMatrixClose,
  oneHotRows,
  rowsOf,
  unitRowMatrix,
} from '../linalg/matrices.js';

const LOSSES = ['cross-entropy', 'squared'] as const;
/** Streams of the library: weights and signs. */
const [WEIGHTS, SIGNS] = [1, 2];

describe('a network at initialisation', () => {
  it.each([0, 7, Number.MAX_SAFE_INTEGER])('is a function of the seed %d alone', async (seed) => {
    const options = { inputs: 5, outputs: 3, width: 40, seed, scale: 0.25 };
    const { weights, signs } = await TwoLayerNetwork.create(options);
    expect(weights.data).toEqual(gaussian(seed, WEIGHTS, 200).map((value) => value * 0.25));
    expect(signs.data).toEqual(uniform(seed, SIGNS, 120).map((value) => (value < 0.5 ? -1 : 1)));
    expect([weights.rows, weights.cols, signs.rows, signs.cols]).toEqual([40, 5, 40, 3]);
  });

  it('is in float32 the rounding of that in float64', async () => {
    const options = { inputs: 5, outputs: 3, width: 40, seed: 3 };
    const [double, single] = [
      await TwoLayerNetwork.create(options),
      await TwoLayerNetwork.create({ ...options, precision: 'float32' }),
    ];
    expect(single.weights.data).toEqual(Float32Array.from(double.weights.data));
    expect(single.signs.data).toEqual(Float32Array.from(double.signs.data));
  });

  it('has the same first units at every width', async () => {
    const at = (width: number): Promise<TwoLayerNetwork> =>
      TwoLayerNetwork.create({ inputs: 6, outputs: 2, width, seed: 4 });
    const [narrow, wide] = [await at(65), await at(300)];
    expect(narrow.width).toBe(65);
    expect(narrow.weights.data).toEqual(wide.weights.data.subarray(0, 65 * 6));
    expect(narrow.signs.data).toEqual(wide.signs.data.subarray(0, 65 * 2));
  });

  it('has weights of N(0, scale^2), 0.01 by default, and as many signs of either kind', async () => {
    const { weights, signs } = await TwoLayerNetwork.create({
      inputs: 100,
      outputs: 100,
      width: 400,
      seed: 5,
    });
    const n = weights.data.length;
    const moment = (order: number): number =>
      weights.data.reduce((sum, value) => sum + (value / 0.01) ** order, 0) / n;
    // Four standard errors of the moments of N(0, 1).
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    expect(Math.abs(signs.data.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(
      4 * Math.sqrt(n),
    );
    const together = weights.data.reduce(
      (sum, value, i) => sum + value * (signs.data[i] ?? NaN),
      0,
    );
    expect(Math.abs(together / 0.01)).toBeLessThan(4 * Math.sqrt(n));
  });

  it.each([
    ['inputs', 0],
    ['outputs', -3],
    ['width', 2.5],
    ['seed', -1],
    ['scale', 0],
    ['scale', -1],
    ['scale', Infinity],
    ['precision', 'float16'],
  ])('is refused with %s = %s', async (name, value) => {
    const options = { inputs: 2, outputs: 2, width: 2, seed: 1, [name]: value };
    await expect(TwoLayerNetwork.create(options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining(`for ${name} but received`) as string,
    });
  });
});

/** A network of the twins and of the library, with weights of the size of 1. */
async function networkOf(inputs: number, outputs: number, width: number): Promise<TwoLayerNetwork> {
  return TwoLayerNetwork.create({ inputs, outputs, width, seed: 6, scale: 1 });
}

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  it.each([
    [1, 1, 1, 1],
    [127, 5, 3, 127],
    [128, 5, 1, 128],
    [129, 4, 3, 129],
    [300, 3, 2, 65],
    [65, 70, 10, 300],
  ])('outputs of %d points of %d inputs, %d outputs, width %d', async (n, d, c, width) => {
    const { weights, signs } = await networkOf(d, c, width);
    const X = round(unitRowMatrix(n, d, 7));
    const network = new TwoLayerNetwork<Elements>(round(weights), round(signs));
    const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };
    expectMatrixClose(await network.predict(X), forward(twin, rowsOf(X)), tolerance);
  });
});

describe.each(LOSSES)('the input gradient of the %s', (loss) => {
  it.each([
    [1, 1, 1],
    [31, 3, 5],
    [32, 4, 65],
    [33, 5, 300],
    [65, 3, 129],
  ])('of %d points of %d inputs at width %d is that of differences', async (n, d, width) => {
    const { weights, signs } = await networkOf(d, 3, width);
    const [X, Y] = [unitRowMatrix(n, d, 8), Matrix.from(oneHotRows(n, 3))];
    const twin = { weights: rowsOf(weights), signs: rowsOf(signs) };
    const expected = differences(rowsOf(X), (x, i) =>
      lossOf(loss, twin, [x], [rowOf(rowsOf(Y), i)]),
    );
    const network = new TwoLayerNetwork(weights, signs);
    const gradient = await network.inputGradient(X, Y, { loss });
    expectMatrixClose(gradient, expected, TOLERANCE.finiteDifference);
    const single = new TwoLayerNetwork(weights.toFloat32(), signs.toFloat32());
    const coarse = await single.inputGradient(X.toFloat32(), Y.toFloat32(), { loss });
    expectMatrixClose(coarse, expected, TOLERANCE.float32Kernel);
  });
});

/** d value / d x_ij by central differences, for values of one row each. */
function differences(X: Rows, value: (x: readonly number[], i: number) => number): number[][] {
  const step = 1e-5;
  return build(X.length, rowOf(X, 0).length, (i, j) => {
    const shifted = (by: number): number[] =>
      rowOf(X, i).map((entry, k) => (k === j ? entry + by : entry));
    return (value(shifted(step), i) - value(shifted(-step), i)) / (2 * step);
  });
}

it('the kernel is that of the weights', async () => {
  const network = await networkOf(4, 2, 65);
  const [X, Z] = [unitRowMatrix(20, 4, 9), unitRowMatrix(7, 4, 10)];
  const expected = await empiricalNtk(X, Z, { weights: network.weights, trained: 'both' });
  expect((await network.ntk(X, Z, { trained: 'both' })).data).toEqual(expected.data);
});

describe('dead units', () => {
  const network = new TwoLayerNetwork(
    Matrix.from([
      [1, 0],
      [-1, 0],
      [0, -1],
      [-1, -1],
    ]),
    Matrix.from([[1], [1], [-1], [1]]),
  );

  it('are those that no point opens; 0 opens none', async () => {
    const X = Matrix.from([
      [1, 0],
      [0.5, 0],
    ]);
    expect(await deadUnits(network, X)).toBe(0.75);
    expect(await deadUnits(network, Matrix.from([[0.5, -1]]))).toBe(0.25);
    expect(await deadUnits(network, Matrix.zeros(1, 2))).toBe(1);
    expect(
      await deadUnits(
        network,
        Matrix.from([
          [1, -2],
          [-2, 1],
        ]),
      ),
    ).toBe(0);
  });

  it('count in float32, too', async () => {
    const single = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
    expect(await deadUnits(single, Matrix.from([[1, 0]]).toFloat32())).toBe(0.75);
  });
});

it('the cross-entropy takes targets of any sum', async () => {
  const { weights, signs } = await networkOf(4, 3, 20);
  const X = unitRowMatrix(3, 4, 12);
  const Y = Matrix.from([
    [0.8, 0.1, 0.1],
    [2, 0, 1],
    [0, 0, 0],
  ]);
  const twin = { weights: rowsOf(weights), signs: rowsOf(signs) };
  const expected = differences(rowsOf(X), (x, i) =>
    lossOf('cross-entropy', twin, [x], [rowOf(rowsOf(Y), i)]),
  );
  const network = new TwoLayerNetwork(weights, signs);
  const gradient = await network.inputGradient(X, Y, { loss: 'cross-entropy' });
  expectMatrixClose(gradient, expected, TOLERANCE.finiteDifference);
});

describe('refused', () => {
  it('shapes and precisions that do not fit', async () => {
    const network = await networkOf(3, 2, 5);
    const mismatch = { code: 'ERR_SHAPE_MISMATCH' };
    const X = unitRowMatrix(4, 3, 11);
    await expect(network.predict(unitRowMatrix(4, 2, 11))).rejects.toMatchObject(mismatch);
    const loss = { loss: 'squared' } as const;
    await expect(network.inputGradient(X, Matrix.zeros(4, 3), loss)).rejects.toMatchObject(
      mismatch,
    );
    await expect(network.inputGradient(X, Matrix.zeros(3, 2), loss)).rejects.toMatchObject(
      mismatch,
    );
    const single = X.toFloat32() as unknown as Matrix;
    await expect(network.predict(single)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});

it('outputs of zero rows are zero', async () => {
  const network = await networkOf(3, 2, 5);
  expectClose(
    await network.predict(Matrix.zeros(2, 3)),
    [
      [0, 0],
      [0, 0],
    ],
    0,
  );
});
