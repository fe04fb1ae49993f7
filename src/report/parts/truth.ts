/** How far influence scores can be trusted: their agreement with retraining, over width. */
import type { RemovalContext, TruthRecord } from '../../experiments/parts/truth-results.js';
import type { CellOrigin, ModelName, ReadingName } from '../../experiments/results.js';
import { mean } from '../../statistics.js';
import { slopesOverWidth } from '../aggregate.js';
import type { Claim } from '../claims.js';
import type { DataRow } from '../figures/csv.js';
import type { FigurePlan } from '../figures/figure.js';
import { MODEL_COLORS, PANEL, THEME, widthAxis } from '../figures/theme.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS } from '../flat-rows.js';
import { MODEL_LABELS } from '../labels.js';
import { cellsOf, estimate } from '../measures.js';
import type { PartReport } from '../part-report.js';
import {
  NONE,
  PERCENT,
  PLAIN,
  SIGNED,
  countCell,
  estimateCell,
  type EstimateFormat,
  type Table,
  type TableRow,
} from '../table.js';
import { above, below } from '../verdict.js';
import type { PartView } from '../view.js';
import {
  distinct,
  matching,
  ordered,
  readingNotes,
  resultsByReading,
  settingsOf,
  widthsOf,
} from './records.js';
import { agreements, type Agreement } from './truth-measures.js';

export const truthReport: PartReport = {
  part: 'truth',
  title: 'Influence against retraining',
  claims: (view) => truthClaims(recordsOf(view), view.config.readings),
  mainTables: (view) => [truthTable(recordsOf(view))],
  detailTables: () => [],
  figures: (view) => truthFigure(recordsOf(view)),
  rows: (view) => recordsOf(view).map(retrainingRow),
  columns: {
    ...ORIGIN_COLUMNS,
    kind: 'truth-removal: without one point; truth-subset: on a random subset; truth-reseed: from another seed',
    ...NETWORK_COLUMNS,
    n: 'training points before any is removed',
    q: 'test points',
    context: 'recomputed: attention attends to the points that are left; fixed: to all',
    point: 'position of the removed point in the training sample',
    subset: 'number of the subset',
    networkSeed: 'the other seed of weights and batches',
    size: 'points trained on',
    loss: 'loss of the network trained again, mean over the test points, of a subset',
    change: 'loss of the network trained again minus that of the first, mean over the test points',
    influence:
      'leave-one-out influence of the removed point, or its sum over the subset, mean over the test points',
  },
};

function recordsOf(view: PartView): (TruthRecord & CellOrigin)[] {
  return ordered(view, [
    ...cellsOf(view, 'truth-removal'),
    ...cellsOf(view, 'truth-subset'),
    ...cellsOf(view, 'truth-reseed'),
  ]);
}

/** One retraining, with every column that any kind of retraining has. */
function retrainingRow(record: TruthRecord & CellOrigin): DataRow {
  const { part, dataset, seed, key, kind, reading, model, width, n, q, context } = record;
  return {
    ...{ part, dataset, seed, key, kind, reading, model, width, n, q, context },
    point: record.kind === 'truth-removal' ? record.point : null,
    subset: record.kind === 'truth-subset' ? record.subset : null,
    networkSeed: record.kind === 'truth-reseed' ? record.networkSeed : null,
    size: record.kind === 'truth-subset' ? record.size : n - Number(kind === 'truth-removal'),
    loss: record.kind === 'truth-subset' ? mean(record.loss) : null,
    change: record.kind === 'truth-subset' ? null : mean(record.change),
    influence: record.kind === 'truth-reseed' ? null : mean(record.influence),
  };
}

const CONTEXTS: Readonly<Record<RemovalContext, string>> = {
  recomputed: 'context recomputed',
  fixed: 'context fixed',
};

