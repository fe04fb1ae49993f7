/** The points of an audit in the orders that its report shows. */
import type { Audit, AuditedPoint } from '../../audit/result.js';
import type { DataRow } from '../figures/csv.js';

/** Points by falling suspicion, those alone with which the rest of the data disagrees. */
export function suspects({ points }: Audit): AuditedPoint[] {
  return points
    .filter(({ suspicion }) => suspicion > 0)
    .sort((a, b) => b.suspicion - a.suspicion || a.index - b.index);
}

/** The points that help most, or harm most, beyond the floor of rounding. */
export function mostInfluential(
  { points, influence }: Audit,
  side: 'helpful' | 'harmful',
  top: number,
): AuditedPoint[] {
  const sign = side === 'helpful' ? 1 : -1;
  return points
    .filter((point) => sign * point.influence > influence.floor)
    .sort((a, b) => sign * (b.influence - a.influence) || a.index - b.index)
    .slice(0, top);
}

/** Columns of {@link pointRows}. */
export const POINT_COLUMNS: Readonly<Record<string, string>> = {
  index: 'row of the data, from 0',
  label: 'class as given',
  predicted: 'class with the largest output of the regression without the point',
  suspicion:
    'largest other output minus the output of the given class, of the regression without the point; positive: it disagrees',
  confidence:
    'share of the given class among the positive outputs of the regression without the point',
  influence:
    'mean leave-one-out loss influence on points of other folds; positive: the point helps',
  rank: 'place by falling suspicion, from 1',
};

/** One row a point, in the order of the data. */
export function pointRows({ points, setting: { classes } }: Audit): DataRow[] {
  const order = [...points].sort((a, b) => b.suspicion - a.suspicion || a.index - b.index);
  const ranks = new Map(order.map(({ index }, i) => [index, i + 1]));
  return points.map(({ index, label, predicted, suspicion, confidence, influence }) => ({
    index,
    label: classes[label] ?? '',
    predicted: classes[predicted] ?? '',
    ...{ suspicion, confidence, influence },
    rank: ranks.get(index) ?? 0,
  }));
}
