import { describe, expect, it } from 'vitest';
import {
  Matrix,
  audit,
  drawIndices,
  loadMnist,
  permutation,
  sampleImages,
  uniform,
  type Audit,
} from '../../../src/index.js';
import { drawFolds } from '../../../src/audit/cross-influence.js';
import { detection } from '../../../src/audit/detection.js';
import { standardizeColumns } from '../../../src/audit/points.js';
import { columnDeviations } from '../../../src/linalg/columns.js';
import { STREAMS } from '../../../src/random.js';
import { failure } from '../data/fixtures.js';
import { clusters, influenceByRefits, kernelRows, suspicionByRefits } from './twin.js';

const RIDGE = 0.01;
const SMALL = { ridge: RIDGE, width: 16, seed: 3 };

describe('detection', () => {
  it('is the share of pairs in the right order, ties counted half', () => {
    const known = new Set([0, 3]);
    // Pairs of a known and another point: (5, 1) right, (5, 5) tied, (2, 1) right, (2, 5) wrong.
    expect(detection([5, 1, 5, 2], known)).toEqual({ areaUnderCurve: 2.5 / 4, precision: 0.5 });
    expect(detection([9, 1, 2, 8], known)).toEqual({ areaUnderCurve: 1, precision: 1 });
    expect(detection([1, 8, 9, 2], known)).toEqual({ areaUnderCurve: 0, precision: 0 });
  });
});

