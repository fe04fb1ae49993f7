/**
 * Statistics over small samples and rankings: means with Student-t intervals, rank correlations that
 * treat ties.
 */
import { requireNumber, requireNumbers } from './arguments.js';
import { NtkitError } from './errors.js';

/** A mean with its confidence interval. */
export interface Interval {
  /** Arithmetic mean of the values. */
  readonly mean: number;
  /** `-Infinity` when one value alone says nothing about the spread. */
  readonly lower: number;
  /** `Infinity` when one value alone says nothing about the spread. */
  readonly upper: number;
  /** How many values went in. */
  readonly count: number;
}

/**
 * Arithmetic mean.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` without numbers, `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function mean(values: ArrayLike<number>): number {
  const sample = requireNumbers(values, 'values', 1);
  return sample.reduce((sum, value) => sum + value, 0) / sample.length;
}

/**
 * Sample standard deviation, sqrt(sum (x_i - mean)^2 / (n - 1)).
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` below two numbers, `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const sample = requireNumbers(values, 'values', 2);
  const center = mean(sample);
  const squares = sample.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (sample.length - 1));
}

/**
 * Confidence interval of a mean, mean +- t s / sqrt(n) with t the two-sided Student-t quantile of n - 1
 * degrees of freedom. A single value has no spread to estimate: its interval is (-Infinity, Infinity).
 *
 * @param level - coverage, strictly between 0 and 1, default 0.95.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` without numbers or with a level outside (0, 1),
 * `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function studentInterval(values: readonly number[], level = 0.95): Interval {
  requireNumber(level, 'level', 'number strictly between 0 and 1', (x) => x > 0 && x < 1);
  const sample = requireNumbers(values, 'values', 1);
  const center = mean(sample);
  const count = sample.length;
  const halfWidth =
    count === 1
      ? Infinity
      : (studentQuantile(level, count - 1) * standardDeviation(sample)) / Math.sqrt(count);
  return { mean: center, lower: center - halfWidth, upper: center + halfWidth, count };
}

/**
 * Ranks 1 ... n in ascending order; equal values share the mean of the ranks they occupy.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` without numbers, `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function meanRanks(values: ArrayLike<number>): Float64Array {
  const sample = requireNumbers(values, 'values', 1);
  const order = Array.from(sample, (value, index) => ({ value, index }));
  order.sort((a, b) => a.value - b.value);
  const ranks = new Float64Array(sample.length);
  let first = 0;
  for (const length of runLengths(order, (a, b) => a.value === b.value)) {
    for (const { index } of order.slice(first, first + length)) {
      ranks[index] = first + (length + 1) / 2;
    }
    first += length;
  }
  return ranks;
}

/**
 * Spearman's rho: Pearson's correlation of the mean ranks.
 *
 * @returns rho in [-1, 1], or `null` when `a` or `b` is constant, where it is undefined.
 * @throws NtkitError `ERR_SHAPE_MISMATCH` when the lengths differ, `ERR_INVALID_ARGUMENT` without
 * numbers, `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [sampleA, sampleB] = requirePaired(a, b);
  const ranksB = meanRanks(sampleB);
  const middle = (sampleA.length + 1) / 2;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  meanRanks(sampleA).forEach((rank, i) => {
    const da = rank - middle;
    const db = (ranksB[i] ?? NaN) - middle;
    sumAA += da * da;
    sumBB += db * db;
    sumAB += da * db;
  });
  return sumAA === 0 || sumBB === 0 ? null : sumAB / Math.sqrt(sumAA * sumBB);
}

/**
 * Kendall's tau-b, (concordant - discordant) / sqrt((pairs - ties in a) (pairs - ties in b)), in
 * O(n log n) by counting the exchanges of a merge sort (Knight, 1966).
 *
 * @returns tau-b in [-1, 1], or `null` when `a` or `b` is constant, where it is undefined.
 * @throws NtkitError `ERR_SHAPE_MISMATCH` when the lengths differ, `ERR_INVALID_ARGUMENT` without
 * numbers, `ERR_NOT_FINITE` on NaN or an infinity.
 */
