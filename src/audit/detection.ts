/** How well a ranking finds points that are known. */
import { meanRanks } from '../statistics.js';
import type { Detection } from './result.js';

/**
 * Area under the ROC curve by ranks (Mann and Whitney), ties counted half, and precision among as many points at the
 * top as there are known ones, ties to the earlier point.
 *
 * @param scores - large where a point is suspected.
 * @param known - the points to find: some, and not all.
 */
export function detection(scores: ArrayLike<number>, known: ReadonlySet<number>): Detection {
  const ranks = meanRanks(scores);
  const found = known.size;
  const others = scores.length - found;
  const sum = Array.from(known).reduce((total, i) => total + (ranks[i] ?? 0), 0);
  const order = Array.from(ranks.keys()).sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || a - b);
  const hits = order.slice(0, found).filter((i) => known.has(i)).length;
  return {
    areaUnderCurve: (sum - (found * (found + 1)) / 2) / (found * others),
    precision: hits / found,
  };
}
