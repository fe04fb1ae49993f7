/** Kernel drift during training, over width: which networks leave the kernel regime, and when. */
import type { DynamicsPoint, DynamicsRecord } from '../../experiments/parts/dynamics-results.js';
import type { CellOrigin, ModelName, ReadingName } from '../../experiments/results.js';
import { slopesOverWidth } from '../aggregate.js';
import type { Claim } from '../claims.js';
import type { DataRow } from '../figures/csv.js';
import type { FigurePlan } from '../figures/figure.js';
import { PANEL, THEME } from '../figures/theme.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
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
  textCell,
  type EstimateFormat,
  type Table,
  type TableCell,
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

export const dynamicsReport: PartReport = {
  part: 'dynamics',
  title: 'Kernel during training',
  claims: (view) => dynamicsClaims(recordsOf(view), view.config.readings),
  mainTables: (view) => {
    const records = recordsOf(view);
    return records.length === 0 ? [] : [dynamicsTable(records)];
  },
  detailTables: () => [],
  figures: (view) => dynamicsFigure(recordsOf(view)),
  rows: (view) =>
    recordsOf(view).flatMap((record) =>
      flatRows([record]).flatMap((row) => record.path.map((point) => ({ ...row, ...point }))),
    ),
  columns: {
    ...ORIGIN_COLUMNS,
    ...NETWORK_COLUMNS,
    n: 'training points, on which every kernel is taken',
    q: 'test points',
    epoch: 'epochs trained',
    drift: '|K_t - K_0|_F / |K_0|_F, empty when K_0 = 0',
    alignment: '<K_t, K_0> / (|K_t|_F |K_0|_F), empty when either is 0',
    targetAlignment: '<K_t, Y Y^T> / (|K_t|_F |Y Y^T|_F), empty when K_t = 0',
    weightChange: '|W_t - W_0|_F / |W_0|_F',
    loss: 'mean training loss of the epoch that ends here, without the regulariser, empty at epoch 0',
    accuracy: 'share of test points that the network classifies rightly',
    deadUnits: 'share of hidden units that are zero on every training point',
  },
};

function recordsOf(view: PartView): (DynamicsRecord & CellOrigin)[] {
  return ordered(view, cellsOf(view, 'dynamics'));
}

/** A kernel that has moved by more than this share of its size has left the kernel regime. */
export const KERNEL_REGIME_DRIFT = 0.1;

/**
 * The first epoch looked at at which the kernel's drift exceeds {@link KERNEL_REGIME_DRIFT}; null when it never does.
 */
export function exitEpoch({ path }: DynamicsRecord): number | null {
  return path.find(({ drift }) => drift !== null && drift > KERNEL_REGIME_DRIFT)?.epoch ?? null;
}

/** Drift and alignment at the end of training, and when each network left the kernel regime. */
export function dynamicsTable(records: readonly DynamicsRecord[]): Table {
  const epochs = distinct(records, ({ path }) => path.at(-1)?.epoch);
  return {
    name: 'dynamics',
    caption: 'The kernel during training',
    columns: ['', 'n', ...COLUMNS.map(({ head }) => head)],
    groups: settingsOf(records).map((setting) => {
      const ofSetting = matching<DynamicsRecord>(records, setting);
      return {
        title: `${setting.reading}, ${MODEL_LABELS[setting.model]}`,
        rows: [
          ...widthsOf(ofSetting).map((width) => widthRow(ofSetting, width)),
          slopeRow(ofSetting),
        ],
      };
    }),
    notes: [
      `Drift = |K_{t} - K_{0}|_{F} / |K_{0}|_{F} and alignment = <K_{t}, K_{0}> / (|K_{t}|_{F} |K_{0}|_{F}) of the empirical kernel on the training points, after ${epochs.join(' or ')} epochs.`,
      `Left: networks whose drift exceeds ${KERNEL_REGIME_DRIFT}, of those measured. First epoch: the first of the epochs looked at (${snapshotsOf(records).join(', ')}) at which it does, mean over the networks that left.`,
      'Target alignment = <K, Y Y^{T}> / (|K|_{F} |Y Y^{T}|_{F}), before and after training. Weight change = |W_{t} - W_{0}|_{F} / |W_{0}|_{F}.',
      'Accuracy on the test points. Dead units: share of hidden units that are zero on every training point.',
      'Slope: least squares over log_{2} m, the change for each doubling of the width, seed by seed.',
      'Mean and 95 % Student-t interval over n seeds. A network without an active unit has no drift and is left out.',
      ...readingNotes(records),
    ],
  };
}

