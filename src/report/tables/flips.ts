/** Influence flip rates beside the paper's Table 2, with the control on a new seed. */
import type { FlipAttack, FlipCell, ModelName, ReadingName } from '../../experiments/results.js';
import { percentNumber, significant } from '../format.js';
import { ATTACK_LABELS, MODEL_LABELS, READING_DEFINITIONS } from '../labels.js';
import { cellsOf, flipCells, flipPairs } from '../measures.js';
import { paperFlipRate, paperNumbers } from '../paper-tables.js';
import { MISSING, NONE, PERCENT, PLAIN, countCell, estimateCell, paperCell } from '../table.js';
import type { EstimateFormat, Table, TableCell, TableRow } from '../table.js';
import type { PartView } from '../view.js';

/** Flip rate of each model under each attack, the readings side by side, and the ratio of the models. */
export function flipTable(run: PartView): Table {
  const { readings, tau, influenceWidth, ridge } = run.config;
  return {
    name: 'flips',
    caption: 'Influence flip rate',
    columns: ['', 'n', ...readings, 'paper'],
    groups: interventions(run).map((attack) => ({
      title: ATTACK_LABELS[attack],
      rows: [
        ...run.config.models.map((model) => rateRow(run, attack, model)),
        ratioRow(run, attack),
      ],
    })),
    notes: [
      `Flip rate = share of T whose influence on the test loss changes sign when T is perturbed; T = the top ${percentNumber(tau)} % of training points by |influence|.`,
      `Influence: exact leave-one-out in kernel ridge regression, ridge ${ridge}, empirical kernel of width ${influenceWidth}.`,
      'New seed (control): unperturbed data, a network of another seed; the noise floor of the measure.',
      'Ratio: attention / ReLU, seed by seed.',
      'Mean and 95 % Student-t interval over n seeds. Paper: Table 2, eps 0.3.',
      ...readings.map((reading) => `${READING_DEFINITIONS[reading]}${epsNote(run, reading)}`),
    ],
  };
}

/** How far the whole ranking moves. */
export function rankingTable(run: PartView): Table {
  return {
    name: 'ranking',
    caption: 'Stability of the influence ranking',
    columns: ['', 'n', ...RANKINGS.map((ranking) => ranking.head)],
    groups: run.config.readings.flatMap((reading) =>
      interventions(run).map((attack) => ({
        title: `${reading}, ${ATTACK_LABELS[attack]}`,
        rows: run.config.models.map((model) => rankingRow(run, reading, attack, model)),
      })),
    ),
    notes: [
      'Weighted flip rate: each point counts by |influence before|, so sign changes of scores near zero weigh little.',
      'Indeterminate: share of T whose influence lies within the rounding error of zero; such a point never counts as a flip.',
      'Spearman and Kendall tau-b: rank correlation over all points. Top overlap: share of T that stays in the top set.',
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

function rankingRow(
  run: PartView,
  reading: ReadingName,
  attack: FlipAttack,
  model: ModelName,
): TableRow {
  const cells = flipCells(run, reading, model, attack);
  return {
    head: MODEL_LABELS[model],
    cells: [
      countCell([cells.length]),
      ...RANKINGS.map(({ value, format }) => estimateCell(cells.map(value), format)),
    ],
  };
}

function interventions(run: PartView): FlipAttack[] {
  return [...run.config.attacks, 'reseed'];
}

function rateRow(run: PartView, attack: FlipAttack, model: ModelName): TableRow {
  const byReading = run.config.readings.map((reading) =>
    flipCells(run, reading, model, attack).map((cell) => cell.flipRate),
  );
  const paper = paperFlipRate(paperNumbers(run.dataset), model, attack);
  return {
    head: MODEL_LABELS[model],
    cells: [
      countCell(byReading.map((rates) => rates.length)),
      ...byReading.map((rates) => estimateCell(rates, PERCENT)),
      paperCell(paper, PERCENT),
    ],
  };
}

function ratioRow(run: PartView, attack: FlipAttack): TableRow {
  const paper = paperNumbers(run.dataset);
  const relu = paperFlipRate(paper, 'relu', attack);
  const attention = paperFlipRate(paper, 'attention', attack);
  const { readings } = run.config;
  return {
    head: 'ratio',
    cells: [
      countCell(readings.map((reading) => flipPairs(run, reading, attack).length)),
      ...readings.map((reading) => ratioCell(run, reading, attack)),
      relu === undefined || attention === undefined ? NONE : paperCell(attention / relu, PLAIN),
    ],
  };
}

function ratioCell(run: PartView, reading: ReadingName, attack: FlipAttack): TableCell {
  const pairs = flipPairs(run, reading, attack);
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
