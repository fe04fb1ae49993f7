/** Table 2: influence flip rates of all classes, and the images that the scores name. */
import { flipClaims } from '../claims.js';
import { flipFigure } from '../figures/flips.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { imagesMarkup } from '../html/images.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { flipTable, rankingTable } from '../tables/flips.js';

/** Columns of rows about flips. */
export const FLIP_COLUMNS: PartReport['columns'] = {
  ...ORIGIN_COLUMNS,
  task: 'multiclass: all classes, cross-entropy; binary: two classes, squared error on +-1',
  training: 'standard, or adversarial: on PGD examples',
  ...NETWORK_COLUMNS,
  attack: 'fgsm, pgd, mim; reseed: the control, clean data and a network of another seed',
  eps: 'radius in the unit of the reading',
  epsPixels: 'radius in pixels in [0, 1]',
  flipRate: 'share of T, the top tau by |influence|, whose influence changes sign',
  weightedFlipRate: 'the same, each point weighted by |influence before|',
  indeterminate: 'points of T with influence before or after within rounding of 0; never flips',
  topCount: 'number of points of T',
  spearman: "Spearman's rho of the influence before and after, over all training points",
  kendall: "Kendall's tau-b of the same",
  topOverlap: 'share of T that stays among the top tau',
};

export const table2Report: PartReport = {
  part: 'table2',
  title: 'Influence flips',
  claims: flipClaims,
  mainTables: (view) => [flipTable(view)],
  detailTables: (view) => [rankingTable(view)],
  figures: flipFigure,
  extra: imagesMarkup,
  rows: (view) => flatRows(cellsOf(view, 'flip')),
  columns: FLIP_COLUMNS,
};