interface Column {
  readonly head: string;
  readonly cell: (records: readonly DynamicsRecord[]) => TableCell;
  /** What the slope is taken of; none where a trend would say little. */
  readonly trend?: (record: DynamicsRecord) => number | null;
}

const COLUMNS: readonly Column[] = [
  {
    ...atEnd('drift', ({ drift }) => drift, PLAIN),
    trend: (record) => last(record)?.drift ?? null,
  },
  {
    ...atEnd('alignment', ({ alignment }) => alignment, PLAIN),
    trend: (record) => last(record)?.alignment ?? null,
  },
  { head: 'left', cell: leftCell },
  {
    head: 'first epoch',
    cell: (records) => {
      const epochs = records.map(exitEpoch).filter((epoch) => epoch !== null);
      return epochs.length === 0 ? NONE : estimateCell(epochs, PLAIN);
    },
  },
  {
    head: 'target alignment before',
    cell: (records) =>
      estimateCell(
        records.map(({ path }) => path[0]?.targetAlignment ?? NaN),
        PLAIN,
      ),
  },
  atEnd('after', ({ targetAlignment }) => targetAlignment, PLAIN),
  atEnd('weight change', ({ weightChange }) => weightChange, PLAIN),
  atEnd('accuracy', ({ accuracy }) => accuracy, PERCENT),
  atEnd('dead units', ({ deadUnits }) => deadUnits, PERCENT),
];

/** The column of a quantity at the end of training. */
function atEnd(
  head: string,
  value: (point: DynamicsPoint) => number | null,
  format: EstimateFormat,
): Column {
  const ofRecord = (record: DynamicsRecord): number => {
    const point = last(record);
    return point === undefined ? NaN : (value(point) ?? NaN);
  };
  return { head, cell: (records) => estimateCell(records.map(ofRecord), format) };
}

function last({ path }: DynamicsRecord): DynamicsPoint | undefined {
  return path.at(-1);
}

function leftCell(records: readonly DynamicsRecord[]): TableCell {
  const measured = records.filter((record) => (last(record)?.drift ?? null) !== null);
  const left = measured.filter((record) => exitEpoch(record) !== null);
  return textCell(`${left.length} / ${measured.length}`);
}

function widthRow(ofSetting: readonly DynamicsRecord[], width: number): TableRow {
  const records = matching(ofSetting, { width });
  return {
    head: `m = ${width}`,
    cells: [countCell([records.length]), ...COLUMNS.map(({ cell }) => cell(records))],
  };
}

function slopeRow(ofSetting: readonly DynamicsRecord[]): TableRow {
  const slopes = COLUMNS.map(({ trend }) =>
    trend === undefined ? undefined : slopesOverWidth(ofSetting, trend),
  );
  return {
    head: 'slope',
    cells: [
      countCell(slopes.filter((values) => values !== undefined).map(({ length }) => length)),
      ...slopes.map((values) =>
        values === undefined || values.length === 0 ? NONE : estimateCell(values, SIGNED),
      ),
    ],
  };
}

function snapshotsOf(records: readonly DynamicsRecord[]): number[] {
  const epochs = records.flatMap(({ path }) => path.map(({ epoch }) => epoch));
  return [...new Set(epochs)].sort((a, b) => a - b);
}

/** The paper has the ReLU network enter the kernel regime with width, and attention never. */
export function dynamicsClaims(
  records: readonly DynamicsRecord[],
  readings: readonly ReadingName[],
): Claim[] {
  return distinct(records, ({ model }) => model).flatMap((model) => {
    const ofModel = records.filter((record) => record.model === model);
    return [...trendClaim(ofModel, model, readings), regimeClaim(ofModel, model, readings)];
  });
}

