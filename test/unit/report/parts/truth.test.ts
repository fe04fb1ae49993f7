import { describe, expect, it, vi } from 'vitest';
import type {
  RemovalRecord,
  ReseedRecord,
  SubsetRecord,
  TruthRecord,
  TruthSetting,
} from '../../../../src/experiments/parts/truth-results.js';
import { draw } from '../../../../src/report/figures/figure.js';
import { agreements } from '../../../../src/report/parts/truth-measures.js';
import { truthClaims, truthFigure, truthTable } from '../../../../src/report/parts/truth.js';
import { spearman } from '../../../reference/malleability.js';
import { item } from '../../../reference/rows.js';
import { jitter } from '../fixture.js';

const Q = 4;
const SETTING: TruthSetting = {
  ...{ reading: 'best-fit', model: 'relu', width: 64, seed: 0 },
  ...{ n: 50, q: Q, context: 'recomputed' },
};
const numbers = (key: string, scale = 1): number[] =>
  Array.from({ length: Q }, (_, t) => scale * jitter(`${key}-${t}`));

function removal(point: number, of: Partial<RemovalRecord> = {}): RemovalRecord {
  const [change, influence] = [numbers(`c${point}`), numbers(`i${point}`)];
  return { kind: 'truth-removal', ...SETTING, point, change, influence, ...of };
}

function subset(number: number, of: Partial<SubsetRecord> = {}): SubsetRecord {
  const [loss, influence] = [numbers(`l${number}`), numbers(`s${number}`)];
  return { kind: 'truth-subset', ...SETTING, subset: number, size: 25, loss, influence, ...of };
}

