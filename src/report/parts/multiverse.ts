/** Which reading of what the paper leaves open reproduces which of its tables, and within what error. */
import type {
  MultiverseFlipsRecord,
  MultiverseRecord,
} from '../../experiments/parts/multiverse-results.js';
import type { CellOrigin, ModelName } from '../../experiments/results.js';
import type { DataRow } from '../figures/csv.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS } from '../flat-rows.js';
import { ATTACK_LABELS, MODEL_LABELS } from '../labels.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import {
  NONE,
  PERCENT,
  PLAIN,
  intervalCell,
  paperCell,
  textCell,
  type EstimateFormat,
  type Table,
  type TableGroup,
  type TableRow,
} from '../table.js';
import type { PartView } from '../view.js';
import { TABLE_LABELS, multiverseClaimTable, multiverseClaims } from './multiverse-claims.js';
import { multiverseFigure } from './multiverse-figure.js';
import {
  axesOf,
  mainClaimHolds,
  measuredEstimate,
  medianOf,
  paperFits,
  paperNumber,
  readingResults,
  type Measured,
  type PaperFit,
  type TableName,
} from './multiverse-measures.js';
import { distinct, ordered } from './records.js';

/** Readings whose every number is this close to the paper's reproduce a table. */
const REPRODUCES = 0.25;

/** How many of the closest readings of a table are shown. */
const SHOWN = 8;

const TABLES: readonly TableName[] = ['t1', 't2', 't3', 't4'];

export const multiverseReport: PartReport = {
  part: 'multiverse',
  title: 'Every reading',
  claims: (view) => multiverseClaims(recordsOf(view)),
  mainTables: (view) => {
    const records = recordsOf(view);
    return records.length === 0
      ? []
      : [multiverseClaimTable(records), ...closestTables(records, view.dataset)];
  },
  detailTables: (view) => axesTables(recordsOf(view), view.dataset),
  figures: (view) => multiverseFigure(recordsOf(view), view.dataset),
  rows: (view) => recordsOf(view).flatMap(readingRows),
  columns: {
    ...ORIGIN_COLUMNS,
    kind: 'multiverse-distance: Table 1; multiverse-flips: Tables 2 to 4',
    model: NETWORK_COLUMNS.model,
    width: NETWORK_COLUMNS.width,
    q: 'test points',
    reading: 'table of the paper, then each choice with its value',
    attack: 'fgsm, pgd or mim, of flips',
    distance: 'distance from the infinite-width kernel in the norm of the reading',
    accuracy: 'share of test points that the network of a distance classifies rightly',
    flipRate:
      'share of the top points, or of their pairs with test points, whose influence changes sign',
  },
};

function recordsOf(view: PartView): (MultiverseRecord & CellOrigin)[] {
  return ordered(view, [
    ...cellsOf(view, 'multiverse-distance'),
    ...cellsOf(view, 'multiverse-flips'),
  ]);
}

/** One row for each number: a distance, or a flip rate under one attack. */
function readingRows(record: MultiverseRecord & CellOrigin): DataRow[] {
  const { part, dataset, seed, key, kind, model, width, q } = record;
  const origin = { part, dataset, seed, key, kind, model, width, q };
  if (record.kind === 'multiverse-distance') {
    return record.distances.map(({ reading, distance, accuracy }) => ({
      ...origin,
      ...{ reading, attack: null, distance, accuracy, flipRate: null },
    }));
  }
  return record.rates.flatMap(({ reading, rates }) =>
    record.attacks.map((attack, k) => ({
      ...origin,
      ...{ reading, attack, distance: null, accuracy: null, flipRate: rates[k] ?? null },
    })),
  );
}

/** For each table of the paper with numbers for the data set: the closest readings. */
export function closestTables(records: readonly MultiverseRecord[], dataset: string): Table[] {
  return fitsOf(records, dataset).map(({ table, fits }) =>
    closestTable(fits, table, dataset, sizesOf(records, table)),
  );
}