/** Rank correlations with retraining, agreement of signs, LDS and the noise of another seed. */
export function truthTable(records: readonly TruthRecord[]): Table {
  const networks = agreements(records);
  const groups = settingsOf(networks).flatMap((setting) => {
    const ofSetting = matching<Agreement>(networks, setting);
    return (['recomputed', 'fixed'] as const).flatMap((context) => {
      const ofContext = matching(ofSetting, { context });
      if (ofContext.length === 0) return [];
      const attends = setting.model === 'attention' ? `, ${CONTEXTS[context]}` : '';
      return [
        {
          title: `${setting.reading}, ${MODEL_LABELS[setting.model]}${attends}`,
          rows: [
            ...widthsOf(ofContext).map((width) => widthRow(ofContext, width)),
            slopeRow(ofContext),
          ],
        },
      ];
    });
  });
  return {
    name: 'truth',
    caption: 'Influence against retraining',
    columns: ['', 'n', ...MEASURES.map(({ head }) => head)],
    groups,
    notes: [
      retrainingNote(records, networks),
      'Truth: change of the loss of a test point, in the loss the network is trained by, when the network is trained again from the same weights in the same batches without a point. A removed point keeps its place in its batch and has no gradient; a batch divides by its full size.',
      'Influence: exact leave-one-out in kernel ridge regression on the squared error, with the empirical kernel of the network trained on all points.',
      'Spearman: rank correlation over the removed points of influence and truth, mean over the test points; 1 is the ranking of retraining, 0 is chance. Aggregate: the same of their averages over the test points, the scores that flip rates are taken of.',
      'Sign agreement: share of pairs of a test point and a removed point whose influence and truth have one sign; 50 % is chance. Weighted: each pair by |influence|.',
      'LDS: linear datamodeling score, rank correlation over random subsets of the summed influence and the negative loss of the network trained on the subset, mean over the test points.',
      'Seed noise: root mean square change of a test loss when weights and batches come from another seed, divided by that when one point is removed. Above 1, the seed decides more than the point.',
      'Slope: least squares over log_{2} m, the change for each doubling of the width, seed by seed.',
      'Mean and 95 % Student-t interval over n seeds.',
      'Context recomputed: attention attends to the points that are left. Context fixed: it attends to all points, as the influence assumes.',
      ...readingNotes(networks),
    ],
  };
}

interface Measure {
  readonly head: string;
  readonly value: (network: Agreement) => number | null;
  readonly format: EstimateFormat;
}

const MEASURES: readonly Measure[] = [
  { head: 'Spearman', value: ({ spearman }) => spearman, format: PLAIN },
  { head: 'aggregate', value: ({ aggregateSpearman }) => aggregateSpearman, format: PLAIN },
  { head: 'sign agreement', value: ({ signAgreement }) => signAgreement, format: PERCENT },
  {
    head: 'weighted',
    value: ({ weightedSignAgreement }) => weightedSignAgreement,
    format: PERCENT,
  },
  { head: 'LDS', value: ({ lds }) => lds, format: PLAIN },
  { head: 'seed noise', value: ({ seedNoise }) => seedNoise, format: PLAIN },
];

function widthRow(networks: readonly Agreement[], width: number): TableRow {
  const ofWidth = matching(networks, { width });
  return {
    head: `m = ${width}`,
    cells: [
      countCell([ofWidth.length]),
      ...MEASURES.map(({ value, format }) =>
        estimateCell(
          ofWidth.map((network) => value(network) ?? NaN),
          format,
        ),
      ),
    ],
  };
}

function slopeRow(networks: readonly Agreement[]): TableRow {
  const slopes = MEASURES.map(({ value }) => slopesOverWidth(networks, value));
  return {
    head: 'slope',
    cells: [
      countCell(slopes.map(({ length }) => length)),
      ...slopes.map((values) => (values.length === 0 ? NONE : estimateCell(values, SIGNED))),
    ],
  };
}

function retrainingNote(records: readonly TruthRecord[], networks: readonly Agreement[]): string {
  const range = (values: readonly number[]): string => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? String(low) : `${low}–${high}`;
  };
  const sizes = records.flatMap((record) => (record.kind === 'truth-subset' ? [record.size] : []));
  const subsets = sizes.length === 0 ? '' : ` of ${range(sizes)} points`;
  const of = (value: (network: Agreement) => number): string => range(networks.map(value));
  if (networks.length === 0) return 'No network has been trained again yet.';
  return (
    `Each network was trained again without ${of(({ removals }) => removals)} single points and on ` +
    `${of(({ subsets: count }) => count)} random subsets${subsets} (other seeds: ` +
    `${of(({ reseeds }) => reseeds)}), with ${range(records.map(({ n }) => n))} training and ` +
    `${range(records.map(({ q }) => q))} test points.`
  );
}

