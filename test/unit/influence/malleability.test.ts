import { describe, expect, it } from 'vitest';
import { malleability, noiseFloor } from '../../../src/influence/malleability.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';

/** n scores with |score| = n, n - 1, ..., 1 and signs +, -, +, ... */
function descending(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i % 2 === 0 ? n - i : i - n));
}

describe('the top set', () => {
  it('is ordered by size, ties to the smaller index', () => {
    const scores = [1, -3, 2, 3, -2, 0.5];
    const { topIndices } = malleability(scores, scores, { tau: 1 });
    expect([...topIndices]).toEqual([1, 3, 2, 4, 0, 5]);
  });

  it.each([
    [0.1, 10, 1],
    [0.1, 30, 3],
    [0.1, 31, 4],
    [0.07, 100, 7],
    [0.14, 50, 7],
    [0.28, 25, 7],
    [0.29, 100, 29],
    [1 / 3, 9, 3],
    [0.5, 5, 3],
    [1e-9, 5, 1],
    [1, 5, 5],
  ])('holds ceil(%d * %d) = %d points', (tau, n, count) => {
    const scores = descending(n);
    expect(malleability(scores, scores, { tau }).topIndices).toHaveLength(count);
  });

  it('is a tenth by default', () => {
    expect([...malleability(descending(40), descending(40)).topIndices]).toEqual([0, 1, 2, 3]);
  });
});

describe('flips', () => {
  it('are sign changes inside the top set only', () => {
    const before = [5, -4, 3, 2, 1];
    const after = [-1, -1, 1, -2, -1];
    const result = malleability(before, after, { tau: 0.6 });
    expectClose(result.flipRate, 1 / 3, TOLERANCE.rounding);
    expectClose(result.weightedFlipRate, 5 / 12, TOLERANCE.rounding);
    expect(result.indeterminate).toBe(0);
  });

  it('never happen at zero, which has no sign', () => {
    const result = malleability([2, 0, -1], [0, -3, 1], { tau: 1 });
    expectClose(result.flipRate, 1 / 3, TOLERANCE.rounding);
    expect(result.indeterminate).toBe(2);
  });

  it('see the sign of products that underflow', () => {
    expect(malleability([1e-200], [-1e-200], { tau: 1 }).flipRate).toBe(1);
  });

  it('are counted apart within the floor, before or after, the floor included', () => {
    const before = [4, -3, 2, 0.1];
    const after = [-0.5, 3, -2, -9];
    const result = malleability(before, after, { tau: 1, floor: 0.5 });
    expect(result).toMatchObject({ flipRate: 0.5, indeterminate: 2, floor: 0.5 });
    expectClose(result.weightedFlipRate, 5 / 9.1, TOLERANCE.rounding);
  });

  it('are none among zeros alone', () => {
    expect(malleability([0, 0], [1, -1], { tau: 1 })).toMatchObject({
      flipRate: 0,
      weightedFlipRate: 0,
      indeterminate: 2,
      spearman: null,
      kendall: null,
    });
  });
});

describe('the ranking', () => {
  it('is compared over all points, by value and not by size', () => {
    const before = [1, 2, 3, 4];
    const result = malleability(before, [-1, -2, -3, -4]);
    expect(result).toMatchObject({ spearman: -1, kendall: -1, flipRate: 1, topOverlap: 1 });
  });

  it('has its own value in each measure', () => {
    // One swap of neighbours: rho = 1 - 6 * 2 / (4 * 15), tau = (5 - 1) / 6.
    const result = malleability([1, 2, 3, 4], [1, 3, 2, 4]);
    expectClose(result.spearman, 0.8, TOLERANCE.rounding);
    expectClose(result.kendall, 2 / 3, TOLERANCE.rounding);
  });

  it('loses top points that fall behind others', () => {
    const result = malleability([4, -3, 2, 1], [4, 1, -3, 2], { tau: 0.5 });
    expect(result.topOverlap).toBe(0.5);
  });
});

describe('arguments', () => {
  it('may be typed arrays and stay as they were', () => {
    const before = Float32Array.of(1, -2, 3);
    malleability(before, Float64Array.of(3, 2, 1), { tau: 1 });
    expect([...before]).toEqual([1, -2, 3]);
  });

  it('must have the same length', () => {
    expect(() => malleability([1, 2, 3], [1, 2])).toThrow(
      expect.objectContaining({
        code: 'ERR_SHAPE_MISMATCH',
        message: 'Expected 3 scores for after, as for before, but received 2',
      }),
    );
  });

  it.each([
    [[1, NaN], [1, 2], 'ERR_NOT_FINITE'],
    [[1, 2], [1, Infinity], 'ERR_NOT_FINITE'],
    [[], [], 'ERR_INVALID_ARGUMENT'],
    [[1], 'x', 'ERR_INVALID_ARGUMENT'],
  ])('refuses the scores %j and %j', (before, after, code) => {
    expect(() => malleability(before, after as number[])).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([0, -0.1, 1.1, NaN, '0.1'])('refuses tau = %s', (tau) => {
    expect(() => malleability([1], [1], { tau: tau as number })).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining('Expected number in (0, 1] for tau') as string,
      }),
    );
  });

  it.each([-1, NaN, Infinity])('refuses floor = %d', (floor) => {
    expect(() => malleability([1], [1], { floor })).toThrow(
      `Expected finite nonnegative number for floor but received ${floor} of type number`,
    );
  });
});

describe('noiseFloor', () => {
  it('is the relative error of the largest score', () => {
    expect(noiseFloor([1, -4, 2], { relativeError: 0.25 })).toBe(1);
    expect(noiseFloor([0], { relativeError: 1 })).toBe(0);
  });
});
