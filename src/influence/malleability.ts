/** How far the influence of training points moves when those points are perturbed. */
import { requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { NtkitError } from '../errors.js';
import { requireOnlyOptions } from '../options.js';
import type { KernelRidgeDiagnostics } from './kernel-ridge.js';
import { kendallTauB, spearman } from '../statistics.js';

/** Options of {@link malleability}. */
export interface MalleabilityOptions {
  /** Share of the training points that form the top set, in (0, 1]. Default 0.1. */
  readonly tau?: number;
  /**
   * Scores of at most this size, in the unit of the scores, have no certain sign: {@link noiseFloor} says how much is
   * rounding. Default 0, since scores do not tell what they were computed from.
   */
  readonly floor?: number;
}

/** Result of {@link malleability}. */
export interface Malleability {
  /** T: indices of the ceil(tau n) scores largest by |before|, descending; ties to the smaller index. */
  readonly topIndices: Uint32Array;
  /** Share of T whose score changes sign. */
  readonly flipRate: number;
  /** Sum of |before| over the flips divided by the sum over T; 0 when T holds zeros alone. */
  readonly weightedFlipRate: number;
  /** Number of points of T whose score before or after lies within `floor` of 0; none is a flip. */
  readonly indeterminate: number;
  /** Spearman's rho over all points; null when either side is constant. */
  readonly spearman: number | null;
  /** Kendall's tau-b over all points; null when either side is constant. */
  readonly kendall: number | null;
  /** |top(before) intersected with top(after)| / |T|, both sets chosen by the same rule. */
  readonly topOverlap: number;
  /** The noise floor that was used. */
  readonly floor: number;
}

/**
 * The size below which the sign of a score is rounding: the relative error of the regression times the largest |score|.
 *
 * @param scores - influence scores that a regression gave.
 * @param diagnostics - those of that regression.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`.
 */
export function noiseFloor(
  scores: ArrayLike<number>,
  diagnostics: Pick<KernelRidgeDiagnostics, 'relativeError'>,
): number {
  const values = requireNumbers(scores, 'scores', 1);
  const { relativeError } = requireObject(diagnostics, 'diagnostics');
  const error = requireNumber(
    relativeError,
    'diagnostics.relativeError',
    'finite nonnegative number',
    (x) => x >= 0,
  );
  return error * values.reduce((largest, score) => Math.max(largest, Math.abs(score)), 0);
}

/**
 * Malleability of influence scores: how often the most influential points change sign, and how much of
 * the whole ranking survives.
 *
 * Point i of the top set T is a flip when `before[i] * after[i] < 0` and both scores exceed `floor` in
 * absolute value. An exact zero has no sign, so it is indeterminate at every floor.
 *
 * @param before - aggregate influence score of each of the n training points.
 * @param after - the scores of the same points after the intervention, in the same order.
 * @throws NtkitError `ERR_SHAPE_MISMATCH` when the lengths differ, `ERR_NOT_FINITE` on a NaN or infinite
 * score, `ERR_INVALID_ARGUMENT` without scores, with tau outside (0, 1], with a negative or infinite floor
 * or with an unknown option.
 */
export function malleability(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  options: MalleabilityOptions = {},
): Malleability {
  requireOnlyOptions(options, ['tau', 'floor']);
  const { tau = 0.1, floor = 0 } = options;
  requireNumber(tau, 'tau', 'number in (0, 1]', (x) => x > 0 && x <= 1);
  requireNumber(floor, 'floor', 'finite nonnegative number', (x) => x >= 0);
  const [scores, moved] = requireScores(before, after);
  const topIndices = topByMagnitude(scores, tau);
  const topAfter = new Set(topByMagnitude(moved, tau));
  return {
    topIndices,
    ...signChanges(topIndices, scores, moved, floor),
    spearman: spearman(scores, moved),
    kendall: kendallTauB(scores, moved),
    topOverlap: topIndices.filter((index) => topAfter.has(index)).length / topIndices.length,
    floor,
  };
}

/** Sign changes within the top set, counted and weighted by |before|. */
function signChanges(
  top: Uint32Array,
  before: Float64Array,
  after: Float64Array,
  floor: number,
): Pick<Malleability, 'flipRate' | 'weightedFlipRate' | 'indeterminate'> {
  let flips = 0;
  let flippedWeight = 0;
  let totalWeight = 0;
  let indeterminate = 0;
  for (const index of top) {
    const was = before[index] ?? NaN;
    const is = after[index] ?? NaN;
    totalWeight += Math.abs(was);
    if (Math.abs(was) <= floor || Math.abs(is) <= floor) {
      indeterminate++;
    } else if (was > 0 !== is > 0) {
      flips++;
      flippedWeight += Math.abs(was);
    }
  }
  return {
    flipRate: flips / top.length,
    weightedFlipRate: totalWeight === 0 ? 0 : flippedWeight / totalWeight,
    indeterminate,
  };
}

/** Indices of the ceil(tau n) scores largest in absolute value, descending; ties to the smaller index. */
function topByMagnitude(scores: Float64Array, tau: number): Uint32Array {
  const magnitudes = scores.map(Math.abs);
  const order = Uint32Array.from(scores.keys());
  order.sort((i, j) => (magnitudes[j] ?? NaN) - (magnitudes[i] ?? NaN) || i - j);
  return order.slice(0, topCount(tau, scores.length));
}

/**
 * ceil(tau n) of the decimal that tau stands for: 0.07 * 100 is 7.000000000000001 in floating point but
 * asks for 7 points, so a product within rounding of a whole number is that number.
 */
function topCount(tau: number, n: number): number {
  const product = tau * n;
  const nearest = Math.round(product);
  const rounding = 2 * Number.EPSILON * product;
  return Math.abs(product - nearest) <= rounding ? nearest : Math.ceil(product);
}

function requireScores(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): [Float64Array, Float64Array] {
  const scores = requireNumbers(before, 'before', 1);
  const moved = requireNumbers(after, 'after', 1);
  if (scores.length !== moved.length) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${scores.length} scores for after, as for before, but received ${moved.length}`,
    );
  }
  return [scores, moved];
}