/** That influence in the kernel regime stands for retraining is what every flip rate of the paper rests on. */
export function truthClaims(
  records: readonly TruthRecord[],
  readings: readonly ReadingName[],
): Claim[] {
  const networks = agreements(records);
  return distinct(networks, ({ model }) => model).flatMap((model) => {
    // What the kernel assumes would be the kinder test; the truth is a network that never saw the point.
    const ofModel = matching(networks, { model, context: 'recomputed' });
    if (ofModel.length === 0) return [];
    const network = { model, width: Math.max(...widthsOf(ofModel)) };
    const widest = matching<Agreement>(ofModel, network);
    return [correlationClaim(widest, network, readings), noiseClaim(widest, network, readings)];
  });
}

interface Network {
  readonly model: ModelName;
  readonly width: number;
}

function correlationClaim(
  widest: readonly Agreement[],
  { model, width }: Network,
  readings: readonly ReadingName[],
): Claim {
  const accepted = above(0, 'above 0');
  return {
    statement: `${MODEL_LABELS[model]}: influence ranks points as retraining does (Spearman at m = ${width})`,
    paper: NONE.value,
    accepted,
    format: PLAIN,
    results: resultsByReading(readings, widest, accepted, (networks) =>
      networks.map(({ spearman }) => spearman ?? NaN),
    ),
  };
}

function noiseClaim(
  widest: readonly Agreement[],
  { model, width }: Network,
  readings: readonly ReadingName[],
): Claim {
  const accepted = below(1, 'below 1');
  return {
    statement: `${MODEL_LABELS[model]}: a point matters more than the seed (seed noise at m = ${width})`,
    paper: NONE.value,
    accepted,
    format: PLAIN,
    results: resultsByReading(readings, widest, accepted, (networks) =>
      networks.map(({ seedNoise }) => seedNoise ?? NaN),
    ),
  };
}

/** Correlation with retraining against width, one panel a reading; none without a correlation. */
export function truthFigure(records: readonly TruthRecord[]): FigurePlan[] {
  const networks = agreements(records).filter(
    ({ model, context }) => model === 'relu' || context === 'recomputed',
  );
  const rows = settingsOf(networks).flatMap(({ reading, model }) =>
    widthsOf(matching(networks, { reading, model })).flatMap((width) =>
      correlationRows(matching(networks, { reading, model, width })).map((row) => ({
        ...{ reading, model: MODEL_LABELS[model], width },
        ...row,
      })),
    ),
  );
  if (rows.length === 0) return [];
  const widths = distinct(rows, ({ width }) => width).sort((a, b) => a - b);
  return [
    {
      name: 'truth',
      title: 'Influence against retraining',
      description:
        'Line chart of the rank correlation of influence with retraining against width, for both models, for single points ' +
        'and for subsets, one panel for each reading.',
      caption:
        'Rank correlation, mean over test points and seeds: of leave-one-out influence with the change of loss when a ' +
        'point is removed, and of summed influence with the loss on random subsets (LDS). Zero is chance.',
      rows,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'Correlation with retraining against width',
        config: THEME,
        data: { values: rows as DataRow[] },
        facet: { column: { field: 'reading', type: 'nominal' } },
        spec: {
          ...PANEL,
          encoding: {
            x: widthAxis(widths),
            y: { field: 'correlation', type: 'quantitative', title: 'rank correlation' },
            color: { field: 'model', type: 'nominal', scale: MODEL_COLORS },
          },
          layer: [
            {
              mark: { type: 'line', strokeWidth: 2 },
              encoding: {
                strokeDash: {
                  field: 'measure',
                  type: 'nominal',
                  sort: ['single points', 'subsets'],
                  legend: { symbolSize: 500, symbolStrokeColor: 'currentColor' },
                },
              },
            },
            { mark: { type: 'point', filled: true, size: 40, opacity: 1 } },
          ],
        },
      },
    },
  ];
}

function correlationRows(
  networks: readonly Agreement[],
): { measure: string; correlation: number; seeds: number }[] {
  return [
    { measure: 'single points', values: networks.map(({ spearman }) => spearman ?? NaN) },
    { measure: 'subsets', values: networks.map(({ lds }) => lds ?? NaN) },
  ].flatMap(({ measure, values }) => {
    const average = estimate(values);
    return average === undefined
      ? []
      : [{ measure, correlation: average.mean, seeds: average.count }];
  });
}
