/** What the parts of the report have in common: records picked by their setting, over widths and seeds. */
import type { CellOrigin, ModelName, ReadingName } from '../../experiments/results.js';
import type { Claim, ClaimResult } from '../claims.js';
import { READING_DEFINITIONS } from '../labels.js';
import { ascending } from '../aggregate.js';
import { estimate } from '../measures.js';
import { judge } from '../verdict.js';
import type { PartView } from '../view.js';

/** What every record of a trained network says of itself. */
export interface NetworkRecord {
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
}

/** The different values of something, in the order in which they first come. */
export function distinct<Item, Value>(
  items: readonly Item[],
  value: (item: Item) => Value,
): Value[] {
  return [...new Set(items.map(value))];
}

/** The widths of some records, ascending. */
export function widthsOf(records: readonly NetworkRecord[]): number[] {
  return ascending(records.map(({ width }) => width));
}

/** The records that have the given values. */
export function matching<Item extends object>(
  items: readonly Item[],
  wanted: Partial<Item>,
): Item[] {
  const entries = Object.entries(wanted) as [keyof Item, unknown][];
  return items.filter((item) => entries.every(([key, value]) => item[key] === value));
}

/** The settings that some records have: one group of a table each. */
export function settingsOf(
  records: readonly NetworkRecord[],
): Pick<NetworkRecord, 'reading' | 'model'>[] {
  return distinct(records, ({ reading }) => reading).flatMap((reading) =>
    distinct(matching(records, { reading }), ({ model }) => model).map((model) => ({
      reading,
      model,
    })),
  );
}

/** The verdicts on a claim, one for each of the run's readings, whether it has records or not. */
export function resultsByReading<Item extends NetworkRecord>(
  readings: readonly ReadingName[],
  records: readonly Item[],
  accepted: Claim['accepted'],
  values: (ofReading: readonly Item[]) => number[],
): ClaimResult[] {
  return readings.map((reading) => {
    const ours = estimate(values(records.filter((record) => record.reading === reading)));
    return { reading, ours, verdict: judge(ours, accepted) };
  });
}

/** A cell of a trained network, which may stand for no single reading. */
type NetworkCell = Omit<NetworkRecord, 'reading'> &
  Partial<Pick<NetworkRecord, 'reading'>> &
  Pick<CellOrigin, 'key'>;

/** Cells in the order of the run's readings and models, then by width, seed and key: not that in which they finished. */
export function ordered<Item extends NetworkCell>(
  { config }: PartView,
  cells: readonly Item[],
): Item[] {
  const { readings, models } = config;
  const ranks = ({ reading, model, width, seed }: Item): number[] => [
    reading === undefined ? 0 : readings.indexOf(reading),
    ...[models.indexOf(model), width, seed],
  ];
  return cells.toSorted((a, b) => {
    const [own, others] = [ranks(a), ranks(b)];
    const k = own.findIndex((rank, i) => rank !== others[i]);
    if (k < 0) return a.key < b.key ? -1 : 1;
    return (own[k] ?? 0) - (others[k] ?? 0);
  });
}

/** What the readings of some records fix. */
export function readingNotes(records: readonly NetworkRecord[]): string[] {
  return distinct(records, ({ reading }) => reading).map((name) => READING_DEFINITIONS[name]);
}
