/** Charts of eigenvalues relative to the largest against their index. */
import type { TopLevelSpec } from 'vega-lite';
import type { DataRow } from './csv.js';
import { PANEL, THEME } from './theme.js';

/** How the eigenvalues of one matrix are drawn. */
export interface SpectrumLine {
  readonly matrix: string;
  readonly color: string;
  /** Lengths of strokes and gaps, of all lines or of none. */
  readonly dash?: readonly number[];
}

/** The axis of the index: logarithmic, with ticks at these values or about so many of them, or linear. */
export type IndexAxis =
  | { readonly type: 'log'; readonly values?: number[]; readonly tickCount?: number }
  | { readonly type: 'linear' };

/** @param rows - `matrix`, `index` from 1 and `relative` of every point, and what else the data are to hold. */
export function eigenvalueChart(
  rows: readonly DataRow[],
  lines: readonly SpectrumLine[],
  { type, ...ticks }: IndexAxis,
): TopLevelSpec {
  const domain = lines.map(({ matrix }) => matrix);
  const dashes = lines.flatMap(({ dash }) => (dash === undefined ? [] : [[...dash]]));
  const field = { field: 'matrix', type: 'nominal' } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Relative eigenvalues against index',
    config: THEME,
    data: { values: [...rows] },
    width: 2 * PANEL.width,
    height: PANEL.height,
    mark: { type: 'line', strokeWidth: 2 },
    encoding: {
      x: {
        field: 'index',
        type: 'quantitative',
        scale: type === 'log' ? { type, nice: false } : { type },
        axis: { format: 'd', grid: false, ...ticks },
        title: 'index i',
      },
      y: {
        field: 'relative',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { labelExpr: "datum.value === 1 ? '1' : format(datum.value, '.0e')", tickCount: 6 },
        title: 'λᵢ / λ₁',
      },
      color: {
        ...field,
        scale: { domain, range: lines.map(({ color }) => color) },
        // Long enough to tell the dashes apart.
        ...(dashes.length > 0 && { legend: { symbolSize: 500 } }),
      },
      ...(dashes.length > 0 && { strokeDash: { ...field, scale: { domain, range: dashes } } }),
    },
  };
}
