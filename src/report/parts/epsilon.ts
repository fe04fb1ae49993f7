/** The ablation of eps: influence flip rates under PGD at several radii. */
import { flipFigure } from '../figures/flips.js';
import { FLIP_COLUMNS, flatRows } from '../flat-rows.js';
import { epsilonClaims } from '../flip-claims.js';
import { ATTACK_LABELS } from '../labels.js';
import { cellsOf } from '../measures.js';
import { paperNumbers } from '../paper-tables.js';
import type { PartReport } from '../part-report.js';
import { flipTable, rankingTable, type FlipGroup } from '../tables/flips.js';
import type { PartView } from '../view.js';

export const epsilonReport: PartReport = {
  part: 'epsilon',
  title: 'Influence flips by radius',
  claims: epsilonClaims,
  mainTables: (view) => [
    flipTable(view, groupsOf(view), {
      name: 'epsilon',
      caption: 'Influence flip rate by eps',
      source:
        'Table 2, which is at eps 0.3; of the other radii it says that the order of the models holds',
    }),
  ],
  detailTables: (view) => [rankingTable(view, groupsOf(view), 'epsilon-ranking')],
  figures: (view) =>
    flipFigure(view, groupsOf(view), {
      name: 'epsilon',
      title: 'Influence flip rate by eps, PGD',
      source: 'Table 2',
    }),
  rows: (view) => flatRows(cellsOf(view, 'flip')),
  columns: FLIP_COLUMNS,
};

/** The radius of the paper's Table 2. */
const PAPER_EPS = 0.3;

function groupsOf(view: PartView): FlipGroup[] {
  const rates = paperNumbers(view.dataset)?.flipRate;
  return [
    ...view.config.epsilons.map((eps): FlipGroup => ({
      title: `eps ${eps}`,
      filter: { attack: 'pgd', eps },
      paper: (model) => (eps === PAPER_EPS ? rates?.[model].pgd : undefined),
    })),
    { title: ATTACK_LABELS.reseed, filter: { attack: 'reseed' }, paper: () => undefined },
  ];
}
