/** NTK distance after training against width for every variant of attention, one panel a reading. */
import type { VariantNetworkRecord } from '../../experiments/studies/attention-study-results.js';
import type { DataRow } from './csv.js';
import type { FigurePlan } from './figure.js';
import { PANEL, THEME, widthAxis } from './theme.js';
import { estimate } from '../measures.js';
import { ascending } from '../aggregate.js';
import { LONG_LEGEND } from './legend.js';
import { byVariant, readingsOf, type NetworkStudy } from '../tables/variants.js';

/** Means over seeds; none without a trained network. */
export function variantDistanceFigure(
  records: readonly VariantNetworkRecord[],
  { name, subject }: NetworkStudy,
): FigurePlan[] {
  if (records.length === 0) return [];
  const widths = ascending(records.map(({ width }) => width));
  const rows: DataRow[] = readingsOf(records).flatMap((reading) =>
    byVariant(records.filter((record) => record.reading === reading)).flatMap(
      ([variant, ofVariant]) =>
        widths.flatMap((width) => {
          const values = ofVariant.filter((record) => record.width === width);
          const average = estimate(values.map(({ distance }) => distance));
          return average === undefined
            ? []
            : [{ reading, variant, width, distance: average.mean, seeds: average.count }];
        }),
    ),
  );
  const domain = byVariant(records).map(([label]) => label);
  return [
    {
      name,
      title: `${subject}: NTK distance after training`,
      description:
        'Line chart of the NTK distance after training of each variant of attention against width on a logarithmic axis, ' +
        'one panel for each reading.',
      caption:
        'Spectral norm of network outputs minus kernel outputs on the variant’s rows, mean over seeds.',
      rows,
      spec: {
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        description: 'NTK distance of attention variants against width',
        config: THEME,
        data: { values: rows },
        facet: { column: { field: 'reading', type: 'nominal' } },
        spec: {
          ...PANEL,
          mark: { type: 'line', strokeWidth: 2, point: { filled: true, size: 40 } },
          encoding: {
            x: widthAxis(widths),
            y: { field: 'distance', type: 'quantitative', title: 'NTK distance' },
            color: {
              field: 'variant',
              type: 'nominal',
              legend: LONG_LEGEND,
              scale: { domain, scheme: 'tableau10' },
            },
            strokeDash: { field: 'variant', type: 'nominal', scale: { domain } },
          },
        },
      },
    },
  ];
}
