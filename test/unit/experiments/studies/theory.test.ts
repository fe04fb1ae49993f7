/** Sensitivity, its Lipschitz constants and the approximation error against plain loops and central differences. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  approximation,
  approximationCost,
} from '../../../../src/experiments/studies/approximation.js';
import type { SensitivityRecord } from '../../../../src/experiments/studies/theory-results.js';
import {
  influenceSensitivity,
  influenceSensitivityCost,
  kernelSensitivity,
  kernelSensitivityCost,
} from '../../../../src/experiments/studies/sensitivity.js';
import { drawSample } from '../../../../src/experiments/sample.js';
import { gaussian } from '../../../../src/index.js';
import { context, gram, linearizedAttention } from '../../../reference/attention.js';
import { symmetricEigen } from '../../../reference/eigen.js';
import { ridgeCoefficients } from '../../../reference/influence.js';
import { infiniteNtkFirst } from '../../../reference/kernels.js';
import {
  at,
  build,
  dot,
  item,
  multiply,
  norm,
  rowOf,
  transpose,
  unit,
  type Rows,
} from '../../../reference/rows.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { TINY_CONFIG, TINY_DATASET } from '../tiny.js';

const SEED = 5;
const RIDGE = 1e-3;
const sample = drawSample(TINY_DATASET, TINY_CONFIG, 'multiclass', SEED);
const X: Rows = sample.X.toArray();
const Y: Rows = sample.Y.toArray();
const Z: Rows = sample.Z.toArray();
const Yt: Rows = sample.Yt.toArray();
const C = context(X);
const G = gram(X);

function norm1(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}

describe('kernelSensitivity', () => {
  const eps = 0.3;
  let record: SensitivityRecord;
  beforeAll(async () => {
    record = await kernelSensitivity(sample, { eps, draws: 3 }, {});
  });
  const slopes = multiply(X, multiply(C, C));
  const columns = G.map(norm1);
  const range = (values: readonly number[]) => ({
    smallest: Math.min(...values),
    largest: Math.max(...values),
  });
  const median = (values: readonly number[]): number => {
    const sorted = [...values].sort((a, b) => a - b);
    return (item(sorted, 11) + item(sorted, 12)) / 2;
  };

  it('attains the tight bounds, which random perturbations do not pass', () => {
    expect(record).toMatchObject({ kind: 'sensitivity', seed: SEED, n: 24, d: 36, eps, draws: 3 });
    for (const { attained, random } of [record.linf, record.l2]) {
      expectClose(attained.smallest, 1, TOLERANCE.golden);
      expectClose(attained.largest, 1, TOLERANCE.golden);
      expect(random).toBeGreaterThan(0.01);
      expect(random).toBeLessThan(1);
    }
    expectClose(record.linf.bound, eps * median(slopes.map(norm1)), TOLERANCE.golden);
    expectClose(record.l2.bound, eps * median(slopes.map(norm)), TOLERANCE.golden);
  });

  it('stays below the bound through G g_j and exceeds the reading |g_j|_1', () => {
    const ratios = (of: (j: number) => number): number[] => X.map((_, j) => of(j));
    const through = multiply(G, G).map(norm1);
    const length = (j: number): number => norm(rowOf(slopes, j));
    const size = (j: number): number => norm1(rowOf(slopes, j));
    for (const [actual, expected] of [
      [record.l2.gramBound, range(ratios((j) => length(j) / item(through, j)))],
      [record.l2.columnReading, range(ratios((j) => length(j) / item(columns, j)))],
      [record.linf.columnReading, range(ratios((j) => size(j) / item(columns, j)))],
    ] as const) {
      expectClose(actual.smallest, expected.smallest, TOLERANCE.golden);
      expectClose(actual.largest, expected.largest, TOLERANCE.golden);
    }
    expect(record.l2.gramBound.largest).toBeLessThanOrEqual(1);
    expect(record.linf.columnReading.largest).toBeGreaterThan(1);
    expect(record.linf.columnExceeded).toBe(
      ratios((j) => size(j)).filter((value, j) => value > item(columns, j)).length / 24,
    );
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it('depends on the seed in what is random alone', async () => {
    const other = await kernelSensitivity({ ...sample, seed: 6 }, { eps, draws: 3 }, {});
    expect(other.linf.random).not.toBe(record.linf.random);
    expect(other.linf.attained).toEqual(record.linf.attained);
  });
});

/** max over i != j of |grad_(x_i) k(x_i, j)|_1 by central differences. */
function lipschitz(k: (x: readonly number[], j: number) => number): number {
  let largest = 0;
  X.forEach((x, i) => {
    X.forEach((_, j) => {
      if (j === i) return;
      const slope = x.map((_value, c) => {
        const moved = (by: number): number =>
          k(
            x.map((value, e) => value + (e === c ? by : 0)),
            j,
          );
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      });
      largest = Math.max(largest, norm1(slope));
    });
  });
  return largest;
}

