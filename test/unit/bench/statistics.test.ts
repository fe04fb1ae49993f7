import { describe, expect, it } from 'vitest';
import { load } from './modules.js';

const { fitExponent, median, spread } = await load<{
  median: (values: number[]) => number;
  spread: (values: number[]) => number;
  fitExponent: (sizes: number[], values: number[]) => number;
}>('harness/statistics.mjs');

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([5, 1, 3])).toBe(3);
  });

  it('is the mean of the two middle values', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('is not moved by one outlier', () => {
    expect(median([1, 1, 1, 1, 1000])).toBe(1);
  });
});

describe('spread', () => {
  it('is half the distance of the quartiles over the median', () => {
    expect(spread([1, 2, 3, 4, 5])).toBeCloseTo(1 / 3, 15);
  });

  it('is 0 for equal rounds', () => {
    expect(spread([2, 2, 2])).toBe(0);
  });
});

describe('fitExponent', () => {
  it('finds the power', () => {
    const sizes = [1000, 2000, 4000, 8000];
    const values = sizes.map((n) => 3e-9 * n ** 2.5);
    expect(fitExponent(sizes, values)).toBeCloseTo(2.5, 10);
  });

  it('lies between the powers of a sum', () => {
    const sizes = [1000, 2000, 4000, 8000];
    const exponent = fitExponent(
      sizes,
      sizes.map((n) => n ** 2 + 784 * n),
    );
    expect(exponent).toBeGreaterThan(1.5);
    expect(exponent).toBeLessThan(2);
  });

  it('refuses what has no logarithm, and a single size', () => {
    expect(() => fitExponent([1, 2], [1, 0])).toThrow('Expected positive');
    expect(() => fitExponent([1], [1])).toThrow('Expected as many values as sizes');
  });
});