export function kendallTauB(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [sampleA, sampleB] = requirePaired(a, b);
  const points = Array.from(sampleA, (x, i) => ({ x, y: sampleB[i] ?? NaN }));
  points.sort((p, q) => p.x - q.x || p.y - q.y);
  const pairs = pairCount(points.length);
  const tiedA = tiedPairs(points, (p, q) => p.x === q.x);
  const tiedBoth = tiedPairs(points, (p, q) => p.x === q.x && p.y === q.y);
  const tiedB = tiedPairs([...sampleB.toSorted()], (p, q) => p === q);
  if (tiedA === pairs || tiedB === pairs) return null;
  const discordant = countInversions(Float64Array.from(points, (point) => point.y));
  const concordant = pairs - tiedA - tiedB + tiedBoth - discordant;
  return (concordant - discordant) / Math.sqrt((pairs - tiedA) * (pairs - tiedB));
}

/**
 * t with P(|T| <= t) = level. With theta = atan(t / sqrt(nu)) the probability is a finite series in
 * cos(theta) for whole nu (Abramowitz & Stegun 26.7.3, 26.7.4) that grows with theta, so bisection
 * finds theta to the last bit.
 */
function studentQuantile(level: number, nu: number): number {
  let low = 0;
  let high = Math.PI / 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return Math.sqrt(nu) * Math.tan(middle);
    if (studentProbability(middle, nu) < level) low = middle;
    else high = middle;
  }
}

/** P(|T| <= sqrt(nu) tan(theta)) for Student's T with nu = 1, 2, ... degrees of freedom. */
function studentProbability(theta: number, nu: number): number {
  const cosine = Math.cos(theta);
  const odd = nu % 2 === 1;
  let term = odd ? cosine : 1;
  let series = nu === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < nu; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    series += term;
  }
  const tail = Math.sin(theta) * series;
  return odd ? (2 / Math.PI) * (theta + tail) : tail;
}

/** Lengths of the runs of neighbours that are equal. */
function runLengths<T>(sorted: readonly T[], equal: (a: T, b: T) => boolean): number[] {
  const lengths: number[] = [];
  let previous: T | undefined;
  for (const item of sorted) {
    if (previous !== undefined && equal(previous, item)) lengths.push((lengths.pop() ?? 0) + 1);
    else lengths.push(1);
    previous = item;
  }
  return lengths;
}

function pairCount(n: number): number {
  return (n * (n - 1)) / 2;
}

function tiedPairs<T>(sorted: readonly T[], equal: (a: T, b: T) => boolean): number {
  return runLengths(sorted, equal).reduce((sum, length) => sum + pairCount(length), 0);
}

/** Pairs i < j with values[i] > values[j]; sorts `values` on the way. */
function countInversions(values: Float64Array): number {
  if (values.length < 2) return 0;
  const half = values.length >> 1;
  const left = values.slice(0, half);
  const right = values.slice(half);
  let inversions = countInversions(left) + countInversions(right);
  let l = 0;
  let r = 0;
  for (let k = 0; k < values.length; k++) {
    const fromLeft = left[l] ?? Infinity;
    const fromRight = right[r] ?? Infinity;
    if (fromLeft <= fromRight) {
      values[k] = fromLeft;
      l++;
    } else {
      values[k] = fromRight;
      r++;
      inversions += left.length - l;
    }
  }
  return inversions;
}

function requirePaired(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): [sampleA: Float64Array, sampleB: Float64Array] {
  const sampleA = requireNumbers(a, 'a', 1);
  const sampleB = requireNumbers(b, 'b', 1);
  if (sampleA.length !== sampleB.length) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected as many numbers for b as for a (${sampleA.length}) but received ${sampleB.length}`,
    );
  }
  return [sampleA, sampleB];
}