/** For each table of the paper with numbers for the data set: what each choice does. */
export function axesTables(records: readonly MultiverseRecord[], dataset: string): Table[] {
  return fitsOf(records, dataset).map(({ table, fits }) => axesTable(fits, table));
}

function fitsOf(
  records: readonly MultiverseRecord[],
  dataset: string,
): { table: TableName; fits: PaperFit[] }[] {
  const results = readingResults(records);
  return TABLES.map((table) => ({ table, fits: paperFits(results, table, dataset) })).filter(
    ({ fits }) => fits.length > 0,
  );
}

function closestTable(
  fits: readonly PaperFit[],
  table: TableName,
  dataset: string,
  sizes: string,
): Table {
  const format = formatOf(table);
  const columns = measuredOf(fits);
  const reproducing = fits.filter(({ worst }) => worst <= REPRODUCES).length;
  const paper: TableRow = {
    head: 'paper',
    cells: [
      ...[NONE, NONE],
      ...columns.map(({ model, column }) =>
        paperCell(paperNumber(dataset, table, model, column), format),
      ),
    ],
  };
  return {
    name: `multiverse-${table}`,
    caption: `${TABLE_LABELS[table]}: the closest of ${fits.length} readings`,
    columns: ['reading', 'worst', 'median', ...columns.map(columnLabel)],
    groups: [
      { rows: [paper] },
      {
        title: 'closest first',
        rows: fits.slice(0, SHOWN).map((fit) => fitRow(fit, columns, format)),
      },
    ],
    notes: [
      `${reproducing} of ${fits.length} readings have every number within ${PERCENT.mean(REPRODUCES)} of the paper's.`,
      "Worst and median: largest and median relative error |ours - paper| / paper over the numbers that the paper has, ours the mean over seeds. The closest of many readings was chosen by the paper's numbers: it is no independent confirmation of them.",
      `Mean and 95 % Student-t interval over seeds; ${sizes}.`,
      ...DEFINITIONS[table === 't1' ? 'distance' : 'flips'],
    ],
  };
}

const DEFINITIONS = {
  distance: [
    'Distance: norm of the raw outputs of the trained network minus those of kernel ridge regression with the infinite-width kernel, over test points x classes; rms is the Frobenius norm over the root of the number of elements.',
    'sigma: standard deviation of the initial weights. l2: coupled L2 regularisation. n: training points. mse: half the squared error on one-hot targets.',
  ],
  flips: [
    'Flip rate: share of the top points by |mean influence| whose influence changes sign when they are perturbed; of aggregate=pair, share of the pairs of a test point and a top point. A zero is no flip; scores within rounding of zero are not set apart.',
    'influence: loo is exact leave-one-out; no-denominator its first order, without 1 - leverage; alpha-kept drops the term of the point and refits nothing. target: what the influence is on. kernel: km of the trained network, kinf at infinite width.',
    "points: the top points perturbed one at a time or together. eps: 0.3 standard deviations of the pixels, 0.3 on pixels in [0, 1], or 0.3 of the image's norm. step: PGD eps/4 and MIM eps/10 (usual), both eps/4, both eps/10; ten steps. context: attention attends to the clean or to the perturbed points.",
  ],
} as const;

function fitRow(
  { result, worst, median }: PaperFit,
  columns: readonly Measured[],
  format: EstimateFormat,
): TableRow {
  return {
    head: result.reading.slice(result.reading.indexOf('/') + 1).replaceAll('/', ' '),
    cells: [
      ...[worst, median].map((error) => textCell(PERCENT.mean(error))),
      ...columns.map(({ model, column }) =>
        intervalCell(measuredEstimate(result, model, column), format),
      ),
    ],
  };
}

