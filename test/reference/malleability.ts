/** Flip rate, top overlap and rank correlations, each straight from its definition in O(n^2). */
import { item } from './rows.js';

/** Whether the largest scores are meant by size or by value. */
export type TopMode = 'abs' | 'signed';

/** Indices of the `count` largest scores, descending; ties to the smaller index. */
export function topIndices(scores: readonly number[], count: number, mode: TopMode): number[] {
  const key = (i: number): number => (mode === 'abs' ? Math.abs(item(scores, i)) : item(scores, i));
  const chosen: number[] = [];
  while (chosen.length < count) {
    let best = -1;
    for (let i = 0; i < scores.length; i++) {
      if (!chosen.includes(i) && (best === -1 || key(i) > key(best))) best = i;
    }
    chosen.push(best);
  }
  return chosen;
}

/** Share of `top` whose score changes sign; zero is no flip. */
export function flipRate(
  before: readonly number[],
  after: readonly number[],
  top: readonly number[],
): number {
  return top.filter((i) => item(before, i) * item(after, i) < 0).length / top.length;
}

/** Share of the first set that the second also holds. */
export function overlap(first: readonly number[], second: readonly number[]): number {
  return first.filter((i) => second.includes(i)).length / first.length;
}

/** 1 + the number of smaller values + half the number of other equal ones. */
export function meanRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 1 + smaller + (equal - 1) / 2;
  });
}

export function spearman(a: readonly number[], b: readonly number[]): number {
  return pearson(meanRanks(a), meanRanks(b));
}

/** Tau-b over all pairs. */
export function kendall(a: readonly number[], b: readonly number[]): number {
  let agreement = 0;
  let untiedA = 0;
  let untiedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(item(a, i) - item(a, j));
      const signB = Math.sign(item(b, i) - item(b, j));
      agreement += signA * signB;
      untiedA += Math.abs(signA);
      untiedB += Math.abs(signB);
    }
  }
  return agreement / Math.sqrt(untiedA * untiedB);
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (item(a, i) - meanA) * (item(b, i) - meanB);
    aa += (item(a, i) - meanA) ** 2;
    bb += (item(b, i) - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