function reseed(of: Partial<ReseedRecord> = {}): ReseedRecord {
  return { kind: 'truth-reseed', ...SETTING, networkSeed: 9, change: numbers('r', 20), ...of };
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const points = [0, 1, 2, 3, 4];
const removals = points.map((point) => removal(point));
const subsets = points.map((number) => subset(number));

describe('agreements', () => {
  const [found] = agreements([...removals, ...subsets, reseed()]);
  const testPoints = Array.from({ length: Q }, (_, t) => t);

  it('correlate removals point by point and on average', () => {
    const rhos = testPoints.map((t) =>
      spearman(
        removals.map(({ influence }) => item(influence, t)),
        removals.map(({ change }) => item(change, t)),
      ),
    );
    expect(found?.spearman).toBeCloseTo(average(rhos), 12);
    const aggregate = spearman(
      removals.map(({ influence }) => average(influence)),
      removals.map(({ change }) => average(change)),
    );
    expect(found?.aggregateSpearman).toBeCloseTo(aggregate, 12);
  });

  it('count signs, also by weight', () => {
    const pairs = removals.flatMap(({ influence, change }) =>
      influence.map((predicted, t) => ({ predicted, agrees: predicted * item(change, t) > 0 })),
    );
    const agreeing = pairs.filter(({ agrees }) => agrees);
    const weight = (of: typeof pairs): number =>
      of.reduce((sum, { predicted }) => sum + Math.abs(predicted), 0);
    expect(found?.signAgreement).toBeCloseTo(agreeing.length / pairs.length, 12);
    expect(found?.weightedSignAgreement).toBeCloseTo(weight(agreeing) / weight(pairs), 12);
  });

  it('leave a pair without a sign out', () => {
    const still = removal(0, { influence: [1, 1, 1, 1], change: [1, 0, 0, -1] });
    expect(agreements([still])[0]).toMatchObject({
      signAgreement: 0.5,
      weightedSignAgreement: 0.5,
    });
  });

  it('score subsets by how well more influence means less loss', () => {
    const rhos = testPoints.map((t) =>
      spearman(
        subsets.map(({ influence }) => item(influence, t)),
        subsets.map(({ loss }) => -item(loss, t)),
      ),
    );
    expect(found?.lds).toBeCloseTo(average(rhos), 12);
    const perfect = [1, 2, 3].map((size) =>
      subset(size, { influence: Array(Q).fill(size), loss: Array(Q).fill(-size) }),
    );
    expect(agreements(perfect)[0]?.lds).toBeCloseTo(1, 12);
  });

  it('compare the seed with one point', () => {
    const change = removals.flatMap((record) => record.change);
    const size = (values: readonly number[]): number =>
      Math.sqrt(average(values.map((value) => value ** 2)));
    expect(found?.seedNoise).toBeCloseTo(size(numbers('r', 20)) / size(change), 12);
    expect(found).toMatchObject({ removals: 5, subsets: 5, reseeds: 1 });
  });

  it('say nothing of what has hardly begun', () => {
    expect(agreements([removal(0), removal(1), subset(0)])[0]).toMatchObject({
      ...{ spearman: null, aggregateSpearman: null, lds: null, seedNoise: null },
    });
  });

  it('are one for each network', () => {
    const others = [{ width: 128 }, { seed: 1 }, { context: 'fixed' as const }];
    expect(agreements([removal(0), ...others.map((of) => removal(0, of))])).toHaveLength(4);
  });
});

/** Influence that ranks as the truth does to within `noise`, on three seeds, two widths and both models. */
function study(noise: number): TruthRecord[] {
  return [0, 1, 2].flatMap((seed) =>
    [64, 256].flatMap((width) =>
      (['relu', 'attention'] as const).flatMap((model) => {
        const of = { seed, width, model };
        const near = (value: number, key: string): number[] =>
          numbers(`${key}${seed}${width}${model}`, noise).map((error) => value + error);
        return [
          ...points.map((k) =>
            removal(k, {
              ...of,
              influence: Array(Q).fill(k - 2.5),
              change: near(k - 2.5, `c${k}`),
            }),
          ),
          ...points.map((k) =>
            subset(k, { ...of, influence: Array(Q).fill(k), loss: near(-k, `l${k}`) }),
          ),
          reseed({ ...of, change: near(30, 'r') }),
        ];
      }),
    ),
  );
}

describe('truthTable', () => {
  it('has a group for each model and context, with a row for each width', () => {
    const fixed = study(0.1)
      .filter(({ model }) => model === 'attention')
      .map((record) => ({ ...record, context: 'fixed' as const }));
    const table = truthTable([...study(0.1), ...fixed]);
    expect(table.groups.map(({ title }) => title)).toEqual([
      'best-fit, 2L-ReLU',
      'best-fit, MLP-Attn, context recomputed',
      'best-fit, MLP-Attn, context fixed',
    ]);
    const [rows] = table.groups.map((group) => group.rows);
    expect(rows?.map(({ head }) => head)).toEqual(['m = 64', 'm = 256', 'slope']);
    expect(rows?.[0]?.cells.map(({ value }) => value)).toEqual([
      ...['3', '1.00', '1.00', '100.0 %', '100.0 %', '1.00'],
      '20.0',
    ]);
    expect(table.notes[0]).toBe(
      'Each network was trained again without 5 single points and on 5 random subsets of 25 points (other seeds: 1), with 50 training and 4 test points.',
    );
  });

  it('can be made before anything has been trained', () => {
    expect(truthTable([]).groups).toEqual([]);
  });
});

describe('truthClaims', () => {
  it('judge correlation and noise at the largest width', () => {
    const claims = truthClaims(study(1.5), ['best-fit']);
    expect(
      claims.map(({ statement, results }) => [
        statement.replace(/ \(.*/, ''),
        results[0]?.verdict.outcome,
      ]),
    ).toEqual([
      ['2L-ReLU: influence ranks points as retraining does', 'reproduced'],
      ['2L-ReLU: a point matters more than the seed', 'not-reproduced'],
      ['MLP-Attn: influence ranks points as retraining does', 'reproduced'],
      ['MLP-Attn: a point matters more than the seed', 'not-reproduced'],
    ]);
    expect(claims[0]?.statement).toContain('m = 256');
  });
});

describe('truthFigure', () => {
  it('draws both correlations of both models without a warning', async () => {
    const warn = vi.spyOn(console, 'warn');
    const [plan] = truthFigure(study(0.5));
    expect(plan?.rows).toHaveLength(2 * 2 * 2);
    if (plan === undefined) return;
    const { svg } = await draw(plan);
    expect(svg).toContain('<svg');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is none without a correlation', () => {
    expect(truthFigure([removal(0)])).toEqual([]);
  });
});
