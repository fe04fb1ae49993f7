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

/** Names of the tables and the figure of networks begin with it. */
const NAME = 'variants';

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
      (networks) => variantDistanceTable(networks, 'trained', NAME),
      (networks) => variantFlipTable(networks, NAME),
    ]),
  ],
  detailTables: (view) =>
    tablesOf(cellsOf(view, 'variant-network'), [
      (networks) => variantDistanceTable(networks, 'initial', NAME),
      (networks) => variantKernelTable(networks, NAME),
    ]),
  figures: (view) => variantDistanceFigure(cellsOf(view, 'variant-network'), NAME),
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
