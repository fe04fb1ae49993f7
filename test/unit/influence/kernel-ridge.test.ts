import { describe, expect, it } from 'vitest';
import {
  KernelRidge,
  Matrix,
  NtkitError,
  aggregateInfluence,
  crossGram,
  empiricalNtk,
  gram,
  infiniteNtk,
  linearizedAttention,
} from '../../../src/index.js';
import {
  influenceLoss,
  influenceMargin,
  influencePrediction,
  leaveOneOutByRefits,
  leaveOneOutResiduals,
  ridgeCoefficients,
  ridgePredictions,
} from '../../reference/influence.js';
import { multiply, norm, withoutColumn, withoutRow, type Rows } from '../../reference/rows.js';
import { choleskySolve } from '../../reference/solve.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  expectMatrixClose,
  gaussianMatrix,
  oneHotRows,
  rowsOf,
  symmetricMatrix,
  unitRowMatrix,
} from '../linalg/matrices.js';

const CLASSES = 3;
/** The default of the library. */
const RIDGE = 1e-3;
const TARGETS = [
  ['loss', influenceLoss],
  ['margin', influenceMargin],
  ['prediction', influencePrediction],
] as const;

interface Problem {
  readonly K: Matrix;
  readonly Kt: Matrix;
  readonly Y: Matrix;
  readonly Yt: Matrix;
}

type Kernel = (X: Matrix, Z: Matrix) => Promise<readonly [Matrix, Matrix]>;

const KERNELS: Readonly<Record<string, Kernel>> = {
  infinite: async (X, Z) => [await infiniteNtk(X), await infiniteNtk(X, Z)],
  empirical: async (X, Z) => {
    const weights = gaussianMatrix(40, X.cols, 3);
    return [await empiricalNtk(X, undefined, { weights }), await empiricalNtk(X, Z, { weights })];
  },
  attention: async (X, Z) => {
    const [attended, queries] = [
      await linearizedAttention(X),
      await linearizedAttention(X, { queries: Z }),
    ];
    return [await infiniteNtk(attended), await infiniteNtk(attended, queries)];
  },
  // Of rank 6: alpha is of the size of Y / ridge, and its parts cancel in the predictions.
  'linear attention': async (X, Z) => {
    const raw = { normalize: false } as const;
    const attended = await linearizedAttention(X, raw);
    const queries = await linearizedAttention(X, { queries: Z, ...raw });
    return [await gram(attended), await crossGram(queries, attended)];
  },
};

async function problem(kernel: string, n: number, queries: number): Promise<Problem> {
  const [X, Z] = [unitRowMatrix(n, 6, 1), unitRowMatrix(queries, 6, 2)];
  const [K, Kt] = (await KERNELS[kernel]?.(X, Z)) ?? expect.fail(`no kernel ${kernel}`);
  const [Y, Yt] = [oneHotRows(n, CLASSES), oneHotRows(queries, CLASSES)];
  return { K, Kt, Y: Matrix.from(Y), Yt: Matrix.from(Yt) };
}

/** What n pivots leave of the digits: rounding times the condition number, golden at best. */
function toleranceOf({ alpha, diagnostics }: KernelRidge): number {
  return Math.max(TOLERANCE.golden, alpha.rows * Number.EPSILON * diagnostics.conditionEstimate);
}

function rowsOfAll({ K, Kt, Y, Yt }: Problem): readonly [Rows, Rows, Rows, Rows] {
  return [rowsOf(K), rowsOf(Y), rowsOf(Kt), rowsOf(Yt)];
}