/** What each value of each axis does to the error, all else as it may be. */
function axesTable(fits: readonly PaperFit[], table: TableName): Table {
  const names = axesOf(fits[0]?.result.reading ?? '').map(([axis]) => axis);
  const groups = names.flatMap((axis): TableGroup[] => {
    const valueOf = ({ result }: PaperFit): string =>
      axesOf(result.reading).find(([name]) => name === axis)?.[1] ?? '';
    const values = distinct(fits, valueOf);
    // An axis with one value decides nothing.
    if (values.length < 2) return [];
    const rows = values
      .map((value) =>
        axisRow(
          value,
          fits.filter((fit) => valueOf(fit) === value),
        ),
      )
      .sort((a, b) => a.median - b.median);
    return [{ title: axis, rows: rows.map(({ row }) => row) }];
  });
  return {
    name: `multiverse-${table}-axes`,
    caption: `${TABLE_LABELS[table]}: what each choice does`,
    columns: [
      ...['value', 'readings', 'median of worst', 'lowest worst', 'reproduce'],
      table === 't1' ? 'attention rises' : 'attention above',
    ],
    groups,
    notes: [
      `Median and lowest over the readings with the value of their worst relative error; reproduce: readings with every number within ${PERCENT.mean(REPRODUCES)} of the paper's.`,
      table === 't1'
        ? 'Attention rises: share of the readings in which the slope of the distance of MLP-Attn over log_{2} m is above 0 on average over seeds.'
        : 'Attention above: share of the readings in which MLP-Attn flips more often than 2L-ReLU, averaged over attacks and seeds; where neither flips it does not. A reading in which nothing flips has an error of 100 %.',
    ],
  };
}

function axisRow(value: string, fits: readonly PaperFit[]): { median: number; row: TableRow } {
  const errors = fits.map(({ worst }) => worst);
  const median = medianOf(errors);
  const reproducing = errors.filter((error) => error <= REPRODUCES).length;
  const verdicts = fits.map(({ result }) => mainClaimHolds(result)).filter((one) => one !== null);
  const holding = verdicts.filter((holds) => holds).length;
  const cells = [
    String(fits.length),
    PERCENT.mean(median),
    PERCENT.mean(Math.min(...errors)),
    String(reproducing),
    verdicts.length === 0 ? NONE.value : PERCENT.mean(holding / verdicts.length),
  ];
  return { median, row: { head: value, cells: cells.map(textCell) } };
}

/** The numbers of a table in order: the ReLU's, then attention's. */
function measuredOf(fits: readonly PaperFit[]): Measured[] {
  const measured = fits[0]?.result.measured ?? [];
  const models: ModelName[] = ['relu', 'attention'];
  return models.flatMap((model) => measured.filter((cell) => cell.model === model));
}

function columnLabel({ model, column }: Measured): string {
  const attack = Object.entries(ATTACK_LABELS).find(([name]) => name === column)?.[1];
  return `${MODEL_LABELS[model]} ${attack ?? `m = ${column}`}`;
}

function formatOf(table: TableName): EstimateFormat {
  return table === 't1' ? PLAIN : PERCENT;
}

function sizesOf(records: readonly MultiverseRecord[], table: TableName): string {
  const own = records.filter((record) =>
    table === 't1'
      ? record.kind === 'multiverse-distance'
      : record.kind === 'multiverse-flips' &&
        record.rates.some(({ reading }) => reading.startsWith(table)),
  );
  const list = (values: readonly number[]): string => [...new Set(values)].join(' or ');
  const q = `${list(own.map((record) => record.q))} test points`;
  const flips = own.filter((record) => record.kind === 'multiverse-flips');
  if (flips.length === 0) return q;
  return [
    `${list(flips.map(({ n }) => n))} training and ${q}`,
    `width ${list(flips.map(({ width }) => width))}`,
    `eps ${list(flips.map(({ radius }) => radius))}`,
    `top ${list(flips.map(({ tau }) => 100 * tau))} %, where one flip of one seed is ${list(flips.map(oneFlip))} points`,
    `ridge ${list(flips.map(({ ridge }) => ridge))}`,
  ].join(', ');
}

/** What one of the top points is worth in percent. */
function oneFlip({ tau, n }: MultiverseFlipsRecord): number {
  return Number((100 / Math.ceil(tau * n)).toFixed(1));
}