function trendClaim(
  ofModel: readonly DynamicsRecord[],
  model: ModelName,
  readings: readonly ReadingName[],
): Claim[] {
  if (model === 'attention') return [];
  const accepted = below(0, 'slope below 0');
  return [
    {
      statement: `${MODEL_LABELS[model]}: kernel drift falls with width (slope for each doubling)`,
      paper: NONE.value,
      accepted,
      format: SIGNED,
      results: resultsByReading(readings, ofModel, accepted, (records) =>
        slopesOverWidth(records, (record) => last(record)?.drift ?? null),
      ),
    },
  ];
}

function regimeClaim(
  ofModel: readonly DynamicsRecord[],
  model: ModelName,
  readings: readonly ReadingName[],
): Claim {
  const width = Math.max(...widthsOf(ofModel));
  const inside = model === 'relu';
  const words = `drift ${inside ? 'below' : 'above'} ${KERNEL_REGIME_DRIFT}`;
  const accepted = inside ? below(KERNEL_REGIME_DRIFT, words) : above(KERNEL_REGIME_DRIFT, words);
  return {
    statement: `${MODEL_LABELS[model]}: ${inside ? 'in' : 'not in'} the kernel regime at m = ${width} (drift after training)`,
    paper: NONE.value,
    accepted,
    format: PLAIN,
    results: resultsByReading(readings, ofModel, accepted, (records) =>
      matching(records, { width }).map((record) => last(record)?.drift ?? NaN),
    ),
  };
}

/** Drift against epoch, one line a width, one panel a model and reading; none without records. */
export function dynamicsFigure(records: readonly DynamicsRecord[]): FigurePlan[] {
  const rows = settingsOf(records).flatMap(({ reading, model }) => {
    const ofSetting = matching<DynamicsRecord>(records, { reading, model });
    return widthsOf(ofSetting).flatMap((width) =>
      pathRows(matching(ofSetting, { width })).map((row) => ({
        ...{ panel: `${reading}, ${MODEL_LABELS[model]}`, reading, model: MODEL_LABELS[model] },
        ...{ width, ...row },
      })),
    );
  });
  if (rows.length === 0) return [];
  return [
    {
      name: 'dynamics',
      title: 'Kernel drift during training',
      description:
        'Line chart of the relative change of the empirical kernel against the epoch, one line for each width, one panel ' +
        'for each reading and model.',
      caption:
        'Relative Frobenius distance of the kernel from its start, mean over seeds. The dashed line is the threshold ' +
        `${KERNEL_REGIME_DRIFT} above which a network has left the kernel regime.`,
      rows,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'Kernel drift against epoch',
        config: THEME,
        data: { values: rows as DataRow[] },
        facet: { field: 'panel', type: 'nominal', sort: distinct(rows, ({ panel }) => panel) },
        columns: 2,
        spec: {
          ...PANEL,
          layer: [
            {
              mark: { type: 'line', strokeWidth: 2, point: { size: 25 } },
              encoding: {
                x: {
                  field: 'epoch',
                  type: 'quantitative',
                  // The start is epoch 0, which a logarithmic axis does not have.
                  scale: { type: 'symlog', constant: 1 },
                  axis: { values: snapshotsOf(records), format: 'd', grid: false },
                  title: 'epoch',
                },
                y: { field: 'drift', type: 'quantitative', title: 'kernel drift' },
                color: {
                  field: 'width',
                  type: 'ordinal',
                  scale: { scheme: 'viridis' },
                  legend: { title: 'width m' },
                },
              },
            },
            {
              mark: { type: 'rule', color: 'currentColor', strokeDash: [4, 3], opacity: 0.6 },
              encoding: { y: { datum: KERNEL_REGIME_DRIFT } },
            },
          ],
        },
      },
    },
  ];
}

/** Means over the networks of one width. */
function pathRows(
  records: readonly DynamicsRecord[],
): { epoch: number; drift: number; seeds: number }[] {
  return snapshotsOf(records).flatMap((epoch) => {
    const drifts = records.map(
      ({ path }) => path.find((point) => point.epoch === epoch)?.drift ?? NaN,
    );
    const average = estimate(drifts);
    return average === undefined ? [] : [{ epoch, drift: average.mean, seeds: average.count }];
  });
}
