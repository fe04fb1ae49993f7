import { describe, expect, it } from 'vitest';
import { load, type Row } from './modules.js';

interface Target {
  who?: string;
  atLeast?: number;
  limit?: number;
  result?: string;
  why?: string;
}
const { describeSize, judge, summary } = await load<{
  judge: (row: Row, targets: Target[]) => Row['target'];
  summary: (rows: Row[]) => string[];
  describeSize: (size: Record<string, unknown>) => string;
}>('harness/targets.mjs');

describe('judge', () => {
  const targets: Target[] = [
    { who: 'numpy expert', atLeast: 1.4, why: 'the arcsine dominates' },
    { limit: 0.85, result: 'reused', why: 'pages' },
  ];

  it('compares a ratio with the target against that contestant', () => {
    expect(judge({ who: 'numpy expert', ratio: 1.5 }, targets)).toEqual({
      text: '>= 1.40 x',
      met: true,
    });
    expect(judge({ who: 'numpy expert', ratio: 1.3 }, targets)).toEqual({
      text: '>= 1.40 x',
      met: false,
      why: 'the arcsine dominates',
    });
  });

  it('asks nothing of other contestants', () => {
    expect(judge({ who: 'numpy as written', ratio: 0.1 }, targets)).toBeUndefined();
  });

  it('compares our share of the limit, in the form that it is asked of', () => {
    const ours = { who: 'ntkit', ours: true, limit: 0.8 };
    expect(judge({ ...ours, result: 'reused' }, targets)).toEqual({
      text: '>= 85 %',
      met: false,
      why: 'pages',
    });
    expect(judge({ ...ours, result: 'new' }, targets)).toBeUndefined();
  });

  it('never calls a missing measurement met', () => {
    expect(judge({ who: 'numpy expert', ratio: NaN }, targets)?.met).toBe(false);
  });
});

describe('summary', () => {
  it('counts, and explains every miss', () => {
    const size = { n: 2000, d: 784, precision: 'float64' };
    const row = { kernel: 'gram', size, who: 'numpy expert' };
    const lines = summary([
      { ...row, ratio: 1.2, target: { text: '>= 1.00 x', met: true } },
      { ...row, ratio: 0.9, target: { text: '>= 1.00 x', met: false, why: 'too few rows' } },
      { ...row, ratio: 0.5 },
    ]);
    expect(lines).toEqual([
      'Targets: 1 met, 1 missed.',
      '  gram (n 2000, d 784, float64): 0.90 x against numpy expert, wanted >= 1.00 x: too few rows.',
    ]);
  });
});

describe('describeSize', () => {
  it('names the sizes, the precision last', () => {
    expect(describeSize({ precision: 'float32', n: 5, m: 7 })).toBe('n 5, m 7, float32');
    expect(describeSize({ call: 'empty call' })).toBe('empty call');
  });
});
