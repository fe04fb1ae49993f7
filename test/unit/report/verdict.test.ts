import { describe, expect, it } from 'vitest';
import { above, below, judge, near } from '../../../src/report/verdict.js';
import { studentInterval } from '../../../src/statistics.js';

const interval = (lower: number, upper: number, count = 3) => ({
  mean: (lower + upper) / 2,
  lower,
  upper,
  count,
});

describe('judge', () => {
  const accepted = near(40, 0.25);

  it('accepts an interval inside the range', () => {
    expect(judge(interval(31, 49), accepted)).toEqual({
      outcome: 'reproduced',
      words: 'reproduced',
    });
  });

  it.each([
    [10, 29],
    [51, 60],
  ])('rejects [%d, %d], which has nothing in common with the range', (lower, upper) => {
    expect(judge(interval(lower, upper), accepted).words).toBe('not reproduced');
  });

  it.each([
    [29, 35],
    [45, 51],
    [0, 100],
  ])('leaves [%d, %d] open, which reaches over a bound', (lower, upper) => {
    expect(judge(interval(lower, upper), accepted).words).toBe('cannot tell from 3 seeds');
  });

  it('cannot tell from one seed, however well it fits', () => {
    expect(judge(studentInterval([40]), accepted).words).toBe('cannot tell from 1 seed');
  });

  it('does not take seeds that agree exactly for certainty', () => {
    expect(judge(studentInterval([40, 40, 40]), accepted).outcome).toBe('undecided');
    expect(judge(studentInterval([0.07, 0.07, 0.07]), above(0, '')).outcome).toBe('undecided');
    expect(judge(studentInterval([0, 0]), near(1, 0.1)).outcome).toBe('undecided');
  });

  it('takes several seeds that agree on an identity for what they are', () => {
    const identity = { ...near(3, 0.1), identity: true } as const;
    expect(judge(studentInterval([3, 3]), identity).outcome).toBe('reproduced');
    expect(judge(studentInterval([4, 4]), identity).outcome).toBe('not-reproduced');
    expect(judge(studentInterval([3]), identity).outcome).toBe('undecided');
  });

  it('says when nothing was measured', () => {
    expect(judge(undefined, accepted).outcome).toBe('missing');
  });

  it('keeps the bound itself out of a one-sided range', () => {
    expect(judge(interval(0, 2), above(0, 'above 0')).outcome).toBe('undecided');
    expect(judge(interval(0, 2), below(0, 'below 0')).outcome).toBe('not-reproduced');
    expect(judge(interval(-2, 0), above(0, 'above 0')).outcome).toBe('not-reproduced');
  });
});
