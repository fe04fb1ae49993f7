/** The multiverse reading by reading: what each gives, how far from the paper, and which claims it bears out. */
import type { MultiverseRecord } from '../../experiments/parts/multiverse-results.js';
import type { ModelName } from '../../experiments/results.js';
import type { Interval } from '../../statistics.js';
import { estimate, slope } from '../measures.js';
import { paperDistance, paperNumbers } from '../paper-tables.js';
import { distinct } from './records.js';

/** The tables of the paper that the multiverse reads. */
export type TableName = 't1' | 't2' | 't3' | 't4';

/** One number of a table under one reading: a distance at a width, or a flip rate under an attack. */
export interface Measured {
  readonly model: ModelName;
  /** Width or attack. */
  readonly column: string;
  /** The value of each seed. */
  readonly bySeed: ReadonlyMap<number, number>;
}

/** Everything that was measured under one reading. */
export interface ReadingResult {
  readonly reading: string;
  readonly table: TableName;
  readonly measured: readonly Measured[];
}

/** The axes of a reading with their values, in the order of its identifier, without its table. */
export function axesOf(reading: string): (readonly [axis: string, value: string])[] {
  return reading
    .split('/')
    .slice(1)
    .map((part) => {
      const [axis = '', value = ''] = part.split('=');
      return [axis, value] as const;
    });
}

/** What each reading gives, from all records that have a part of it, in the order of their identifiers. */
export function readingResults(records: readonly MultiverseRecord[]): ReadingResult[] {
  const results = new Map<string, Map<string, Measured & { bySeed: Map<number, number> }>>();
  const add = (reading: string, model: ModelName, column: string, seed: number, value: number) => {
    const cells = results.get(reading) ?? new Map<string, never>();
    results.set(reading, cells);
    const key = `${model} ${column}`;
    const cell = cells.get(key) ?? { model, column, bySeed: new Map<number, number>() };
    cells.set(key, cell);
    cell.bySeed.set(seed, value);
  };
  for (const record of records) {
    const { model, seed } = record;
    if (record.kind === 'multiverse-distance') {
      for (const { reading, distance } of record.distances) {
        add(reading, model, String(record.width), seed, distance);
      }
    } else {
      for (const { reading, rates } of record.rates) {
        record.attacks.forEach((attack, k) => {
          add(reading, model, attack, seed, rates[k] ?? NaN);
        });
      }
    }
  }
  return Array.from(results, ([reading, cells]) => ({
    reading,
    table: reading.slice(0, 2) as TableName,
    measured: [...cells.values()],
  })).sort((a, b) => (a.reading < b.reading ? -1 : 1));
}

/** The results of one table that have every number that any of its results has: the others are not finished. */
export function completeResults(
  results: readonly ReadingResult[],
  table: TableName,
): ReadingResult[] {
  const ofTable = results.filter((result) => result.table === table);
  const most = Math.max(...ofTable.map(({ measured }) => measured.length));
  return ofTable.filter(({ measured }) => measured.length === most);
}

/** Mean and interval over seeds of one number of a reading. */
export function measuredEstimate(
  { measured }: ReadingResult,
  model: ModelName,
  column: string,
): Interval | undefined {
  const cell = measured.find((one) => one.model === model && one.column === column);
  return cell === undefined ? undefined : estimate([...cell.bySeed.values()]);
}

/** The number of the paper, where it has one for the data set. */
export function paperNumber(
  dataset: string,
  table: TableName,
  model: ModelName,
  column: string,
): number | undefined {
  const paper = paperNumbers(dataset);
  if (table === 't1') return paperDistance(paper, model, Number(column));
  if (table === 't4') {
    return column === 'pgd' ? paper?.trainedFlipRate[model].adversarial : undefined;
  }
  const rates = table === 't2' ? paper?.flipRate : paper?.binaryFlipRate;
  const ofModel: Readonly<Record<string, number>> = rates?.[model] ?? {};
  return ofModel[column];
}

/** How far a reading is from a table of the paper. */
export interface PaperFit {
  readonly result: ReadingResult;
  /** Largest and median |ours - paper| / paper over the numbers that both have, ours a mean over seeds. */
  readonly worst: number;
  readonly median: number;
}

/** The fits of all finished readings of a table, the closest first. None without a number of the paper. */
export function paperFits(
  results: readonly ReadingResult[],
  table: TableName,
  dataset: string,
): PaperFit[] {
  return completeResults(results, table)
    .flatMap((result) => {
      const errors = result.measured.flatMap(({ model, column }) => {
        const paper = paperNumber(dataset, table, model, column);
        const ours = measuredEstimate(result, model, column);
        return paper === undefined || ours === undefined
          ? []
          : [Math.abs(ours.mean - paper) / paper];
      });
      return errors.length === 0
        ? []
        : [{ result, worst: Math.max(...errors), median: medianOf(errors) }];
    })
    .sort((a, b) => a.worst - b.worst || a.median - b.median);
}

/** The middle value, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/**
 * Flip rate of attention minus `times` that of ReLU, averaged over the attacks: one value for each seed that has all of
 * them.
 */
export function flipGaps({ measured }: ReadingResult, times: number): Map<number, number> {
  const attacks = distinct(measured, ({ column }) => column);
  return combine(measured, (value) => {
    const gaps = attacks.map(
      (attack) => value('attention', attack) - times * value('relu', attack),
    );
    return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  });
}

/** Change of a model's distance for each doubling of the width, seed by seed. */
export function distanceSlopes({ measured }: ReadingResult, model: ModelName): Map<number, number> {
  const ofModel = measured.filter((cell) => cell.model === model);
  if (ofModel.length < 2) return new Map();
  return combine(ofModel, (value) =>
    slope(ofModel.map(({ column }) => [Math.log2(Number(column)), value(model, column)])),
  );
}

/**
 * Whether a reading bears out the main claim on its table, for the mean over seeds: the distance of attention rises with
 * width, or attention flips more often than the ReLU network. Null when it cannot tell.
 */
export function mainClaimHolds(result: ReadingResult): boolean | null {
  const values = result.table === 't1' ? distanceSlopes(result, 'attention') : flipGaps(result, 1);
  const average = estimate([...values.values()]);
  return average === undefined ? null : average.mean > 0;
}

/** How much adversarial training raises a model's PGD flip rate, seed by seed. */
export function robustGains(
  standard: ReadingResult,
  robust: ReadingResult,
  model: ModelName,
): Map<number, number> {
  const pgd = ({ measured }: ReadingResult): ReadonlyMap<number, number> =>
    measured.find((cell) => cell.model === model && cell.column === 'pgd')?.bySeed ?? new Map();
  const before = pgd(standard);
  return new Map(
    [...pgd(robust)].flatMap(([seed, rate]) => {
      const was = before.get(seed);
      return was === undefined ? [] : [[seed, rate - was] as const];
    }),
  );
}

/** A number for each seed that every cell has. */
function combine(
  cells: readonly Measured[],
  compute: (value: (model: ModelName, column: string) => number) => number,
): Map<number, number> {
  const seeds = [...(cells[0]?.bySeed.keys() ?? [])].filter((seed) =>
    cells.every(({ bySeed }) => bySeed.has(seed)),
  );
  return new Map(
    seeds.flatMap((seed) => {
      const combined = compute(
        (model, column) =>
          cells.find((cell) => cell.model === model && cell.column === column)?.bySeed.get(seed) ??
          NaN,
      );
      return Number.isFinite(combined) ? [[seed, combined] as const] : [];
    }),
  );
}