describe.each(Object.keys(KERNELS))('with the %s kernel', (kernel) => {
  describe.each([2, 7, 50])('of %d points', (n) => {
    it('the coefficients, predictions and residuals are those of the loops', async () => {
      const all = await problem(kernel, n, 9);
      const [K, Y, Kt] = rowsOfAll(all);
      const model = await KernelRidge.fit(all.K, all.Y);
      const tolerance = toleranceOf(model);
      expect(model.diagnostics.ridge).toBe(RIDGE);
      expectClose(model.alpha, ridgeCoefficients(K, Y, RIDGE), tolerance);
      const predictions = ridgePredictions(K, Y, Kt, RIDGE);
      expectClose(await model.predict(all.Kt), predictions, tolerance);
      expectClose(await model.leaveOneOut(), leaveOneOutResiduals(K, Y, RIDGE), tolerance);
    });

    it.each(TARGETS)('the influence on the %s is that of refits', async (target, byRefits) => {
      const all = await problem(kernel, n, 9);
      const model = await KernelRidge.fit(all.K, all.Y, { ridge: RIDGE });
      const influence = await model.influence(all.Kt, all.Yt, { target });
      expectClose(influence, byRefits(...rowsOfAll(all), RIDGE), toleranceOf(model));
    });
  });

  it.each([1e-1, 1e-2, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12])(
    'ridge %d is solved to rounding, and left out as refits do',
    async (ridge) => {
      const n = 30;
      const all = await problem(kernel, n, 5);
      const [K, Y, Kt, Yt] = rowsOfAll(all);
      const model = await KernelRidge.fit(all.K, all.Y, { ridge });
      const bound = 5 * n * Number.EPSILON;
      expect(relativeResidual(K, Y, model.alpha, ridge)).toBeLessThan(bound);
      expect(model.diagnostics.residual).toBeLessThan(bound);
      expect(model.diagnostics.residual).toBeGreaterThan(0);
      const tolerance = toleranceOf(model);
      expectClose(await model.predict(all.Kt), ridgePredictions(K, Y, Kt, ridge), tolerance);
      const influence = await model.influence(all.Kt, all.Yt);
      expectClose(influence, influenceLoss(K, Y, Kt, Yt, ridge), tolerance);
    },
  );
});

/** |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F), A = K + ridge I. */
function relativeResidual(K: Rows, Y: Rows, alpha: Matrix, ridge: number): number {
  const A = K.map((row, i) => row.map((value, j) => value + (i === j ? ridge : 0)));
  const fitted = multiply(A, rowsOf(alpha));
  const difference = Y.map((row, i) => row.map((value, k) => value - (fitted[i]?.[k] ?? NaN)));
  const [residual, a, x, y] = [difference, A, rowsOf(alpha), Y].map((rows) => norm(rows.flat()));
  return (residual ?? NaN) / ((a ?? NaN) * (x ?? NaN) + (y ?? NaN));
}

describe.each([47, 48, 49, 97, 193, 300])('%d points, around the edge of a tile', (n) => {
  it('are left out as refits do', async () => {
    const all = await problem('infinite', n, 4);
    const [K, Y, Kt, Yt] = rowsOfAll(all);
    const model = await KernelRidge.fit(all.K, all.Y);
    const predictions = ridgePredictions(K, Y, Kt, RIDGE);
    expectMatrixClose(await model.predict(all.Kt), predictions, TOLERANCE.golden);
    const [influence, residuals] = [
      await model.influence(all.Kt, all.Yt),
      await model.leaveOneOut(),
    ];
    const errors = (f: Rows): number[] => Yt.map((y, t) => halfSquaredDistance(f[t] ?? [], y));
    const before = errors(predictions);
    for (const i of [0, 11, 12, 46, n - 1]) {
      const [own = [], ...refit] = refitWithout(i, K, Y, [K[i] ?? [], ...Kt]);
      const change = errors(refit).map((after, t) => after - (before[t] ?? NaN));
      expectClose(columnOf(influence, i), change, TOLERANCE.golden);
      const residual = own.map((f, k) => (Y[i]?.[k] ?? NaN) - f);
      expectClose(residuals.row(i), residual, TOLERANCE.golden);
    }
  });
});

function refitWithout(i: number, K: Rows, Y: Rows, Kt: Rows): number[][] {
  const kernel = withoutColumn(withoutRow(K, i), i);
  return ridgePredictions(kernel, withoutRow(Y, i), withoutColumn(Kt, i), RIDGE);
}

