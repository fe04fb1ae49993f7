/** Condition numbers, the cube and stacks of layers against Jacobi's eigenvalues of plain loops. */
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticDataset } from '../../../../src/data/synthetic.js';
import { unitRows } from '../../../../src/data/dataset.js';
import type {
  ConditionNumber,
  ConditionRecord,
} from '../../../../src/experiments/studies/spectrum-study-results.js';
import {
  conditionCost,
  conditionNumbers,
  cubeCost,
  cubeOfCondition,
  layeredCondition,
  layersCost,
} from '../../../../src/experiments/studies/spectrum-study.js';
import { gram, linearizedAttention, stackedAttention } from '../../../reference/attention.js';
import { jacobiEigenvalues } from '../../../reference/eigen.js';
import { dot, item, norm, type Rows } from '../../../reference/rows.js';
import { conditionAt } from '../../../reference/spectrum.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';

/** Eigenvalues 10^-j of X^T X, as they are: the rows are not normalised. */
const DECADES = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
const { inputs: decades } = syntheticDataset({
  ...{ n: 30, d: 12, classes: 2, seed: 3 },
  spectrum: DECADES,
});
const { matrix: X } = unitRows(
  syntheticDataset({
    ...{ n: 14, d: 6, classes: 2, seed: 4 },
    spectrum: { decay: 'power', rate: 1 },
  }).inputs,
);
const rows: Rows = X.toArray();

