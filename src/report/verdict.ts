/** When a claim of the paper counts as reproduced. */
import type { Interval } from '../statistics.js';

/** The values strictly between two bounds, which agree with a claim, and the same in words. */
export interface Region {
  readonly lower: number;
  readonly upper: number;
  readonly words: string;
  /** Whether the claim is an identity, which all seeds fulfil to rounding: agreement is then no accident. */
  readonly identity?: true;
}

/** The outcome of one comparison, for programs, and in words for readers. */
export interface Verdict {
  readonly outcome: 'reproduced' | 'not-reproduced' | 'undecided' | 'missing';
  readonly words: string;
}

/** The rule of {@link judge}, as the report prints it. */
export const VERDICT_RULE: string =
  'A claim is reproduced when the whole 95 % Student-t interval over seeds lies inside the accepted ' +
  'range, and not reproduced when the interval and the range have no value in common. ' +
  'In every other case, and when all seeds agree exactly and so show no spread, the seeds cannot tell; ' +
  'of an identity, which holds for each sample, exact agreement is what is expected.';

/** Compares an interval with the range that agrees with a claim, by {@link VERDICT_RULE}. */
export function judge(ours: Interval | undefined, accepted: Region): Verdict {
  if (ours === undefined) return { outcome: 'missing', words: 'not measured' };
  const sure = accepted.identity === true ? ours.count > 1 : hasSpread(ours);
  const inside = ours.lower > accepted.lower && ours.upper < accepted.upper;
  const outside = ours.upper <= accepted.lower || ours.lower >= accepted.upper;
  if (sure && inside) return { outcome: 'reproduced', words: 'reproduced' };
  if (sure && outside) return { outcome: 'not-reproduced', words: 'not reproduced' };
  const seeds = ours.count === 1 ? '1 seed' : `${ours.count} seeds`;
  return { outcome: 'undecided', words: `cannot tell from ${seeds}` };
}

/**
 * Whether the seeds differ by more than rounding. Rates of a hundred points coincide often among few
 * seeds; their interval of no width would claim certainty.
 */
function hasSpread({ mean, lower, upper }: Interval): boolean {
  return upper - lower > 1e-9 * Math.abs(mean);
}

/** Values within a share `tolerance` of the paper's number. */
export function near(paper: number, tolerance: number): Region {
  return {
    lower: paper * (1 - tolerance),
    upper: paper * (1 + tolerance),
    words: `paper ± ${100 * tolerance} %`,
  };
}

/** Values above a bound. */
export function above(bound: number, words: string): Region {
  return { lower: bound, upper: Infinity, words };
}

/** Values below a bound. */
export function below(bound: number, words: string): Region {
  return { lower: -Infinity, upper: bound, words };
}