describe('influenceSensitivity', () => {
  it('takes the Lipschitz constants of all pairs', async () => {
    const record = await influenceSensitivity(sample, RIDGE, {});
    const F = multiply(X, C);
    const U = linearizedAttention(X);
    const constants = {
      relu: lipschitz((x, j) => at(infiniteNtkFirst([rowOf(X, j)], [x]), 0, 0)),
      attention: lipschitz((x, j) =>
        at(infiniteNtkFirst([rowOf(U, j)], multiply([x], C).map(unit)), 0, 0),
      ),
      'attended-gram': lipschitz((x, j) => dot(rowOf(multiply([x], C), 0), rowOf(F, j))),
    };
    const diagonals = {
      relu: 0.5,
      attention: 0.5,
      'attended-gram': F.reduce((sum, f) => sum + dot(f, f), 0) / F.length,
    };
    expect(record).toMatchObject({ kind: 'influence-sensitivity', seed: SEED, ridge: RIDGE });
    expect(record.targetNorm2).toBe(24);
    expect(record.kernels.map(({ kernel }) => kernel)).toEqual(Object.keys(constants));
    for (const { kernel, lipschitz: constant, meanDiagonal, log10S } of record.kernels) {
      expectClose(constant, constants[kernel], TOLERANCE.finiteDifference * 36);
      expectClose(meanDiagonal, diagonals[kernel], TOLERANCE.golden);
      expectClose(log10S, Math.log10((constant * 24) / RIDGE ** 2), TOLERANCE.rounding);
    }
  });

  it('stops when the signal fires', async () => {
    const controller = new AbortController();
    const run = influenceSensitivity(sample, RIDGE, { signal: controller.signal });
    setTimeout(() => controller.abort(), 0);
    await expect(run).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});

/** The four kernels of the fits, on the training points and of the test points, with a mean diagonal of 1. */
function kernels(): Record<string, { K: Rows; Kt: Rows }> {
  const F = linearizedAttention(X, { normalize: false });
  const Ft = linearizedAttention(X, { queries: Z, normalize: false });
  const [U, Ut] = [linearizedAttention(X), linearizedAttention(X, { queries: Z })];
  const inner = (A: Rows, B: Rows): Rows => multiply(A, transpose(B));
  const all = {
    gram: { K: inner(X, X), Kt: inner(Z, X) },
    'attended-gram': { K: inner(F, F), Kt: inner(Ft, F) },
    relu: { K: infiniteNtkFirst(X), Kt: infiniteNtkFirst(X, Z) },
    attention: { K: infiniteNtkFirst(U), Kt: infiniteNtkFirst(U, Ut) },
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, { K, Kt }]) => {
      const scale = K.length / K.reduce((sum, row, i) => sum + item(row, i), 0);
      const by = (rows: Rows): Rows => rows.map((row) => row.map((value) => scale * value));
      return [name, { K: by(K), Kt: by(Kt) }];
    }),
  );
}

function squares(rows: Rows): number {
  return norm(rows.flat()) ** 2;
}

