import { describe, expect, it } from 'vitest';
import { gaussian, permutation, uniform } from '../../src/index.js';
import { philox4x32 } from '../reference/philox.js';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';

const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

/** Seeds and streams whose upper 32 bits count, too. */
const SEQUENCES: readonly [number, number][] = [
  [0, 0],
  [1, 2],
  [2 ** 32, 0],
  [0, 2 ** 32],
  [123_456_789_012_345, 987_654_321_098_765],
  [LARGEST_SEED, LARGEST_SEED],
];

/** Word `index` of a stream: two words of 64 bits a block of Philox, the lower half first. */
function word(seed: number, stream: number, index: number): bigint {
  const halves = (value: number): [number, number] => [
    value % 2 ** 32,
    Math.floor(value / 2 ** 32),
  ];
  const block = philox4x32([...halves(Math.floor(index / 2)), ...halves(stream)], halves(seed));
  const [low, high] = index % 2 === 0 ? [block[0], block[1]] : [block[2], block[3]];
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Phi(x) for x <= 0: the series of Phi(x) - 1/2 near 0, the continued fraction of Laplace beyond. */
function normalBelow(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x > -1.5) {
    let [term, sum] = [x, x];
    for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = -x;
  for (let k = 300; k >= 1; k--) fraction = -x + k / fraction;
  return density / fraction;
}

describe('uniform', () => {
  it('has the published words of Philox for a counter and a key of zeros', () => {
    // 6627e8d5 e169c58d bc57ac4c 9b00dbd8, the first known answer of Random123.
    const expected = [0xe169c58d6627e8d5n, 0x9b00dbd8bc57ac4cn].map(
      (bits) => (Number(bits >> 12n) + 0.5) * 2 ** -52,
    );
    expect(Array.from(uniform(0, 0, 2))).toEqual(expected);
  });

  it.each(SEQUENCES)('seed %d, stream %d: the words of Philox in order', (seed, stream) => {
    const expected = Array.from(
      { length: 9 },
      (_, i) => (Number(word(seed, stream, i) >> 12n) + 0.5) * 2 ** -52,
    );
    expect(Array.from(uniform(seed, stream, 9))).toEqual(expected);
  });

  it('is a prefix of any longer sequence', () => {
    expect(uniform(5, 6, 1001).subarray(0, 100)).toEqual(uniform(5, 6, 100));
    expect(uniform(5, 6, 0)).toEqual(new Float64Array(0));
  });

  it('lies inside (0, 1), evenly', () => {
    const values = uniform(7, 8, 100_000);
    const counts = new Array<number>(100).fill(0);
    for (const value of values) {
      const bin = Math.floor(value * 100);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    expect(counts).toHaveLength(100);
    // 99 degrees of freedom: 148.2 is met by one sequence in a thousand.
    expect(chiSquare(counts)).toBeLessThan(148.2);
  });
});

describe('gaussian', () => {
  it.each(SEQUENCES)('seed %d, stream %d: the normal quantile of the uniforms', (seed, stream) => {
    const values = gaussian(seed, stream, 5000);
    const errors = uniform(seed, stream, 5000).map((p, i) => {
      const x = values[i] ?? NaN;
      return p < 0.5 ? normalBelow(x) / p - 1 : normalBelow(-x) / (1 - p) - 1;
    });
    expectClose(errors, new Float64Array(5000), TOLERANCE.rounding);
  });

  it('reaches into the tails', () => {
    const values = gaussian(11, 12, 200_000);
    expect(values.filter((x) => x > 4).length).toBeGreaterThan(0);
    expect(values.filter((x) => x < -4).length).toBeGreaterThan(0);
  });

  it('has the moments of N(0, 1)', () => {
    const n = 200_000;
    const values = gaussian(13, 14, n);
    const moment = (order: number): number =>
      values.reduce((sum, value) => sum + value ** order, 0) / n;
    // Four standard errors: the variance of x^k is E[x^2k] - E[x^k]^2.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it('does not correlate between neighbours, streams and seeds', () => {
    const n = 100_000;
    const first = gaussian(15, 16, n);
    const others = [gaussian(15, 16, n + 1).subarray(1), gaussian(15, 17, n), gaussian(16, 16, n)];
    for (const other of others) {
      const product = first.reduce((sum, value, i) => sum + value * (other[i] ?? NaN), 0);
      expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(n));
    }
  });
});

describe('permutation', () => {
  it.each(SEQUENCES)('seed %d, stream %d: Fisher-Yates over the words', (seed, stream) => {
    const n = 37;
    const expected = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Number((word(seed, stream, i) * BigInt(i + 1)) >> 64n);
      [expected[i], expected[j]] = [expected[j] ?? NaN, expected[i] ?? NaN];
    }
    expect(Array.from(permutation(seed, stream, n))).toEqual(expected);
  });

  it.each([0, 1, 2, 1000, 65_537])('of %d holds every index once', (n) => {
    const order = permutation(1, 2, n);
    expect(order.constructor.name).toBe('Int32Array');
    expect(order.toSorted()).toEqual(Int32Array.from({ length: n }, (_, i) => i));
  });

  it('gives every order of four the same chance', () => {
    const counts = new Map<string, number>();
    for (let stream = 0; stream < 6000; stream++) {
      const order = permutation(3, stream, 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: 49.7 is met by one sequence in a thousand.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });

  it('puts every index everywhere with the same chance', () => {
    const n = 11;
    const counts = new Array<number>(n * n).fill(0);
    for (let stream = 0; stream < 3300; stream++) {
      permutation(4, stream, n).forEach((index, place) => {
        counts[place * n + index] = (counts[place * n + index] ?? 0) + 1;
      });
    }
    // (n - 1)^2 = 100 degrees of freedom, since rows and columns have fixed sums.
    expect(chiSquare(counts)).toBeLessThan(149.4);
  });
});

/** Pearson's statistic of counts that are expected to be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('refused', () => {
  it.each([-1, 0.5, NaN, 2 ** 53, '1'])('%s for the seed, the stream or the count', (value) => {
    const invalid: unknown = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
    for (const draw of [gaussian, uniform, permutation]) {
      expect(() => draw(value as number, 0, 1)).toThrow(invalid);
      expect(() => draw(0, value as number, 1)).toThrow(invalid);
      expect(() => draw(0, 0, value as number)).toThrow(invalid);
    }
  });
});