function halfSquaredDistance(f: readonly number[], y: readonly number[]): number {
  return f.reduce((sum, value, k) => sum + (value - (y[k] ?? NaN)) ** 2 / 2, 0);
}

function columnOf(A: Matrix, j: number): number[] {
  return Array.from({ length: A.rows }, (_, i) => A.at(i, j));
}

it('with one output the margin is y f and the prediction f', async () => {
  const { K, Kt } = await problem('infinite', 20, 6);
  const signsOf = (count: number): Matrix =>
    Matrix.from(Array.from({ length: count }, (_, i) => [i % 3 === 0 ? -1 : 1]));
  const [Y, Yt] = [signsOf(20), signsOf(6)];
  const model = await KernelRidge.fit(K, Y);
  const f = ridgePredictions(rowsOf(K), rowsOf(Y), rowsOf(Kt), RIDGE);
  const refits = leaveOneOutByRefits(rowsOf(K), rowsOf(Y), rowsOf(Kt), RIDGE);
  const change = f.map(([value = NaN], t) => refits.map((rows) => value - (rows[t]?.[0] ?? NaN)));
  const prediction = await model.influence(Kt, Yt, { target: 'prediction' });
  expectClose(prediction, change, TOLERANCE.golden);
  const signed = change.map((row, t) => row.map((value) => value * Yt.at(t, 0)));
  expectClose(await model.influence(Kt, Yt, { target: 'margin' }), signed, TOLERANCE.golden);
});

it('one point is worked by hand', async () => {
  // alpha = 3 / (0.5 + 0.1) = 5; without the point everything is 0.
  const model = await KernelRidge.fit(Matrix.from([[0.5]]), Matrix.from([[3]]), { ridge: 0.1 });
  expectClose(model.alpha, [[5]], TOLERANCE.rounding);
  expectClose(await model.leaveOneOut(), [[3]], TOLERANCE.rounding);
  const Kt = Matrix.from([[0.2], [-1]]);
  expectClose(await model.predict(Kt), [[1], [-5]], TOLERANCE.rounding);
  const influence = await model.influence(Kt, Matrix.from([[2], [1]]));
  expectClose(influence, [[1.5], [-17.5]], TOLERANCE.rounding);
  expectClose(model.diagnostics.smallestPivot, 0.6, TOLERANCE.rounding);
  expectClose(model.diagnostics.conditionEstimate, 1, TOLERANCE.rounding);
});