describe('approximation', () => {
  const settings = { columns: 3, tolerance: 1e-3, ridge: RIDGE };
  const eigen = symmetricEigen(G);
  const rank = eigen.values.filter((value) => value > 1e-3 * item(eigen.values, 0)).length;
  /** sqrt(n) u_k on the training points, sqrt(n) Z X^T u_k / lambda_k on the test points. */
  const eigenTargets = (indices: readonly number[]): { train: Rows; test: Rows } => {
    const train = build(
      24,
      indices.length,
      (i, c) => Math.sqrt(24) * at(eigen.vectors, i, item(indices, c)),
    );
    const through = multiply(multiply(Z, transpose(X)), train);
    return {
      train,
      test: through.map((row) =>
        row.map((value, c) => value / item(eigen.values, item(indices, c))),
      ),
    };
  };

  it.each([
    ['top', { ...eigenTargets([0, 1, 2]) }, 3],
    ['bottom', { ...eigenTargets([rank - 3, rank - 2, rank - 1]) }, 3],
    ['labels', { train: Y, test: Yt }, 3],
  ] as const)('fits %s as plain loops do', async (target, { train, test }, columns) => {
    const record = await approximation(sample, { ...settings, target }, {});
    expect(record).toMatchObject({ kind: 'approximation', seed: SEED, n: 24, q: 9, columns });
    expect(record.tolerance).toBe(target === 'labels' ? null : 1e-3);
    const YY = multiply(train, transpose(train));
    for (const { kernel, alignment, rkhsNorm2, testError } of record.fits) {
      const { K, Kt } = kernels()[kernel] ?? { K: [], Kt: [] };
      const alpha = ridgeCoefficients(K, train, RIDGE);
      const gap = multiply(Kt, alpha).map((row, t) =>
        row.map((value, c) => value - at(test, t, c)),
      );
      expectClose(
        alignment,
        dot(K.flat(), YY.flat()) / (norm(K.flat()) * norm(YY.flat())),
        TOLERANCE.illConditioned,
      );
      expectClose(
        rkhsNorm2,
        dot(train.flat(), alpha.flat()) / squares(train),
        TOLERANCE.illConditioned,
      );
      expectClose(testError, squares(gap) / squares(test), TOLERANCE.illConditioned);
    }
  });

  it('mixes eigenvectors in proportion to Gaussian weights', async () => {
    const record = await approximation(sample, { ...settings, target: 'random' }, {});
    const weights = [...gaussian(SEED, 1033, 3 * rank)];
    const rkhs = (power: number): number => {
      const trace = eigen.values.reduce((sum, value) => sum + Math.max(0, value) ** power, 0);
      const norms = [0, 1, 2].map((c) => {
        const own = unit(weights.slice(c * rank, (c + 1) * rank));
        return own.reduce(
          (sum, g, k) => sum + g ** 2 / ((24 * item(eigen.values, k) ** power) / trace + RIDGE),
          0,
        );
      });
      return norms.reduce((sum, value) => sum + value, 0) / 3;
    };
    const measured = Object.fromEntries(record.fits.map((fit) => [fit.kernel, fit.rkhsNorm2]));
    expectClose(measured['gram'], rkhs(1), TOLERANCE.illConditioned);
    expectClose(measured['attended-gram'], rkhs(3), TOLERANCE.illConditioned);
  });

  it('takes eigenvectors from the smaller side', async () => {
    const tall = {
      ...sample,
      X: sample.X.selectRows(Array.from({ length: 48 }, (_, i) => i % 24)),
    };
    const record = await approximation(tall, { ...settings, target: 'top' }, {});
    const wide = await approximation(sample, { ...settings, target: 'top' }, {});
    // Every point twice: the same geometry, so the same alignment.
    record.fits.forEach(({ alignment }, i) => {
      expectClose(alignment, wide.fits[i]?.alignment ?? NaN, TOLERANCE.illConditioned);
    });
  });
});

it('costs grow with the points', () => {
  const [small, large] = [
    { n: 100, q: 50, d: 40, classes: 3 },
    { n: 200, q: 50, d: 40, classes: 3 },
  ] as const;
  expect(kernelSensitivityCost({ draws: 4 }, large)).toBeGreaterThan(
    kernelSensitivityCost({ draws: 4 }, small),
  );
  expect(kernelSensitivityCost({ draws: 4 }, small)).toBeGreaterThan(
    kernelSensitivityCost({ draws: 0 }, small),
  );
  for (const cost of [influenceSensitivityCost, approximationCost]) {
    expect(cost(large)).toBeGreaterThan(cost(small));
  }
});
