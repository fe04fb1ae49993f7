/** Table 3: influence flip rates of the binary task. */
import { flipFigure } from '../figures/flips.js';
import { FLIP_COLUMNS, flatRows } from '../flat-rows.js';
import { binaryFlipClaims } from '../flip-claims.js';
import { cellsOf } from '../measures.js';
import { flipRateOf, paperNumbers } from '../paper-tables.js';
import type { PartReport } from '../part-report.js';
import { attackGroups, flipTable, rankingTable, type FlipGroup } from '../tables/flips.js';
import type { PartView } from '../view.js';

export const table3Report: PartReport = {
  part: 'table3',
  title: 'Influence flips, binary',
  claims: binaryFlipClaims,
  mainTables: (view) => [
    flipTable(view, groupsOf(view), {
      name: 'binary',
      caption: 'Influence flip rate, two classes',
      source: 'Table 3, eps 0.3',
      notes: [
        'Two classes with targets -1 and 1 by the squared error: 3 against 8 (mnist), cars against planes (cifar10), else the first two.',
      ],
    }),
  ],
  detailTables: (view) => [rankingTable(view, groupsOf(view), 'binary-ranking')],
  figures: (view) =>
    flipFigure(view, groupsOf(view), {
      name: 'binary',
      title: 'Influence flip rate, two classes',
      source: 'Table 3',
    }),
  rows: (view) => flatRows(cellsOf(view, 'flip')),
  columns: FLIP_COLUMNS,
};

function groupsOf(view: PartView): FlipGroup[] {
  const rates = paperNumbers(view.dataset)?.binaryFlipRate;
  return attackGroups(view, (model, attack) => flipRateOf(rates, model, attack));
}