describe('a factor in float32', () => {
  it.each([1, 2, 50, 97, 150])('of %d points is refined to float64', async (n) => {
    const all = await problem('infinite', n, 9);
    const [K, Y, Kt] = rowsOfAll(all);
    const model = await KernelRidge.fit(all.K, all.Y, { factor: 'float32' });
    expectClose(model.alpha, ridgeCoefficients(K, Y, RIDGE), toleranceOf(model));
    expectClose(await model.predict(all.Kt), ridgePredictions(K, Y, Kt, RIDGE), TOLERANCE.golden);
    const bound = 5 * n * Number.EPSILON;
    expect(relativeResidual(K, Y, model.alpha, RIDGE)).toBeLessThan(bound);
    expect(model.diagnostics.residual).toBeLessThan(bound);
    expect(model.diagnostics.refinements).toBeGreaterThan(0);
    const exact = await KernelRidge.fit(all.K, all.Y);
    expect(exact.diagnostics.refinements).toBe(0);
    const { conditionEstimate, smallestPivot } = exact.diagnostics;
    expect(model.diagnostics.conditionEstimate / conditionEstimate).toBeCloseTo(1, 2);
    expect(model.diagnostics.smallestPivot / smallestPivot).toBeCloseTo(1, 2);
  });

  it('is never a silent loss: float64 accuracy or a typed error, whatever the ridge', async () => {
    const n = 80;
    const all = await problem('linear attention', n, 5);
    const [K, Y] = rowsOfAll(all);
    const refused: string[] = [];
    for (const ridge of [1, 1e-2, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10]) {
      try {
        const model = await KernelRidge.fit(all.K, all.Y, { ridge, factor: 'float32' });
        const residual = relativeResidual(K, Y, model.alpha, ridge);
        expect(residual).toBeLessThan(5 * n * Number.EPSILON);
      } catch (error) {
        expect(error).toBeInstanceOf(NtkitError);
        const { code, message } = error as NtkitError;
        expect(['ERR_NOT_POSITIVE_DEFINITE', 'ERR_NO_CONVERGENCE']).toContain(code);
        expect(message).toContain("try factor 'float64' or a larger ridge");
        refused.push(code);
      }
    }
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(8);
  });

  it('leaves nothing out: that is refused', async () => {
    const { K, Kt, Y, Yt } = await problem('infinite', 20, 3);
    const model = await KernelRidge.fit(K, Y, { factor: 'float32' });
    const refusal = (operation: string): unknown => ({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected a model fitted with factor 'float64' for ${operation} but received one with 'float32'`,
    });
    await expect(model.leaveOneOut()).rejects.toMatchObject(refusal('leaveOneOut') as object);
    await expect(model.influence(Kt, Yt)).rejects.toMatchObject(refusal('influence') as object);
    await expect(model.aggregateInfluence(Kt, Yt)).rejects.toMatchObject(
      refusal('aggregateInfluence') as object,
    );
  });
});

describe('the diagnostics', () => {
  it('estimate the condition number from below, within a small factor', async () => {
    const { K, Y } = await problem('infinite', 30, 1);
    const A = rowsOf(symmetricMatrix(30, (i, j) => K.at(i, j) + (i === j ? 1e-3 : 0)));
    const inverse = choleskySolve(A, rowsOf(symmetricMatrix(30, (i, j) => (i === j ? 1 : 0))));
    const norm1 = (rows: Rows): number =>
      Math.max(...rows.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
    const exact = norm1(A) * norm1(inverse);
    const { conditionEstimate } = (await KernelRidge.fit(K, Y)).diagnostics;
    expect(conditionEstimate).toBeLessThan(exact * (1 + TOLERANCE.golden));
    expect(conditionEstimate).toBeGreaterThan(exact / 3);
  });

  it('name the smallest pivot', async () => {
    const K = Matrix.from([
      [4, 2, 0],
      [2, 2, 0],
      [0, 0, 9],
    ]);
    const { diagnostics } = await KernelRidge.fit(K, Matrix.zeros(3, 1), { ridge: 0 });
    expectClose(diagnostics.smallestPivot, 1, TOLERANCE.rounding);
    expect(diagnostics.residual).toBe(0);
  });
});

describe('a system that is not positive definite', () => {
  const indefinite = (n: number, at: number): Matrix =>
    symmetricMatrix(n, (i, j) => (i !== j ? 0 : i === at ? -2 : 1));

  it.each([
    [3, 1],
    [256, 255],
    [257, 256],
    [300, 270],
  ])('of order %d is refused with the pivot %d and the ridge', async (n, at) => {
    const fit = KernelRidge.fit(indefinite(n, at), Matrix.zeros(n, 1), { ridge: 0.5 });
    await expect(fit).rejects.toMatchObject({
      code: 'ERR_NOT_POSITIVE_DEFINITE',
      message:
        `K + ridge I is not positive definite: pivot ${at + 1} of ${n} is -1.5 with ridge 0.5; ` +
        'try a larger ridge',
    });
  });

  it('is one of duplicate points without a ridge', async () => {
    const K = symmetricMatrix(2, () => 1);
    await expect(KernelRidge.fit(K, Matrix.zeros(2, 1), { ridge: 0 })).rejects.toMatchObject({
      code: 'ERR_NOT_POSITIVE_DEFINITE',
      message: expect.stringContaining('pivot 2 of 2 is 0 with ridge 0;') as string,
    });
  });

  it('is solved once the ridge is large enough', async () => {
    const model = await KernelRidge.fit(indefinite(3, 1), Matrix.from([[1], [1], [1]]), {
      ridge: 3,
    });
    expectClose(model.alpha, [[0.25], [1], [0.25]], TOLERANCE.rounding);
  });
});

it('a model keeps nothing of its arguments', async () => {
  const all = await problem('infinite', 20, 3);
  const model = await KernelRidge.fit(all.K, all.Y);
  const before = await model.influence(all.Kt, all.Yt);
  const K = all.K.data.slice();
  all.K.data.fill(NaN);
  all.Y.data.fill(NaN);
  expect((await model.influence(all.Kt, all.Yt)).data).toEqual(before.data);
  const again = await KernelRidge.fit(Matrix.of(K, 20, 20), Matrix.from(oneHotRows(20, CLASSES)));
  expect(again.alpha.data).toEqual(model.alpha.data);
});

it.each(TARGETS)('aggregate influence on the %s is the mean of the influences', async (target) => {
  const { K, Kt, Y, Yt } = await problem('infinite', 97, 60);
  const model = await KernelRidge.fit(K, Y);
  const scores = await model.aggregateInfluence(Kt, Yt, { target });
  const influence = await model.influence(Kt, Yt, { target });
  expectClose(scores, aggregateInfluence(influence), TOLERANCE.rounding);
  expect(Math.max(...scores.map(Math.abs))).toBeGreaterThan(1e-4);
});

it('more queries than are solved at once are each solved', async () => {
  const queries = 1100;
  const { K, Kt, Y, Yt } = await problem('infinite', 30, queries);
  const model = await KernelRidge.fit(K, Y);
  const influence = await model.influence(Kt, Yt);
  const last = [queries - 1];
  const alone = await model.influence(Kt.selectRows(last), Yt.selectRows(last));
  expectClose(influence.selectRows(last), alone.toArray(), TOLERANCE.rounding);
  const scores = await model.aggregateInfluence(Kt, Yt);
  expectClose(scores, aggregateInfluence(influence), TOLERANCE.rounding);
});

it('aggregate scores are means over the queries', () => {
  const influence = Matrix.from([
    [1, -4, 0],
    [2, 2, 0],
  ]);
  expect(aggregateInfluence(influence)).toEqual(Float64Array.of(1.5, -1, 0));
});

describe('refused', () => {
  const K = symmetricMatrix(3, (i, j) => (i === j ? 1 : 0.5));
  const Y = Matrix.zeros(3, 2);

  it('a kernel that is not symmetric', async () => {
    const skew = Matrix.of(K.data.slice(), 3, 3);
    skew.data[1] = 0.25;
    await expect(KernelRidge.fit(skew, Y)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message:
        'Expected a symmetric matrix for K but received 0.5 at row 1, column 0 and 0.25 across the diagonal',
    });
  });

  it.each([-1e-3, NaN, Infinity, '1'])('ridge %s', async (ridge) => {
    await expect(KernelRidge.fit(K, Y, { ridge: ridge as number })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });

  it('shapes that do not fit', async () => {
    const mismatch = { code: 'ERR_SHAPE_MISMATCH' };
    await expect(KernelRidge.fit(Matrix.zeros(3, 2), Y)).rejects.toMatchObject(mismatch);
    await expect(KernelRidge.fit(K, Matrix.zeros(2, 2))).rejects.toMatchObject(mismatch);
    const model = await KernelRidge.fit(K, Y);
    const [Kt, Yt] = [Matrix.zeros(4, 3), Matrix.zeros(4, 2)];
    await expect(model.predict(Matrix.zeros(4, 2))).rejects.toMatchObject(mismatch);
    await expect(model.influence(Matrix.zeros(4, 2), Yt)).rejects.toMatchObject(mismatch);
    await expect(model.influence(Kt, Matrix.zeros(3, 2))).rejects.toMatchObject(mismatch);
    await expect(model.influence(Kt, Matrix.zeros(4, 1))).rejects.toMatchObject(mismatch);
  });

  it('another target', async () => {
    const model = await KernelRidge.fit(K, Y);
    const target = 'accuracy' as unknown as 'loss';
    await expect(model.influence(K, Y, { target })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected 'loss' or 'margin' or 'prediction' for target but received "accuracy" of type string`,
    });
  });
});
