/** The figures of an audit: spectra, and how suspicion and influence are distributed. */
import type { Audit } from '../../audit/result.js';
import type { DataRow } from '../figures/csv.js';
import { eigenvalueChart } from '../figures/eigenvalue-chart.js';
import type { FigurePlan } from '../figures/figure.js';
import { PANEL, SERIES_COLORS, THEME } from '../figures/theme.js';
import { logIndices } from '../figures/spectrum.js';

const BINS = 40;

/** All figures, in the order of the page. */
export function auditFigures(audit: Audit): FigurePlan[] {
  return [spectrumPlan(audit), suspicionPlan(audit), influencePlan(audit)];
}

function spectrumPlan({ spectrum }: Audit): FigurePlan {
  const series = [
    { matrix: 'X Xᵀ', color: SERIES_COLORS.blue, ...spectrum.data },
    { matrix: 'kernel K', color: SERIES_COLORS.orange, ...spectrum.kernel },
  ];
  const rows: DataRow[] = series.flatMap(({ matrix, eigenvalues, rank }) =>
    logIndices(rank).map((index) => ({
      matrix,
      index,
      relative: (eigenvalues[index - 1] ?? NaN) / (eigenvalues[0] ?? NaN),
    })),
  );
  return {
    name: 'audit-spectrum',
    title: 'Spectrum of the data and of the kernel',
    description:
      'Line chart of eigenvalues relative to the largest against their index, both axes logarithmic, of the Gram matrix ' +
      'and of the kernel.',
    caption:
      'Eigenvalues above rounding, relative to the largest. The value at index k is 1 / κ of the first k.',
    rows,
    spec: eigenvalueChart(rows, series, { type: 'log', tickCount: 8 }),
  };
}

function suspicionPlan({ points }: Audit): FigurePlan {
  const rows = histogram(
    points.map(({ suspicion }) => suspicion),
    (middle) => (middle > 0 ? 'the rest disagrees' : 'the rest agrees'),
  );
  return distribution({
    name: 'audit-suspicion',
    title: 'Suspicion of the labels',
    caption:
      'Points by suspicion: largest other output minus that of the given class, without the point. A second hill on the ' +
      'right of 0 are labels to look at.',
    axis: 'suspicion',
    rows,
    colors: { 'the rest agrees': SERIES_COLORS.blue, 'the rest disagrees': SERIES_COLORS.orange },
  });
}

function influencePlan({ points }: Audit): FigurePlan {
  const rows = histogram(
    points.map(({ influence }) => influence),
    (middle) => (middle > 0 ? 'helps' : 'harms'),
  );
  return distribution({
    name: 'audit-influence',
    title: 'Influence of the points',
    caption:
      'Points by mean influence on points of other folds. Logarithmic counts: few points carry most of it.',
    axis: 'influence',
    rows,
    colors: { harms: SERIES_COLORS.orange, helps: SERIES_COLORS.green },
  });
}

interface Distribution {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  readonly rows: readonly DataRow[];
  readonly colors: Readonly<Record<string, string>>;
}

function distribution({ name, title, caption, axis, rows, colors }: Distribution): FigurePlan {
  return {
    name,
    title,
    description: `Histogram of the points by ${axis}, counts on a logarithmic axis.`,
    caption,
    rows,
    spec: {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      description: `Points by ${axis}`,
      config: THEME,
      data: { values: [...rows] },
      width: 2 * PANEL.width,
      height: PANEL.height,
      mark: { type: 'bar', opacity: 0.85 },
      encoding: {
        x: { field: 'from', type: 'quantitative', bin: { binned: true }, title: axis },
        x2: { field: 'to' },
        y: {
          field: 'count',
          type: 'quantitative',
          scale: { type: 'symlog' },
          title: 'points',
        },
        color: {
          field: 'side',
          type: 'nominal',
          legend: { labelLimit: 240 },
          scale: { domain: Object.keys(colors), range: Object.values(colors) },
        },
      },
    },
  };
}

/** Counts of values in bins of equal width, of which one ends at 0. */
function histogram(values: readonly number[], side: (middle: number) => string): DataRow[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const width = high === low ? 1 : (high - low) / BINS;
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / width);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bin, count]) => ({
      from: bin * width,
      to: (bin + 1) * width,
      count,
      side: side((bin + 0.5) * width),
    }));
}
