/** NTK distance against width, one panel a reading. */
import type { ModelName, ReadingName } from '../../experiments/results.js';
import { MODEL_LABELS } from '../labels.js';
import { cellsOf, distanceCells, estimate } from '../measures.js';
import { paperNumbers } from '../paper-tables.js';
import type { DataRow } from './csv.js';
import type { FigurePlan } from './figure.js';
import { MODEL_COLORS, PANEL, THEME, widthAxis } from './theme.js';
import type { PartView } from '../view.js';

/** Both models against width with the paper's points; none without a trained network. */
export function distanceFigure(run: PartView): FigurePlan[] {
  if (cellsOf(run, 'distance').length === 0) return [];
  const { readings, models } = run.config;
  const rows = readings.flatMap((reading) =>
    models.flatMap((model) => [...ownRows(run, reading, model), ...paperRows(run, reading, model)]),
  );
  const widths = [...new Set(rows.map((row) => row.width))].sort((a, b) => a - b);
  return [
    {
      name: 'distance',
      title: 'NTK distance against width',
      description:
        'Line chart of the NTK distance of both models against width on a logarithmic axis, ' +
        'one panel for each reading, with the points of the paper.',
      caption:
        'Spectral norm of network outputs minus kernel outputs. Lines join the means over seeds, small dots ' +
        "are single seeds, hollow diamonds the paper's Table 1.",
      rows,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'NTK distance against width',
        config: THEME,
        data: { values: rows as DataRow[] },
        facet: { column: { field: 'reading', type: 'nominal', sort: [...readings] } },
        spec: {
          ...PANEL,
          encoding: {
            x: widthAxis(widths),
            y: { field: 'distance', type: 'quantitative', title: 'NTK distance' },
            color: { field: 'model', type: 'nominal', scale: MODEL_COLORS },
          },
          layer: [
            {
              transform: [{ filter: "datum.source === 'mean'" }],
              mark: { type: 'line', strokeWidth: 2 },
            },
            {
              transform: [{ filter: "datum.source === 'mean'" }],
              mark: { type: 'point', filled: true, size: 50, opacity: 1 },
            },
            {
              transform: [{ filter: "datum.source === 'seed'" }],
              mark: { type: 'point', filled: true, size: 22, opacity: 0.5 },
            },
            {
              transform: [{ filter: "datum.source === 'paper'" }],
              mark: {
                type: 'point',
                shape: 'diamond',
                filled: false,
                size: 110,
                strokeWidth: 1.8,
                opacity: 1,
              },
            },
          ],
        },
      },
    },
  ];
}

interface DistanceRow extends DataRow {
  readonly reading: string;
  readonly model: string;
  readonly source: 'seed' | 'mean' | 'paper';
  readonly seed: number | null;
  readonly width: number;
  readonly distance: number;
}

function ownRows(run: PartView, reading: ReadingName, model: ModelName): DistanceRow[] {
  const label = MODEL_LABELS[model];
  return run.config.widths.flatMap((width) => {
    const cells = distanceCells(run, reading, model, width);
    const average = estimate(cells.map((cell) => cell.spectral));
    if (average === undefined) return [];
    const common = { reading, model: label, width };
    return [
      ...cells.map(({ seed, spectral }) => ({
        ...common,
        source: 'seed' as const,
        seed,
        distance: spectral,
      })),
      { ...common, source: 'mean' as const, seed: null, distance: average.mean },
    ];
  });
}

function paperRows(run: PartView, reading: ReadingName, model: ModelName): DistanceRow[] {
  const points = paperNumbers(run.dataset)?.distance[model] ?? [];
  return points.map(([width, distance]) => ({
    reading,
    model: MODEL_LABELS[model],
    width,
    source: 'paper',
    seed: null,
    distance,
  }));
}