describe('audit', () => {
  const { X, labels } = clusters(24, 5, 3);
  const wrong = labels.with(4, 2).with(11, 0);

  it('has the suspicion and the influence of explicit refits', async () => {
    const { points, setting } = await audit(X, wrong, SMALL);
    const { K, Y } = await kernelRows(X, wrong, 3);
    const suspicion = suspicionByRefits(K, Y, wrong, RIDGE);
    const folds = drawFolds(24, SMALL.seed, STREAMS.auditFolds);
    const influence = influenceByRefits(K, Y, folds, RIDGE);
    expect(setting).toMatchObject({ n: 24, total: 24, d: 5, classes: ['0', '1', '2'] });
    points.forEach((point, i) => {
      expect(point.index).toBe(i);
      expect(point.suspicion).toBeCloseTo(suspicion[i] ?? NaN, 10);
      expect(point.influence).toBeCloseTo(influence[i] ?? NaN, 10);
      expect(point.predicted === point.label).toBe(point.suspicion < 0);
    });
    const order = [...points].sort((a, b) => b.suspicion - a.suspicion);
    expect(new Set(order.slice(0, 2).map(({ index }) => index))).toEqual(new Set([4, 11]));
  });

  it('gives the same numbers from run to run, and others from another seed', async () => {
    const first = await audit(X, wrong, SMALL);
    expect(await audit(X, wrong, SMALL)).toEqual(first);
    const other = await audit(X, wrong, { ...SMALL, seed: 4 });
    expect(other.points.map(({ suspicion }) => suspicion)).toEqual(
      first.points.map(({ suspicion }) => suspicion),
    );
    expect(other.points.map(({ influence }) => influence)).not.toEqual(
      first.points.map(({ influence }) => influence),
    );
  });

  it('finds what it planted in separable data, and nothing in labels without meaning', async () => {
    const clear = clusters(90, 6, 3, 0.2);
    const { recovery, fit, labels: found } = await audit(clear.X, clear.labels, SMALL);
    expect(recovery).toMatchObject({ planted: 9, suspicion: { areaUnderCurve: 1, precision: 1 } });
    expect(fit).toMatchObject({ accuracy: 1, majority: 1 / 3 });
    expect(found).toEqual({ disagreeing: 0, confident: 0 });
    const random = Array.from(uniform(1, 9003, 90), (value) => Math.floor(3 * value));
    const lost = await audit(clear.X, random, SMALL);
    expect(lost.recovery.suspicion.areaUnderCurve).toBeLessThan(0.75);
    expect(lost.fit.accuracy).toBeLessThan(0.6);
  });

  it('leaves zero rows out, counts duplicates and keeps the rows of the data', async () => {
    const data = X.data.slice();
    data.fill(0, 0, 5);
    data.copyWithin(10, 15, 20);
    const found = await audit(Matrix.of(data, 24, 5), wrong, { ...SMALL, n: 12 });
    expect(found.rows.zero).toEqual([0]);
    expect(found.setting).toMatchObject({ n: 12, total: 24 });
    const rows = found.points.map(({ index }) => index);
    expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
    expect(rows).not.toContain(0);
    found.points.forEach(({ index, label }) => {
      expect(label).toBe(wrong[index]);
    });
    const whole = await audit(Matrix.of(data, 24, 5), wrong, SMALL);
    expect(whole.rows).toMatchObject({ duplicates: 1, conflicts: 1 });
  });

  it('moves influence by noise and attack no more than their size allows', async () => {
    const { malleability } = await audit(X, wrong, SMALL);
    expect(malleability.interventions.map(({ intervention }) => intervention)).toEqual([
      'folds',
      'noise',
      'attack',
    ]);
    for (const { top, flipRate, spearman } of malleability.interventions) {
      expect(top).toBe(3);
      expect(flipRate).toBeGreaterThanOrEqual(0);
      expect(spearman ?? NaN).toBeLessThan(1);
    }
    expect(malleability.networkAccuracy).toBeGreaterThan(0.6);
  });

  it.each([{ kernel: 'empirical' as const }, { attention: true }, { standardize: true }])(
    'takes %j',
    async (options) => {
      const plain = await audit(X, wrong, SMALL);
      const found = await audit(X, wrong, { ...SMALL, ...options });
      expect(found.setting).toMatchObject(options);
      expect(found.points).not.toEqual(plain.points);
    },
  );

  it('is stopped by a signal and tells its progress', async () => {
    const controller = new AbortController();
    const shares: number[] = [];
    await audit(X, wrong, { ...SMALL, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const stopped = audit(X, wrong, {
      ...SMALL,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow(failure('ERR_ABORTED', /./));
  });

  it('refuses labels of one class, and too few points', async () => {
    const one = labels.map(() => 1);
    await expect(audit(X, one)).rejects.toThrow(
      failure('ERR_INVALID_ARGUMENT', /two classes.* 24 of 1$/),
    );
    const few = X.selectRows([0, 1, 2]);
    await expect(audit(few, [0, 1, 2])).rejects.toThrow(
      failure('ERR_INVALID_ARGUMENT', /10 points.* 3 of 3$/),
    );
  });
});

describe('standardizeColumns', () => {
  it('gives mean 0 and deviation 1, and 0 for a constant', () => {
    const Z = standardizeColumns(
      Matrix.from([
        [1, 7, 0.1],
        [3, 7, 0.1],
      ]),
    );
    expect(Z.toArray()).toEqual([
      [-1, 0, 0],
      [1, 0, 0],
    ]);
    expect(Array.from(columnDeviations(Z))).toEqual([1, 0, 0]);
  });
});

describe('audit of MNIST with a tenth of the labels flipped', () => {
  it('ranks the flipped labels first', async () => {
    const mnist = await loadMnist();
    const n = 500;
    const drawn = drawIndices(mnist.train.count, n, (total) => permutation(0, 9010, total));
    const { pixels, labels } = sampleImages(mnist.train, drawn);
    const flipped = new Set(permutation(0, 9011, n).slice(0, n / 10));
    const steps = uniform(0, 9012, n);
    const noisy = labels.map((label, i) =>
      flipped.has(i) ? (label + 1 + Math.floor(9 * (steps[i] ?? 0))) % 10 : label,
    );
    const { points }: Audit = await audit(pixels, noisy, { n, width: 32 });
    const bySuspicion = detection(
      points.map(({ suspicion }) => suspicion),
      flipped,
    );
    const byConfidence = detection(
      points.map(({ confidence }) => -confidence),
      flipped,
    );
    console.info('suspicion', bySuspicion, 'self-confidence', byConfidence);
    expect(bySuspicion.areaUnderCurve).toBeGreaterThan(0.95);
    expect(bySuspicion.precision).toBeGreaterThan(0.7);
    expect(byConfidence.areaUnderCurve).toBeGreaterThan(0.95);
  });
});
