/** Table 4: influence flip rates after standard and after adversarial training. */
import { flipFigure } from '../figures/flips.js';
import { FLIP_COLUMNS, flatRows } from '../flat-rows.js';
import { trainingClaims } from '../flip-claims.js';
import { cellsOf } from '../measures.js';
import { paperNumbers } from '../paper-tables.js';
import type { PartReport } from '../part-report.js';
import { flipTable, rankingTable, type FlipGroup } from '../tables/flips.js';
import type { PartView } from '../view.js';

export const table4Report: PartReport = {
  part: 'table4',
  title: 'Influence flips, adversarial training',
  claims: trainingClaims,
  mainTables: (view) => [
    flipTable(view, groupsOf(view), {
      name: 'trained',
      caption: 'Influence flip rate by training',
      source: 'Table 4, PGD, eps 0.3',
      notes: [
        'Adversarial training: each batch replaced by its PGD examples of the same eps, ten steps of eps / 4 from a random start, for the epochs that the configuration says.',
      ],
    }),
  ],
  detailTables: (view) => [rankingTable(view, groupsOf(view), 'trained-ranking')],
  figures: (view) =>
    flipFigure(view, groupsOf(view), {
      name: 'trained',
      title: 'Influence flip rate by training',
      source: 'Table 4',
    }),
  rows: (view) => flatRows(cellsOf(view, 'flip')),
  columns: FLIP_COLUMNS,
};

function groupsOf(view: PartView): FlipGroup[] {
  const rates = paperNumbers(view.dataset)?.trainedFlipRate;
  return (['standard', 'adversarial'] as const).flatMap((training): FlipGroup[] => [
    {
      title: `${training}, PGD`,
      filter: { training, attack: 'pgd' },
      paper: (model) => rates?.[model][training],
    },
    {
      title: `${training}, new seed (control)`,
      filter: { training, attack: 'reseed' },
      paper: () => undefined,
    },
  ]);
}