describe('conditionNumbers', () => {
  let record: ConditionRecord;
  beforeAll(async () => {
    record = await conditionNumbers(
      { seed: 7, draw: 2, X: decades },
      { tolerances: [3e-3, 1e-8], indices: [2, 12] },
      {},
    );
  });
  const number = (definition: string, parameter?: number): ConditionNumber | undefined =>
    record.numbers.find(
      (each) =>
        each.definition === definition && (parameter === undefined || each.parameter === parameter),
    );

  it('of a matrix of rank 6 in 12 dimensions is infinite by the textbook', () => {
    expect(record).toMatchObject({ kind: 'condition', seed: 7, n: 30, d: 12 });
    expect(number('kappa')).toEqual({
      definition: 'kappa',
      ...{ parameter: null, position: null, log10: null, log10Width: null },
    });
  });

  it('ends at the numerical rank, at the tolerance or at k', () => {
    const rounding = number('kappa-d-rounding');
    expect(rounding?.position).toBe(6);
    expect(rounding?.parameter).toBe(30 * Number.EPSILON);
    expectClose(rounding?.log10, 5, TOLERANCE.golden);
    expect(number('kappa-d', 3e-3)?.position).toBe(3);
    expectClose(number('kappa-d', 3e-3)?.log10, 2, TOLERANCE.golden);
    expectClose(number('kappa-d', 1e-8)?.log10, 5, TOLERANCE.golden);
    expectClose(number('kappa-k', 2)?.log10, 1, TOLERANCE.golden);
    expect(number('kappa-k', 12)?.log10).toBeNull();
  });

  it('predicts kappa^6 and kappa^6 n ln n', () => {
    expectClose(number('kappa-k', 2)?.log10Width?.v1, 6, TOLERANCE.golden);
    expectClose(
      number('kappa-k', 2)?.log10Width?.v2,
      6 + Math.log10(30 * Math.log(30)),
      TOLERANCE.golden,
    );
  });

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

function meanCosine(of: Rows): number {
  const pairs = of.flatMap((x, i) => of.filter((_, j) => j !== i).map((z) => dot(x, z)));
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
}

it('cubeOfCondition measures the three matrices on one rank', async () => {
  const record = await cubeOfCondition({ seed: 2, X }, {});
  const attended = linearizedAttention(rows, { normalize: false });
  const normalized = linearizedAttention(rows);
  const values = [rows, attended, normalized].map((each) => jacobiEigenvalues(gram(each)));
  const [plainValues = [], attendedValues = [], normalizedValues = []] = values;
  const rank = Math.min(
    ...values.map((each) => each.filter((value) => value > 1e-9 * item(each, 0)).length),
  );
  expect(record.cut).toEqual({ tolerance: 1e-9, rank });
  expect(rank).toBe(6);
  const log10 = (each: number[]): number => Math.log10(conditionAt(each, rank));
  expectClose(record.log10Kappa.plain, log10(plainValues), TOLERANCE.golden);
  expectClose(record.log10Kappa.attended, log10(attendedValues), TOLERANCE.illConditioned);
  expectClose(record.log10Kappa.attended, 3 * log10(plainValues), TOLERANCE.illConditioned);
  expectClose(record.log10Kappa.normalized, log10(normalizedValues), TOLERANCE.illConditioned);
  expectClose(record.eigenvalues.plain, plainValues.slice(0, 6), TOLERANCE.golden);
  expectClose(record.eigenvalues.attended, attendedValues.slice(0, 6), TOLERANCE.golden);
  expectClose(record.eigenvalues.normalized, normalizedValues.slice(0, 6), TOLERANCE.golden);
  const norms = attended.map(norm);
  expectClose(
    record.log10Bound,
    2 * Math.log10(Math.max(...norms) / Math.min(...norms)),
    TOLERANCE.golden,
  );
  const shift = record.log10Kappa.normalized - record.log10Kappa.attended;
  expect(Math.abs(shift)).toBeGreaterThan(1e-3);
  expect(Math.abs(shift)).toBeLessThanOrEqual(record.log10Bound);
  expectClose(record.plain.meanCosine, meanCosine(rows), TOLERANCE.golden);
  expectClose(record.normalized.meanCosine, meanCosine(normalized), TOLERANCE.golden);
  expectClose(record.normalized.topShare, item(normalizedValues, 0) / 14, TOLERANCE.golden);
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});

describe.each([
  { stack: 'context', layers: 2, exponent: 5 },
  { stack: 'self', layers: 2, exponent: 9 },
] as const)('layeredCondition of $layers layers, $stack', ({ stack, layers, exponent }) => {
  it('compares the unit rows of the stack with the power of the condition number', async () => {
    const record = await layeredCondition({ seed: 1, X }, { stack, layers, indices: [3, 99] }, {});
    const stacked = stackedAttention(rows, { layers, stack });
    const plain = jacobiEigenvalues(gram(rows));
    const measured = jacobiEigenvalues(gram(stacked));
    const rank = measured.filter((value) => value > 1e-9 * item(measured, 0)).length;
    expect(record).toMatchObject({ kind: 'layers', seed: 1, n: 14, d: 6, stack, layers, exponent });
    expect(record.cut.rank).toBe(rank);
    expect(rank).toBeGreaterThan(1);
    expectClose(
      record.log10Predicted,
      exponent * Math.log10(conditionAt(plain, rank)),
      TOLERANCE.golden,
    );
    expectClose(
      record.log10Measured,
      Math.log10(conditionAt(measured, rank)),
      TOLERANCE.illConditioned,
    );
    expectClose(
      record.powers[0]?.log10,
      exponent * Math.log10(conditionAt(plain, 3)),
      TOLERANCE.golden,
    );
    expect(record.powers[1]).toEqual({ k: 99, log10: null });
    expectClose(record.meanCosine, meanCosine(stacked), TOLERANCE.golden);
    expectClose(record.topShare, item(measured, 0) / 14, TOLERANCE.golden);
  });
});

it('steps keep their progress to themselves, which would go back between them', async () => {
  const shares: number[] = [];
  const options = { onProgress: (share: number) => shares.push(share) };
  await cubeOfCondition({ seed: 0, X }, options);
  await layeredCondition({ seed: 0, X }, { stack: 'self', layers: 2, indices: [] }, options);
  expect(shares).toEqual([]);
});

it('costs grow with the points and the layers', () => {
  const [small, large] = [
    { n: 100, d: 50 },
    { n: 200, d: 50 },
  ] as const;
  for (const cost of [conditionCost, cubeCost]) expect(cost(large)).toBeGreaterThan(cost(small));
  expect(layersCost({ layers: 3 }, small)).toBeGreaterThan(layersCost({ layers: 1 }, small));
});
