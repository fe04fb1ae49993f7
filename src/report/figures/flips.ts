/** Influence flip rate by attack and model, one panel a reading. */
import type { ModelName, ReadingName } from '../../experiments/results.js';
import { MODEL_LABELS } from '../labels.js';
import { cellsOf, estimate, flipCells } from '../measures.js';
import type { FlipGroup } from '../tables/flips.js';
import type { DataRow } from './csv.js';
import type { FigurePlan } from './figure.js';
import { MODEL_COLORS, PANEL, THEME } from './theme.js';
import type { PartView } from '../view.js';

/** What a flip figure is called. */
export interface FlipFigureText {
  readonly name: string;
  readonly title: string;
  /** The paper's table that strokes are from. */
  readonly source: string;
}

/** Mean flip rates with intervals and the paper's values; none without a flip experiment. */
export function flipFigure(
  run: PartView,
  groups: readonly FlipGroup[],
  { name, title, source }: FlipFigureText,
): FigurePlan[] {
  if (cellsOf(run, 'flip').length === 0) return [];
  const { readings, models } = run.config;
  const rows = readings.flatMap((reading) =>
    groups.flatMap((group) => models.flatMap((model) => flipRow(run, reading, group, model))),
  );
  const highest = Math.max(...rows.flatMap((row) => [row.upper, row.rate, row.paper ?? 0]));
  return [
    {
      name,
      title,
      description:
        'Bar chart of the influence flip rate of both models under each attack and for a new seed, ' +
        'one panel for each reading, with the rates of the paper.',
      caption:
        'Bars are means over seeds, thin lines 95 % intervals (cut at 0 and 100 %), strokes across a bar the ' +
        `paper's ${source}. New seed: unperturbed data and another network, the noise floor.`,
      rows,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'Influence flip rate by attack and model',
        config: THEME,
        data: { values: rows as DataRow[] },
        facet: { column: { field: 'reading', type: 'nominal', sort: [...readings] } },
        spec: {
          ...PANEL,
          encoding: {
            x: {
              field: 'attack',
              type: 'nominal',
              sort: groups.map((group) => axisLabel(group)),
              scale: { paddingInner: 0.3 },
              axis: { labelAngle: 0, title: null },
            },
            xOffset: {
              field: 'model',
              type: 'nominal',
              sort: MODEL_COLORS.domain,
              scale: { paddingInner: 0.15 },
            },
          },
          layer: [
            {
              mark: { type: 'bar', opacity: 0.75 },
              encoding: {
                y: {
                  field: 'rate',
                  type: 'quantitative',
                  // Clamping keeps the intervals of few seeds, which can exceed 0 to 100 %, in the panel.
                  scale: { domain: [0, Math.min(1, highest)], clamp: true },
                  axis: { format: '.0%' },
                  title: 'influence flip rate',
                },
                color: { field: 'model', type: 'nominal', scale: MODEL_COLORS },
              },
            },
            {
              mark: { type: 'rule', color: 'currentColor', strokeWidth: 1.2 },
              encoding: {
                y: { field: 'lower', type: 'quantitative' },
                y2: { field: 'upper' },
              },
            },
            {
              transform: [{ filter: 'datum.paper !== null' }],
              mark: { type: 'tick', color: 'currentColor', thickness: 2.5 },
              encoding: { y: { field: 'paper', type: 'quantitative' } },
            },
          ],
        },
      },
    },
  ];
}

interface FlipRow extends DataRow {
  readonly reading: string;
  readonly attack: string;
  readonly model: string;
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
  readonly paper: number | null;
}

function flipRow(
  run: PartView,
  reading: ReadingName,
  group: FlipGroup,
  model: ModelName,
): FlipRow[] {
  const cells = flipCells(run, { ...group.filter, reading, model });
  const rate = estimate(cells.map((cell) => cell.flipRate));
  if (rate === undefined) return [];
  const { mean, lower, upper, count } = rate;
  return [
    {
      reading,
      attack: axisLabel(group),
      model: MODEL_LABELS[model],
      rate: mean,
      // One seed has no interval: its bounds are infinite and would be drawn over the whole panel.
      lower: count === 1 ? mean : lower,
      upper: count === 1 ? mean : upper,
      seeds: count,
      paper: group.paper(model) ?? null,
    },
  ];
}

/** A group's title without its remark in brackets, which would not fit below a bar. */
function axisLabel({ title }: FlipGroup): string {
  return title.replace(/ \(.*\)$/, '');
}
