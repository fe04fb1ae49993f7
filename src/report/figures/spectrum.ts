/** Eigenvalues against their index, before and after attention. */
import type { SpectrumCell } from '../../experiments/results.js';
import { cellsOf, estimate } from '../measures.js';
import type { DataRow } from './csv.js';
import { eigenvalueChart } from './eigenvalue-chart.js';
import type { FigurePlan } from './figure.js';
import { SERIES_COLORS } from './theme.js';
import type { PartView } from '../view.js';

const SERIES = [
  { matrix: 'plain', label: 'G = X Xᵀ', color: SERIES_COLORS.blue, dash: [1, 0] },
  { matrix: 'attended', label: 'attended, F Fᵀ', color: SERIES_COLORS.orange, dash: [6, 3] },
  { matrix: 'normalized', label: 'unit rows, U Uᵀ', color: SERIES_COLORS.green, dash: [2, 2] },
] as const;

const LINES = SERIES.map(({ label, color, dash }) => ({ matrix: label, color, dash }));

/** Points drawn for each factor of ten in the index: more would not be seen on a logarithmic axis. */
const POINTS_PER_DECADE = 60;

/** Labels of the index axis. */
const AXIS_INDICES = [1, 2, 3, 4].flatMap((digits) =>
  [1, 2, 5].map((first) => first * 10 ** (digits - 1)),
);

/** The three spectra relative to their largest eigenvalue, averaged over seeds; none without a spectrum. */
export function spectrumFigure(run: PartView): FigurePlan[] {
  const cells = cellsOf(run, 'spectrum');
  if (cells.length === 0) return [];
  const rows = SERIES.flatMap(({ matrix, label }) => spectrumRows(cells, matrix, label));
  return [
    {
      name: 'spectrum',
      title: 'Spectrum before and after attention',
      description:
        'Line chart of eigenvalues relative to the largest against their index, both axes logarithmic: ' +
        'the Gram matrix of the data, the attended one and the attended one with unit rows.',
      caption:
        'Eigenvalues relative to the largest, geometric mean over seeds. The value at index k is 1 / κ of the ' +
        'first k. Values below the rounding tolerance of any seed are left out.',
      rows,
      spec: eigenvalueChart(rows, LINES, { type: 'log', values: AXIS_INDICES }),
    },
  ];
}

function spectrumRows(
  cells: readonly SpectrumCell[],
  matrix: (typeof SERIES)[number]['matrix'],
  label: string,
): DataRow[] {
  const records = cells.map((cell) => cell[matrix]);
  const rank = Math.min(...records.map((record) => record.rank));
  return logIndices(rank).flatMap((index) => {
    const logs = records.map(({ eigenvalues }) =>
      Math.log10((eigenvalues[index - 1] ?? NaN) / (eigenvalues[0] ?? NaN)),
    );
    const average = estimate(logs);
    return average === undefined
      ? []
      : [{ matrix: label, index, relative: 10 ** average.mean, seeds: average.count }];
  });
}

/** Whole numbers from 1 to `last`, evenly spread on a logarithmic axis, both ends among them. */
export function logIndices(last: number): number[] {
  if (last < 1) return [];
  const steps = Math.ceil(Math.log10(last) * POINTS_PER_DECADE);
  const indices = Array.from({ length: steps }, (_, i) =>
    Math.round(10 ** (i / POINTS_PER_DECADE)),
  );
  return [...new Set([...indices, last])];
}
