/** Table 2: influence flip rates of all classes, and the images that the scores name. */
import { flipFigure } from '../figures/flips.js';
import { flipClaims } from '../flip-claims.js';
import { FLIP_COLUMNS, flatRows } from '../flat-rows.js';
import { imagesMarkup } from '../html/images.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { paperFlipRate, paperNumbers } from '../paper-tables.js';
import { attackGroups, flipTable, rankingTable, type FlipGroup } from '../tables/flips.js';
import type { PartView } from '../view.js';

export const table2Report: PartReport = {
  part: 'table2',
  title: 'Influence flips',
  claims: flipClaims,
  mainTables: (view) => [
    flipTable(view, groupsOf(view), {
      name: 'flips',
      caption: 'Influence flip rate',
      source: 'Table 2, eps 0.3',
    }),
  ],
  detailTables: (view) => [rankingTable(view, groupsOf(view), 'ranking')],
  figures: (view) =>
    flipFigure(view, groupsOf(view), {
      name: 'flips',
      title: 'Influence flip rate',
      source: 'Table 2',
    }),
  extra: imagesMarkup,
  rows: (view) => flatRows(cellsOf(view, 'flip')),
  columns: FLIP_COLUMNS,
};

function groupsOf(view: PartView): FlipGroup[] {
  const paper = paperNumbers(view.dataset);
  return attackGroups(view, (model, attack) => paperFlipRate(paper, model, attack));
}
