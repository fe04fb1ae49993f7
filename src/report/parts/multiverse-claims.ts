/** The paper's claims across all readings: which hold in every one, in some, in none. */
import type { MultiverseRecord } from '../../experiments/parts/multiverse-results.js';
import type { Claim } from '../claims.js';
import { MODEL_LABELS } from '../labels.js';
import { estimate } from '../measures.js';
import { NONE, PERCENT, textCell, type Table } from '../table.js';
import { above, judge } from '../verdict.js';
import {
  completeResults,
  distanceSlopes,
  flipGaps,
  readingResults,
  robustGains,
  type ReadingResult,
  type TableName,
} from './multiverse-measures.js';
import { distinct } from './records.js';

/** The name of a table of the paper. */
export const TABLE_LABELS: Readonly<Record<TableName, string>> = {
  t1: 'Table 1, NTK distance',
  t2: 'Table 2, flip rates, 10 classes',
  t3: 'Table 3, flip rates, two classes',
  t4: 'Table 4, flip rates after adversarial training',
};

/** A claim as a number that is positive where it holds, for each seed of a reading. */
interface ReadingClaim {
  readonly table: TableName;
  readonly statement: string;
  readonly values: (result: ReadingResult, all: readonly ReadingResult[]) => Map<number, number>;
}

const CLAIMS: readonly ReadingClaim[] = [
  {
    table: 't1',
    statement: `${MODEL_LABELS.attention}: distance rises with width`,
    values: (result) => distanceSlopes(result, 'attention'),
  },
  {
    table: 't1',
    statement: `${MODEL_LABELS.relu}: distance falls with width`,
    values: (result) =>
      new Map(Array.from(distanceSlopes(result, 'relu'), ([seed, slope]) => [seed, -slope])),
  },
  ...(['t2', 't3', 't4'] as const).flatMap((table): ReadingClaim[] => [
    {
      table,
      statement: `${MODEL_LABELS.attention} flips more often than ${MODEL_LABELS.relu}`,
      values: (result) => flipGaps(result, 1),
    },
    {
      table,
      statement: `${MODEL_LABELS.attention} flips more than twice as often as ${MODEL_LABELS.relu}`,
      values: (result) => flipGaps(result, 2),
    },
  ]),
  ...(['relu', 'attention'] as const).map((model): ReadingClaim => ({
    table: 't4',
    statement: `${MODEL_LABELS[model]}: adversarial training raises the flip rate`,
    values: (result, all) => {
      const standard = all.find(({ reading }) => reading === result.reading.replace('t4', 't2'));
      return standard === undefined ? new Map() : robustGains(standard, result, model);
    },
  })),
];

/** One claim under the readings of its table that can tell. */
interface Tally {
  readonly claim: ReadingClaim;
  /** The values of each reading, by seed. */
  readonly byReading: readonly ReadonlyMap<number, number>[];
}

function tallies(records: readonly MultiverseRecord[]): Tally[] {
  const all = readingResults(records);
  return CLAIMS.flatMap((claim) => {
    const byReading = completeResults(all, claim.table)
      .map((result) => claim.values(result, all))
      .filter((values) => values.size > 0);
    return byReading.length === 0 ? [] : [{ claim, byReading }];
  });
}

/** In how many readings each claim holds. */
export function multiverseClaimTable(records: readonly MultiverseRecord[]): Table {
  const counted = tallies(records);
  return {
    name: 'multiverse-claims',
    caption: 'Claims across readings',
    columns: [
      ...['claim', 'readings', 'hold on average', 'reproduced', 'not reproduced', 'cannot tell'],
      'in short',
    ],
    groups: distinct(counted, ({ claim }) => claim.table).map((table) => ({
      title: TABLE_LABELS[table],
      rows: counted
        .filter(({ claim }) => claim.table === table)
        .map(({ claim, byReading }) => {
          const estimates = byReading.map((values) => estimate([...values.values()]));
          const holding = estimates.filter((ours) => ours !== undefined && ours.mean > 0).length;
          const outcomes = estimates.map((ours) => judge(ours, above(0, 'above 0')).outcome);
          const count = (outcome: string): string =>
            String(outcomes.filter((one) => one === outcome).length);
          return {
            head: claim.statement,
            cells: [
              ...[byReading.length, holding].map((number) => textCell(String(number))),
              ...['reproduced', 'not-reproduced', 'undecided'].map((one) => textCell(count(one))),
              textCell(inShort(holding, byReading.length)),
            ],
          };
        }),
    })),
    notes: [
      'Hold on average: readings in which the claim holds for the mean over seeds. Reproduced, not reproduced, cannot tell: by the 95 % Student-t interval over the seeds of the reading, on the side of the claim, on the other, or on both.',
      'Distance: least-squares slope over log_{2} m. Flips: difference of the rates, attention minus ReLU or minus twice ReLU, averaged over the attacks. Adversarial training: PGD flip rate minus that of the network trained on clean data.',
      'A reading counts when it has every number that any reading of its table has; where neither model flips, none flips more often.',
    ],
  };
}

function inShort(holding: number, readings: number): string {
  if (holding === readings) return 'in every reading';
  return holding === 0 ? 'in no reading' : `in ${PERCENT.mean(holding / readings)} of readings`;
}

/** A claim counts when it holds in most readings, each seed seeing all of them. */
export function multiverseClaims(records: readonly MultiverseRecord[]): Claim[] {
  return tallies(records).map(({ claim, byReading }) => {
    const accepted = above(0.5, 'more than half of the readings');
    const seeds = distinct(
      byReading.flatMap((values) => [...values.keys()]),
      (seed) => seed,
    );
    const shares = seeds.map((seed) => {
      const values = byReading.flatMap((ofReading) => ofReading.get(seed) ?? []);
      return values.filter((value) => value > 0).length / values.length;
    });
    const ours = estimate(shares);
    return {
      statement: `${TABLE_LABELS[claim.table]}: ${claim.statement} (share of ${byReading.length} readings)`,
      paper: NONE.value,
      accepted,
      format: PERCENT,
      results: [{ reading: null, ours, verdict: judge(ours, accepted) }],
    };
  });
}
