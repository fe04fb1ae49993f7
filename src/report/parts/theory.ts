/** The tests of the paper's propositions on sensitivity and approximation. */
import { tablesOf } from '../aggregate.js';
import { ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { theoryClaims } from '../study-claims.js';
import { THEORY_COLUMNS } from '../study-columns.js';
import {
  approximationTable,
  influenceSensitivityTable,
  sensitivityTable,
} from '../tables/theory.js';

export const theoryReport: PartReport = {
  part: 'theory',
  title: 'Sensitivity and approximation',
  claims: (view) =>
    theoryClaims(
      cellsOf(view, 'sensitivity'),
      cellsOf(view, 'influence-sensitivity'),
      cellsOf(view, 'approximation'),
    ),
  mainTables: (view) => [
    ...tablesOf(cellsOf(view, 'sensitivity'), [sensitivityTable]),
    ...tablesOf(cellsOf(view, 'influence-sensitivity'), [influenceSensitivityTable]),
    ...tablesOf(cellsOf(view, 'approximation'), [approximationTable]),
  ],
  detailTables: () => [],
  figures: () => [],
  rows: (view) => [
    ...flatRows(cellsOf(view, 'sensitivity')),
    ...flatRows(
      cellsOf(view, 'influence-sensitivity').flatMap(({ kernels, ...cell }) =>
        kernels.map((kernel) => ({ ...cell, ...kernel })),
      ),
    ),
    ...flatRows(
      cellsOf(view, 'approximation').flatMap(({ fits, ...cell }) =>
        fits.map((fit) => ({ ...cell, ...fit })),
      ),
    ),
  ],
  columns: { ...ORIGIN_COLUMNS, ...THEORY_COLUMNS },
};
