/** The interventions on the training points, curated, transformed and adversarial, and their control. */
import type { InterventionCell } from '../../experiments/results.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { percentNumber } from '../format.js';
import { MODEL_LABELS, READING_DEFINITIONS } from '../labels.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { PERCENT, PLAIN, POINTS, SIGNED, countCell, estimateCell } from '../table.js';
import type { EstimateFormat, Table, TableRow } from '../table.js';
import type { PartView } from '../view.js';

const INTERVENTIONS = ['curated', 'transformed', 'adversarial', 'reseed'] as const;

export const interventionsReport: PartReport = {
  part: 'interventions',
  title: 'Interventions',
  // The paper describes the interventions and gives no numbers for them.
  claims: () => [],
  mainTables: (view) => [interventionTable(view)],
  detailTables: () => [],
  figures: () => [],
  rows: (view) => flatRows(cellsOf(view, 'intervention')),
  columns: {
    ...ORIGIN_COLUMNS,
    ...NETWORK_COLUMNS,
    intervention:
      'curated: T removed; transformed: T replaced by PGD examples; adversarial: all points replaced; reseed: none, the network has another seed',
    eps: 'radius of PGD in the unit of the reading, 0 when no point is perturbed',
    epsPixels: 'the same in pixels in [0, 1]',
    compared: 'number of training points whose influence is compared: all, or those that are left',
    flipRate: 'share of the top tau of the points compared whose influence changes sign',
    weightedFlipRate: 'the same, each point weighted by |influence before|',
    spearman: "Spearman's rho of the influence before and after, over the points compared",
    kendall: "Kendall's tau-b of the same",
    topOverlap: 'share of the top tau of the points compared that stays there',
    accuracyBefore: 'share of test points that kernel ridge regression classifies rightly, before',
    accuracyAfter: 'the same after the intervention',
    lossBefore: 'mean of 1/2 |f(t) - y_t|^2 over the test points, before',
    lossAfter: 'the same after the intervention',
  },
};

interface Measure {
  readonly head: string;
  readonly value: (cell: InterventionCell) => number;
  readonly format: EstimateFormat;
}

const MEASURES: readonly Measure[] = [
  { head: 'flip rate', value: (cell) => cell.flipRate, format: PERCENT },
  { head: 'Spearman', value: (cell) => cell.spearman ?? NaN, format: PLAIN },
  { head: 'Kendall', value: (cell) => cell.kendall ?? NaN, format: PLAIN },
  { head: 'top overlap', value: (cell) => cell.topOverlap, format: PERCENT },
  { head: 'accuracy', value: (cell) => cell.accuracyAfter, format: PERCENT },
  {
    head: 'accuracy change',
    value: (cell) => cell.accuracyAfter - cell.accuracyBefore,
    format: POINTS,
  },
  { head: 'loss', value: (cell) => cell.lossAfter, format: PLAIN },
  { head: 'loss change', value: (cell) => cell.lossAfter - cell.lossBefore, format: SIGNED },
];

/** Rank statistics, accuracy and loss of each intervention. */
function interventionTable(run: PartView): Table {
  const { readings, tau } = run.config;
  return {
    name: 'interventions',
    caption: 'Interventions on the training points',
    columns: ['', 'n', ...MEASURES.map(({ head }) => head)],
    groups: readings.flatMap((reading) =>
      INTERVENTIONS.map((intervention) => ({
        title: `${reading}, ${intervention}`,
        rows: run.config.models.map((model): TableRow => {
          const cells = cellsOf(run, 'intervention').filter(
            (cell) =>
              cell.reading === reading &&
              cell.intervention === intervention &&
              cell.model === model,
          );
          return {
            head: MODEL_LABELS[model],
            cells: [
              countCell([cells.length]),
              ...MEASURES.map(({ value, format }) => estimateCell(cells.map(value), format)),
            ],
          };
        }),
      })),
    ),
    notes: [
      `Curated: T, the top ${percentNumber(tau)} % of training points by |influence|, is removed. Transformed: T is replaced by PGD examples. Adversarial: every point is. Reseed: the control, a network trained on the same clean data from another seed.`,
      'Flip rate, rank correlations and overlap compare the influence before and after, of the points that are there both times; the flip rate and the overlap are of the top among these.',
      'Accuracy and loss 1/2 |f(t) - y_{t}|^{2}: of kernel ridge regression with the empirical kernel, on clean test points, after the intervention; change: after minus before.',
      'But for the control, the network stays as it was trained; the attention context is that of the changed training points.',
      'Mean and 95 % Student-t interval over n seeds.',
      ...readings.map((reading) => READING_DEFINITIONS[reading]),
    ],
  };
}
