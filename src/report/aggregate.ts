/** Records of a study gathered by what they have in common, and what is printed of their values over seeds. */
import { powerOfTen } from './format.js';
import { estimate, slope } from './measures.js';
import { MISSING, POWER, intervalCell, type Table, type TableCell } from './table.js';

/** The different values, ascending. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The tables of some records; none without any. */
export function tablesOf<Item>(
  records: readonly Item[],
  tables: readonly ((records: readonly Item[]) => Table)[],
): Table[] {
  return records.length === 0 ? [] : tables.map((table) => table(records));
}

/** The records by key, in order of first appearance. */
export function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Median; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  // The middle two may both be infinite, and their difference is not to be taken.
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** What {@link medianCell} prints, for the notes of its table. */
export const MEDIAN_NOTE: string =
  'Each value is the median over draws of the points; in brackets the 95 % Student-t interval of the geometric ' +
  'mean, where every draw is finite.';

/** Median of 10^log over draws, null standing for infinite, with the interval of their geometric mean. */
export function medianCell(logs: readonly (number | null)[]): TableCell {
  if (logs.length === 0) return MISSING;
  const value = powerOfTen(median(logs.map((log) => log ?? Infinity)));
  const finite = logs.flatMap((log) => log ?? []);
  if (finite.length === 0) return { value };
  if (finite.length < logs.length) {
    return { value, detail: `(∞ in ${logs.length - finite.length} of ${logs.length})` };
  }
  const { detail } = intervalCell(estimate(finite), POWER);
  return detail === undefined ? { value } : { value, detail };
}

/**
 * Change of a value for each doubling of the width: the least-squares slope over log2 m, one for each seed that has
 * a number at every width. None below two widths.
 */
export function slopesOverWidth<Item extends { readonly seed: number; readonly width: number }>(
  items: readonly Item[],
  value: (item: Item) => number | null,
): number[] {
  const widths = ascending(items.map(({ width }) => width));
  if (widths.length < 2) return [];
  return [...groupBy(items, ({ seed }) => String(seed)).values()].flatMap((ofSeed) => {
    const points = ofSeed.flatMap((item) => {
      const y = value(item);
      return y === null ? [] : [[Math.log2(item.width), y] as const];
    });
    return points.length === widths.length ? [slope(points)] : [];
  });
}

/** Differences b - a of records of the same seed. */
export function bySeed<Item extends { readonly seed: number }>(
  a: readonly Item[],
  b: readonly Item[],
  difference: (a: Item, b: Item) => number,
): number[] {
  return a.flatMap((left) => {
    const right = b.find(({ seed }) => seed === left.seed);
    return right === undefined ? [] : [difference(left, right)];
  });
}
