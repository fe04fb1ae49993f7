/** Linearized attention beside its variants: spectra, distances and flips. */
import { tablesOf } from '../aggregate.js';
import { variantDistanceFigure } from '../figures/variants.js';
import { ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { attentionStudyClaims } from '../study-claims.js';
import {
  STACK_COLUMNS,
  VARIANT_COLUMNS,
  VARIANT_NETWORK_COLUMNS,
  VARIANT_SPECTRUM_COLUMNS,
} from '../study-columns.js';
import {
  variantDistanceTable,
  variantFlipTable,
  variantKernelTable,
  variantSpectrumTable,
} from '../tables/variants.js';

const VARIANTS = { name: 'variants', subject: 'Variants of attention' } as const;

export const attentionReport: PartReport = {
  part: 'attention',
  title: 'Variants of attention',
  claims: (view) =>
    attentionStudyClaims(
      cellsOf(view, 'variant-spectrum'),
      cellsOf(view, 'variant-network'),
      view.config.readings,
    ),
  mainTables: (view) => [
    ...tablesOf(cellsOf(view, 'variant-spectrum'), [variantSpectrumTable]),
    ...tablesOf(cellsOf(view, 'variant-network'), [
      (networks) => variantDistanceTable(networks, 'trained', VARIANTS),
      (networks) => variantFlipTable(networks, VARIANTS),
    ]),
  ],
  detailTables: (view) =>
    tablesOf(cellsOf(view, 'variant-network'), [
      (networks) => variantDistanceTable(networks, 'initial', VARIANTS),
      (networks) => variantKernelTable(networks, VARIANTS),
    ]),
  figures: (view) => variantDistanceFigure(cellsOf(view, 'variant-network'), VARIANTS),
  rows: (view) => [
    ...flatRows(
      cellsOf(view, 'variant-spectrum').flatMap(({ kappaK, ...cell }) =>
        kappaK.map((each) => ({ ...cell, kappaK: each })),
      ),
    ),
    ...flatRows(cellsOf(view, 'variant-network')),
  ],
  columns: {
    ...ORIGIN_COLUMNS,
    n: 'training points',
    ...VARIANT_COLUMNS,
    ...STACK_COLUMNS,
    ...VARIANT_SPECTRUM_COLUMNS,
    ...VARIANT_NETWORK_COLUMNS,
  },
};
