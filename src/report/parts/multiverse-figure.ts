/** The flip rates of both models under every reading, as a figure. */
import type { MultiverseRecord } from '../../experiments/parts/multiverse-results.js';
import type { DataRow } from '../figures/csv.js';
import type { FigurePlan } from '../figures/figure.js';
import { PANEL, SERIES_COLORS, THEME } from '../figures/theme.js';
import { MODEL_LABELS } from '../labels.js';
import { TABLE_LABELS } from './multiverse-claims.js';
import {
  axesOf,
  measuredEstimate,
  paperNumber,
  readingResults,
  type ReadingResult,
  type TableName,
} from './multiverse-measures.js';
import { distinct } from './records.js';

/** Flip rates of both models under every reading, one panel a table; none without a reading of both models. */
export function multiverseFigure(
  records: readonly MultiverseRecord[],
  dataset: string,
): FigurePlan[] {
  const results = readingResults(records).filter(({ table }) => table !== 't1');
  const rows = results.flatMap(pointRow);
  if (rows.length === 0) return [];
  const tables = distinct(rows, ({ table }) => table);
  const paper = (['t2', 't3', 't4'] as const)
    .filter((table) => tables.includes(TABLE_LABELS[table]))
    .flatMap((table) => paperRow(table, dataset));
  const all = [...rows, ...paper];
  const limit = Math.max(...all.map(({ relu, attention }) => Math.max(relu, attention)));
  const axis = { format: '.0%', tickCount: 5 };
  const scale = { domain: [0, limit] };
  return [
    {
      name: 'multiverse',
      title: 'Flip rates under every reading',
      description:
        'Scatter plot of the PGD flip rate of attention against that of the ReLU network, one point for each reading, one ' +
        'panel for each table of the paper.',
      caption:
        'PGD flip rates, means over seeds, one point a reading. Above the dashed line attention is the more malleable. ' +
        'The diamond is the paper.',
      rows: all,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'PGD flip rate of attention against that of the ReLU network',
        config: THEME,
        data: { values: all as DataRow[] },
        facet: { column: { field: 'table', type: 'nominal', sort: tables } },
        spec: {
          ...PANEL,
          encoding: {
            x: { field: 'relu', type: 'quantitative', title: MODEL_LABELS.relu, scale, axis },
            y: {
              field: 'attention',
              type: 'quantitative',
              title: MODEL_LABELS.attention,
              scale,
              axis,
            },
          },
          layer: [
            {
              transform: [{ filter: "datum.eps !== 'paper'" }],
              mark: { type: 'circle', size: 22, opacity: 0.45 },
              encoding: {
                color: {
                  field: 'eps',
                  type: 'nominal',
                  scale: {
                    domain: ['standardised', 'pixel', 'unit'],
                    range: [SERIES_COLORS.blue, SERIES_COLORS.orange, SERIES_COLORS.green],
                  },
                  legend: { title: 'eps' },
                },
              },
            },
            {
              transform: [{ filter: "datum.eps === 'paper'" }],
              mark: {
                ...{ type: 'point', shape: 'diamond', filled: false, size: 130, strokeWidth: 2 },
                ...{ color: 'currentColor', opacity: 1 },
              },
            },
            {
              data: { values: [0, limit].map((rate) => ({ relu: rate, attention: rate })) },
              mark: { type: 'line', color: 'currentColor', strokeDash: [4, 3], opacity: 0.5 },
            },
          ],
        },
      },
    },
  ];
}

interface PointRow extends DataRow {
  readonly table: string;
  readonly reading: string;
  readonly eps: string;
  readonly relu: number;
  readonly attention: number;
}

function pointRow(result: ReadingResult): PointRow[] {
  const relu = measuredEstimate(result, 'relu', 'pgd');
  const attention = measuredEstimate(result, 'attention', 'pgd');
  if (relu === undefined || attention === undefined) return [];
  const { reading, table } = result;
  const eps = axesOf(reading).find(([axis]) => axis === 'eps')?.[1] ?? '';
  return [
    {
      ...{ table: TABLE_LABELS[table], reading, eps },
      ...{ relu: relu.mean, attention: attention.mean },
    },
  ];
}

function paperRow(table: TableName, dataset: string): PointRow[] {
  const relu = paperNumber(dataset, table, 'relu', 'pgd');
  const attention = paperNumber(dataset, table, 'attention', 'pgd');
  return relu === undefined || attention === undefined
    ? []
    : [{ table: TABLE_LABELS[table], reading: '', eps: 'paper', relu, attention }];
}
