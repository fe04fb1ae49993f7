/** Tables as data: built once from a run, laid out for the terminal and for the page. */
import type { Interval } from '../statistics.js';
import { percent, percentNumber, powerOfTen, signed, significant } from './format.js';
import { estimate } from './measures.js';
import type { Verdict } from './verdict.js';

/** One value with what belongs to it. */
export interface TableCell {
  readonly value: string;
  /** The interval, or another remark on the value. */
  readonly detail?: string;
  readonly verdict?: Verdict;
  /** Nothing was measured. */
  readonly missing?: boolean;
}

/** A row: its heading and one cell for each further column. */
export interface TableRow {
  readonly head: string;
  readonly cells: readonly TableCell[];
}

/** Rows under a common heading. */
export interface TableGroup {
  readonly title?: string;
  readonly rows: readonly TableRow[];
}

/** A table. Texts may use the marks of notation.ts. */
export interface Table {
  /** Short name, unique on the page. */
  readonly name: string;
  readonly caption: string;
  /** Column headings, first that of the row headings. */
  readonly columns: readonly string[];
  readonly groups: readonly TableGroup[];
  /** Definitions of the quantities, one a line. */
  readonly notes: readonly string[];
}

/** How a mean and the bounds of its interval are written. */
export interface EstimateFormat {
  readonly mean: (value: number) => string;
  readonly bound: (value: number) => string;
}

/** Three significant digits. */
export const PLAIN: EstimateFormat = { mean: significant, bound: significant };

/** Three significant digits and a sign. */
export const SIGNED: EstimateFormat = { mean: signed, bound: signed };

/** A share as percent. */
export const PERCENT: EstimateFormat = { mean: percent, bound: percentNumber };

/** A difference of two shares in percentage points. */
export const POINTS: EstimateFormat = {
  mean: (share) => `${share > 0 ? '+' : ''}${percentNumber(share)} points`,
  bound: percentNumber,
};

/** A power of ten given by its logarithm. */
export const POWER: EstimateFormat = { mean: powerOfTen, bound: powerOfTen };

/** The cell of something that the run has not measured. */
export const MISSING: TableCell = { value: 'missing', missing: true };

/** The cell of something that does not exist, such as a number that the paper does not give. */
export const NONE: TableCell = { value: '–' };

/** A cell that holds a text alone. */
export function textCell(value: string): TableCell {
  return { value };
}

/** A number of the paper, where it has one. */
export function paperCell(value: number | undefined, format: EstimateFormat): TableCell {
  return value === undefined ? NONE : { value: format.mean(value) };
}

/** Mean and interval, `41.0` and `[12.3, 69.7]`; one seed has no interval. */
export function intervalCell(interval: Interval | undefined, format: EstimateFormat): TableCell {
  if (interval === undefined) return MISSING;
  const { mean, lower, upper, count } = interval;
  const detail = count === 1 ? '(1 seed)' : `[${format.bound(lower)}, ${format.bound(upper)}]`;
  return { value: format.mean(mean), detail };
}

/** {@link intervalCell} of one value a seed. */
export function estimateCell(values: readonly number[], format: EstimateFormat): TableCell {
  return intervalCell(estimate(values), format);
}

/** The number of seeds behind a row: `5`, or `5 / 3` where its columns differ. */
export function countCell(counts: readonly number[]): TableCell {
  return { value: [...new Set(counts)].join(' / ') };
}
