/** Influence flip rates beside the paper's, row by row in any grouping, with the ratio of the models. */
import type { FlipCell, ModelName, ReadingName } from '../../experiments/results.js';
import { percentNumber, significant } from '../format.js';
import { ATTACK_LABELS, MODEL_LABELS, READING_DEFINITIONS } from '../labels.js';
import { cellsOf, flipCells, flipPairs, type FlipFilter } from '../measures.js';
import { MISSING, NONE, PERCENT, PLAIN, countCell, estimateCell, paperCell } from '../table.js';
import type { EstimateFormat, Table, TableCell, TableRow } from '../table.js';
import type { PartView } from '../view.js';

/** Flip experiments that stand together: one intervention on one kind of network. */
export interface FlipGroup {
  readonly title: string;
  /** What picks its cells, models and readings aside. */
  readonly filter: Omit<FlipFilter, 'model' | 'reading'>;
  /** The paper's rate of a model, where it has one. */
  readonly paper: (model: ModelName) => number | undefined;
}

/** The groups of Tables 2 and 3: each attack, then the control. */
export function attackGroups(
  run: PartView,
  paper: (model: ModelName, attack: FlipCell['attack']) => number | undefined,
): FlipGroup[] {
  return [...run.config.attacks, 'reseed' as const].map((attack) => ({
    title: ATTACK_LABELS[attack],
    filter: { attack },
    paper: (model) => paper(model, attack),
  }));
}

/** How a table of flips is called and where the paper's numbers are from. */
export interface FlipTableText {
  readonly name: string;
  readonly caption: string;
  /** Of the numbers in the last column. */
  readonly source: string;
  readonly notes?: readonly string[];
}

/** Flip rate of each model in each group, the readings side by side, and the ratio of the models. */
export function flipTable(
  run: PartView,
  groups: readonly FlipGroup[],
  { name, caption, source, notes = [] }: FlipTableText,
): Table {
  const { readings, tau, influenceWidth, ridge } = run.config;
  return {
    name,
    caption,
    columns: ['', 'n', ...readings, 'paper'],
    groups: groups.map((group) => ({
      title: group.title,
      rows: [...run.config.models.map((model) => rateRow(run, group, model)), ratioRow(run, group)],
    })),
    notes: [
      `Flip rate = share of T whose influence on the test loss changes sign when T is perturbed; T = the top ${percentNumber(tau)} % of training points by |influence|.`,
      `Influence: exact leave-one-out in kernel ridge regression, ridge ${ridge}, empirical kernel of width ${influenceWidth}.`,
      'New seed (control): unperturbed data, a network of another seed; the noise floor of the measure.',
      'Ratio: attention / ReLU, seed by seed.',
      ...notes,
      `Mean and 95 % Student-t interval over n seeds. Paper: ${source}.`,
      ...readings.map((reading) => `${READING_DEFINITIONS[reading]}${epsNote(run, reading)}`),
    ],
  };
}

/** How far the whole ranking moves. */
export function rankingTable(run: PartView, groups: readonly FlipGroup[], name: string): Table {
  return {
    name,
    caption: 'Stability of the influence ranking',
    columns: ['', 'n', ...RANKINGS.map((ranking) => ranking.head)],
    groups: run.config.readings.flatMap((reading) =>
      groups.map((group) => ({
        title: `${reading}, ${group.title}`,
        rows: run.config.models.map((model) =>
          rankingRow(run, { ...group.filter, reading, model }),
        ),
      })),
    ),
    notes: [
      'Weighted flip rate: each point counts by |influence before|, so sign changes of scores near zero weigh little.',
      'Indeterminate: share of T whose influence lies within the rounding error of zero; such a point never counts as a flip.',
      'Spearman and Kendall tau-b: rank correlation over all points. Top overlap: share of T that stays in the top set.',
      'Mean and 95 % Student-t interval over n seeds.',
    ],
  };
}

interface Ranking {
  readonly head: string;
  readonly value: (cell: FlipCell) => number;
  readonly format: EstimateFormat;
}

const RANKINGS: readonly Ranking[] = [
  { head: 'weighted flip rate', value: (cell) => cell.weightedFlipRate, format: PERCENT },
  {
    head: 'indeterminate',
    value: (cell) => cell.indeterminate / cell.topCount,
    format: PERCENT,
  },
  { head: 'Spearman', value: (cell) => cell.spearman ?? NaN, format: PLAIN },
  { head: 'Kendall', value: (cell) => cell.kendall ?? NaN, format: PLAIN },
  { head: 'top overlap', value: (cell) => cell.topOverlap, format: PERCENT },
];

function rankingRow(run: PartView, filter: FlipFilter & { readonly model: ModelName }): TableRow {
  const cells = flipCells(run, filter);
  return {
    head: MODEL_LABELS[filter.model],
    cells: [
      countCell([cells.length]),
      ...RANKINGS.map(({ value, format }) => estimateCell(cells.map(value), format)),
    ],
  };
}

function rateRow(run: PartView, { filter, paper }: FlipGroup, model: ModelName): TableRow {
  const byReading = run.config.readings.map((reading) =>
    flipCells(run, { ...filter, reading, model }).map((cell) => cell.flipRate),
  );
  return {
    head: MODEL_LABELS[model],
    cells: [
      countCell(byReading.map((rates) => rates.length)),
      ...byReading.map((rates) => estimateCell(rates, PERCENT)),
      paperCell(paper(model), PERCENT),
    ],
  };
}

function ratioRow(run: PartView, { filter, paper }: FlipGroup): TableRow {
  const [relu, attention] = [paper('relu'), paper('attention')];
  const byReading = run.config.readings.map((reading) => flipPairs(run, { ...filter, reading }));
  return {
    head: 'ratio',
    cells: [
      countCell(byReading.map((pairs) => pairs.length)),
      ...byReading.map(ratioCell),
      relu === undefined || attention === undefined ? NONE : paperCell(attention / relu, PLAIN),
    ],
  };
}

function ratioCell(pairs: ReturnType<typeof flipPairs>): TableCell {
  if (pairs.length === 0) return MISSING;
  const withoutFlip = pairs.filter((pair) => pair.relu === 0).length;
  return withoutFlip > 0
    ? { value: 'undefined', detail: `(ReLU 0 % in ${withoutFlip} of ${pairs.length})` }
    : estimateCell(
        pairs.map((pair) => pair.attention / pair.relu),
        PLAIN,
      );
}

/** eps of a reading in pixels, where an attack has finished and the unit is another. */
function epsNote(run: PartView, reading: ReadingName): string {
  const attacked = cellsOf(run, 'flip').find(
    (cell) => cell.reading === reading && cell.attack !== 'reseed',
  );
  return attacked === undefined || attacked.eps === attacked.epsPixels
    ? ''
    : ` Here eps = ${attacked.eps} is ${significant(attacked.epsPixels)} in pixels.`;
}
