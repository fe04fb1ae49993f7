/** Condition numbers against the number of points, and spectra around one layer of attention. */
import type {
  ConditionRecord,
  CubeRecord,
} from '../../experiments/studies/spectrum-study-results.js';
import type { DataRow } from './csv.js';
import { eigenvalueChart } from './eigenvalue-chart.js';
import type { FigurePlan } from './figure.js';
import { PANEL, SERIES_COLORS, THEME } from './theme.js';
import { plainNotation } from '../notation.js';
import { ascending } from '../aggregate.js';
import { LONG_LEGEND } from './legend.js';
import { PAPER_KAPPAS, definitionLabels, medianLog } from '../tables/spectrum-study.js';

/** Median condition number by definition against n; none without a record. */
export function conditionFigure(records: readonly ConditionRecord[]): FigurePlan[] {
  if (records.length === 0) return [];
  const sizes = ascending(records.map(({ n }) => n));
  const labels = definitionLabels(records);
  const rows: DataRow[] = labels.flatMap((label) =>
    sizes.flatMap((n) => {
      const log10 = medianLog(records, n, label);
      return Number.isFinite(log10)
        ? [{ definition: plainNotation(label), n, kappa: 10 ** log10, source: 'median' }]
        : [];
    }),
  );
  const paper: DataRow[] = PAPER_KAPPAS.map(({ dataset, kappa }) => ({
    definition: `paper, ${dataset}`,
    n: null,
    kappa,
    source: 'paper',
  }));
  return [
    {
      name: 'condition-by-n',
      title: 'Condition number against the number of points',
      description:
        'Line chart of the median condition number of the data by each definition against the number of points, both ' +
        'axes logarithmic, with the numbers of the paper as horizontal lines.',
      caption:
        'Medians over draws; an infinite median is left out. Horizontal lines: the numbers that the paper quotes ' +
        `(${PAPER_KAPPAS.map(({ dataset, kappa }) => `${dataset} ${kappa}`).join(', ')}).`,
      rows: [...rows, ...paper],
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'Condition number against number of points',
        config: THEME,
        data: { values: [...rows, ...paper] },
        width: 2 * PANEL.width,
        height: PANEL.height,
        layer: [
          {
            transform: [{ filter: "datum.source === 'median'" }],
            mark: { type: 'line', strokeWidth: 2, point: { filled: true, size: 40 } },
            encoding: {
              x: {
                field: 'n',
                type: 'quantitative',
                scale: { type: 'log', nice: false, padding: 12 },
                axis: { values: sizes, format: 'd', grid: false, labelOverlap: 'greedy' },
                title: 'number of points n',
              },
              y: kappaAxis(),
              color: {
                field: 'definition',
                type: 'nominal',
                legend: LONG_LEGEND,
                scale: { domain: labels.map(plainNotation), scheme: 'tableau10' },
              },
              strokeDash: {
                field: 'definition',
                type: 'nominal',
                scale: { domain: labels.map(plainNotation) },
              },
            },
          },
          {
            transform: [{ filter: "datum.source === 'paper'" }],
            mark: { type: 'rule', color: 'currentColor', strokeDash: [2, 3] },
            encoding: { y: kappaAxis() },
          },
        ],
      },
    },
  ];
}

function kappaAxis() {
  return {
    field: 'kappa',
    type: 'quantitative',
    scale: { type: 'log' },
    axis: { format: '.0e', tickCount: 6 },
    title: 'condition number',
  } as const;
}

const SERIES = [
  { matrix: 'plain', label: 'G = X Xᵀ', color: SERIES_COLORS.blue, dash: [1, 0] },
  { matrix: 'attended', label: 'attended, F Fᵀ', color: SERIES_COLORS.orange, dash: [6, 3] },
  { matrix: 'normalized', label: 'unit rows, U Uᵀ', color: SERIES_COLORS.green, dash: [2, 2] },
] as const;

/** Eigenvalues this far below the largest are rounding noise for any number of points here. */
const SMALLEST_SHOWN = 1e-12;

/**
 * Measured spectra at the largest number of points, of the first seed: before attention, after it, and after its rows
 * are normalised; none without a record.
 */
export function cubeFigure(records: readonly CubeRecord[]): FigurePlan[] {
  const n = Math.max(...records.map((record) => record.n));
  const [record] = records.filter((each) => each.n === n).toSorted((a, b) => a.seed - b.seed);
  if (record === undefined) return [];
  const rows: DataRow[] = SERIES.flatMap(({ matrix, label }) => {
    const values = record.eigenvalues[matrix];
    const largest = values[0] ?? NaN;
    return values.flatMap((value, i) =>
      value > SMALLEST_SHOWN * largest
        ? [{ matrix: label, index: i + 1, relative: value / largest }]
        : [],
    );
  });
  const lines = SERIES.map(({ label, color, dash }) => ({ matrix: label, color, dash }));
  return [
    {
      name: 'cube',
      title: 'Measured spectra around one layer of attention',
      description:
        'Line chart of eigenvalues relative to the largest against their index on a logarithmic vertical axis: the Gram ' +
        'matrix of the data, that of attended rows, and that of attended rows scaled to unit norm.',
      caption: `Eigenvalues relative to the largest, n = ${n}, seed ${record.seed}; those below 1e-12 are left out.`,
      rows,
      spec: eigenvalueChart(rows, lines, { type: 'linear' }),
    },
  ];
}
