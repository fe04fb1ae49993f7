import { describe, expect, it } from 'vitest';
import {
  kendallTauB,
  mean,
  meanRanks,
  spearman,
  standardDeviation,
  studentInterval,
} from '../../src/statistics.js';
import { kendall } from '../reference/malleability.js';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';

/** Extra hours of sleep of ten patients (Student, 1908). */
const SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

/** The half width of the interval in units of the standard error, which is the quantile itself. */
function quantile(level: number, degreesOfFreedom: number): number {
  const values = Array.from({ length: degreesOfFreedom + 1 }, (_, i) => i);
  const { mean: center, upper } = studentInterval(values, level);
  return ((upper - center) * Math.sqrt(values.length)) / standardDeviation(values);
}

describe('mean and standardDeviation', () => {
  it('match the hand-computed values', () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    expectClose(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7), TOLERANCE.rounding);
  });

  it('do not cancel on a large offset', () => {
    expect(standardDeviation([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(Math.sqrt(30));
  });

  it('take typed arrays', () => {
    expect(mean(Float32Array.of(1, 2, 6))).toBe(3);
  });

  it('refuse samples that are too small', () => {
    expect(() => mean([])).toThrow(
      'Expected an array of length at least 1 for values but received length 0',
    );
    expect(() => standardDeviation([1])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});

describe('studentInterval', () => {
  it("reproduces the published interval of Student's sleep data", () => {
    const interval = studentInterval(SLEEP);
    expect(interval.count).toBe(10);
    expectClose(interval.mean, 1.58, TOLERANCE.rounding);
    expectClose(interval.lower, 0.7001142, TOLERANCE.sevenDecimals);
    expectClose(interval.upper, 2.4598858, TOLERANCE.sevenDecimals);
  });

  it.each([
    [0.9, 1, 6.313751514675037],
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 3, 3.1824463052837078],
    [0.99, 4, 4.604094871349992],
    [0.999, 9, 4.780912585931217],
    [0.5, 29, 0.6830438608216131],
    [0.95, 100, 1.9839715185235518],
    [0.95, 999, 1.9623414611334493],
  ])('has the tabulated quantile at level %d with %d degrees of freedom', (level, nu, expected) => {
    expectClose(quantile(level, nu), expected, TOLERANCE.studentQuantile);
  });

  it('agrees with the closed forms for one and two degrees of freedom', () => {
    for (const level of [1e-6, 0.2, 0.683, 0.97, 0.9999]) {
      expectClose(quantile(level, 1), Math.tan((Math.PI * level) / 2), TOLERANCE.studentQuantile);
      const two = level * Math.sqrt(2 / (1 - level * level));
      expectClose(quantile(level, 2), two, TOLERANCE.studentQuantile);
    }
  });

  it('is unbounded for a single value', () => {
    expect(studentInterval([3])).toEqual({ mean: 3, lower: -Infinity, upper: Infinity, count: 1 });
  });

  it('is a point for equal values', () => {
    expect(studentInterval([2, 2, 2])).toEqual({ mean: 2, lower: 2, upper: 2, count: 3 });
  });

  it.each([0, 1, -0.5, 95, NaN, '0.95'])('refuses level %s', (level) => {
    expect(() => studentInterval(SLEEP, level as number)).toThrow(
      'Expected number strictly between 0 and 1 for level but received',
    );
  });
});

describe('meanRanks', () => {
  it('shares the mean rank among ties', () => {
    expect([...meanRanks([10, 20, 10, 30, 20, 20])]).toEqual([1.5, 4, 1.5, 6, 4, 4]);
  });

  it('treats both zeros as equal', () => {
    expect([...meanRanks([0, -0, -1])]).toEqual([2.5, 2.5, 1]);
  });
});

describe('spearman', () => {
  it('reproduces the textbook example of intelligence and television', () => {
    const quotient = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expectClose(spearman(quotient, hours), -29 / 165, TOLERANCE.rounding);
  });

  it('is Pearson of the mean ranks under ties', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: centred products sum to 4.5 of sqrt(4.5 * 5).
    expectClose(spearman([1, 2, 2, 3], [1, 3, 2, 4]), Math.sqrt(0.9), TOLERANCE.rounding);
  });

  it('is exactly one in size for the same and the reversed order', () => {
    expect(spearman([3, 1, 2, 2], [30, 10, 20, 20])).toBe(1);
    expect(spearman([3, 1, 2, 2], [-3, -1, -2, -2])).toBe(-1);
  });

  it('is null where it is undefined', () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(spearman([1], [2])).toBeNull();
  });
});

describe('kendallTauB', () => {
  it('counts discordant pairs by hand', () => {
    // 1 of 6 pairs is discordant.
    expectClose(kendallTauB([1, 2, 3, 4], [1, 3, 2, 4]), 4 / 6, TOLERANCE.rounding);
  });

  it('treats ties on either side and on both', () => {
    // 10 pairs, 2 tied in a, 1 tied in b and the same in a, 2 concordant, 6 discordant.
    expectClose(
      kendallTauB([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]),
      -4 / Math.sqrt(8 * 9),
      TOLERANCE.rounding,
    );
  });

  it('is exactly one in size for the same and the reversed order', () => {
    expect(kendallTauB([3, 1, 2, 2], [30, 10, 20, 20])).toBe(1);
    expect(kendallTauB([3, 1, 2, 2], [-3, -1, -2, -2])).toBe(-1);
  });

  it('equals the count over all pairs on a sample full of ties', () => {
    const a = Array.from({ length: 101 }, (_, i) => (i * 37) % 11);
    const b = Array.from({ length: 101 }, (_, i) => (i * i * 13) % 17);
    expectClose(kendallTauB(a, b), kendall(a, b), TOLERANCE.rounding);
  });

  it('stays below quadratic time', () => {
    const n = 100_000;
    const a = Array.from({ length: n }, (_, i) => (i * 7919) % n);
    const started = performance.now();
    expect(kendallTauB(a, a)).toBe(1);
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it('is null where it is undefined', () => {
    expect(kendallTauB([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(kendallTauB([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(kendallTauB([1], [2])).toBeNull();
  });
});

describe('bad input', () => {
  const ranked = { spearman, kendallTauB };

  it.each(Object.entries(ranked))('%s refuses samples of different length', (_, correlation) => {
    expect(() => correlation([1, 2, 3], [1, 2])).toThrow(
      expect.objectContaining({ code: 'ERR_SHAPE_MISMATCH' }),
    );
  });

  it.each(Object.entries(ranked))('%s refuses empty samples', (_, correlation) => {
    expect(() => correlation([], [])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });

  it.each([NaN, Infinity, -Infinity])('every function refuses %d', (bad) => {
    const sample = [1, bad, 2];
    const calls = [
      () => mean(sample),
      () => standardDeviation(sample),
      () => studentInterval(sample),
      () => meanRanks(sample),
      () => spearman(sample, [1, 2, 3]),
      () => kendallTauB([1, 2, 3], sample),
    ];
    for (const call of calls) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE' }));
    }
  });

  it.each([
    null,
    undefined,
    '12',
    3,
    { length: 2 },
    ['1', '2'],
    [1n],
    new DataView(new ArrayBuffer(8)),
  ])('a value that is no array of numbers is refused: %s', (bad) => {
    expect(() => mean(bad as unknown as number[])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});
