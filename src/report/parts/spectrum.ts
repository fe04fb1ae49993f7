/** Spectra before and after attention, condition numbers by every definition, stacks of layers, truncation. */
import { tablesOf } from '../aggregate.js';
import { spectrumClaims } from '../claims.js';
import type { DataRow } from '../figures/csv.js';
import { conditionFigure, cubeFigure } from '../figures/spectrum-study.js';
import { spectrumFigure } from '../figures/spectrum.js';
import { variantDistanceFigure } from '../figures/variants.js';
import { ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { spectrumStudyClaims, truncationClaims } from '../study-claims.js';
import {
  CONDITION_COLUMNS,
  CUBE_COLUMNS,
  LAYERS_COLUMNS,
  VARIANT_COLUMNS,
  VARIANT_NETWORK_COLUMNS,
} from '../study-columns.js';
import {
  collapseTable,
  cubeTable,
  equalSizeTable,
  layersTable,
  predictedWidthTable,
  sampleSizeTable,
} from '../tables/spectrum-study.js';
import { conditionTable, widthTable } from '../tables/spectrum.js';
import { variantDistanceTable, variantFlipTable, variantKernelTable } from '../tables/variants.js';
import type { PartView } from '../view.js';

const MATRICES = {
  plain: 'G = X X^T',
  attended: 'F F^T, F = X X^T X',
  normalized: 'U U^T, U the rows of F scaled to unit length',
} as const;

const MEASURES = {
  tolerance: 'eigenvalues below tolerance * lambda_1 are rounding noise',
  rank: 'number of eigenvalues above the tolerance',
  kappa: 'lambda_1 / lambda_min(n, d), empty when infinite',
  kappaD: 'lambda_1 / lambda_rank',
  'kappaK.k': 'the k of kappaK',
  'kappaK.value': 'lambda_1 / lambda_k, empty when k exceeds the rank',
  topShare: 'lambda_1 / trace',
  effectiveRank: 'exp(entropy of lambda / trace)',
} as const;

const TRUNCATION = { name: 'truncation', subject: 'Truncated attention' } as const;

export const spectrumReport: PartReport = {
  part: 'spectrum',
  title: 'Spectrum',
  claims: (view) => [
    ...spectrumClaims(view),
    ...spectrumStudyClaims(cellsOf(view, 'cube'), cellsOf(view, 'layers')),
    ...truncationClaims(cellsOf(view, 'variant-network'), view.config.readings),
  ],
  mainTables: (view) => [
    conditionTable(view),
    widthTable(view),
    ...tablesOf(cellsOf(view, 'condition'), [sampleSizeTable, equalSizeTable]),
    ...tablesOf(cellsOf(view, 'cube'), [cubeTable]),
    ...tablesOf(cellsOf(view, 'layers'), [layersTable]),
    ...tablesOf(cellsOf(view, 'variant-network'), [
      (networks) => variantDistanceTable(networks, 'trained', TRUNCATION),
    ]),
  ],
  detailTables: (view) => [
    ...tablesOf(cellsOf(view, 'condition'), [predictedWidthTable]),
    ...tablesOf(cellsOf(view, 'cube'), [collapseTable]),
    ...tablesOf(cellsOf(view, 'variant-network'), [
      (networks) => variantDistanceTable(networks, 'initial', TRUNCATION),
      (networks) => variantKernelTable(networks, TRUNCATION),
      (networks) => variantFlipTable(networks, TRUNCATION),
    ]),
  ],
  figures: (view) => [
    ...spectrumFigure(view),
    ...conditionFigure(cellsOf(view, 'condition')),
    ...cubeFigure(cellsOf(view, 'cube')),
    ...variantDistanceFigure(cellsOf(view, 'variant-network'), TRUNCATION),
  ],
  rows: (view) => [
    ...flatRows(cellsOf(view, 'spectrum')),
    ...conditionRows(view),
    ...flatRows(cellsOf(view, 'cube')),
    ...layersRows(view),
    ...flatRows(cellsOf(view, 'variant-network')),
  ],
  columns: {
    ...ORIGIN_COLUMNS,
    n: 'training points',
    d: 'inputs of a point',
    ...Object.fromEntries(
      Object.entries(MATRICES).flatMap(([matrix, of]) =>
        Object.entries(MEASURES).map(([field, text]) => [
          `${matrix}.${field}`,
          `${text}; of ${of}`,
        ]),
      ),
    ),
    log10KappaCubed: 'log10 of kappa_d(G)^3',
    'log10Width.v1': 'log10 of kappa_d(G)^6 / eps^2, the width asked for by version 1',
    'log10Width.v2': 'log10 of kappa_d(G)^6 n ln n, the width asked for by version 2',
    'log10Width.eps': 'eps of log10Width.v1',
    ...CONDITION_COLUMNS,
    ...CUBE_COLUMNS,
    ...LAYERS_COLUMNS,
    ...VARIANT_COLUMNS,
    ...VARIANT_NETWORK_COLUMNS,
  },
};

function conditionRows(view: PartView): DataRow[] {
  return flatRows(
    cellsOf(view, 'condition').flatMap(({ numbers, ...cell }) =>
      numbers.map(({ log10Width, ...number }) => ({
        ...cell,
        ...number,
        predicted: log10Width ?? { v1: null, v2: null },
      })),
    ),
  );
}

function layersRows(view: PartView): DataRow[] {
  return flatRows(
    cellsOf(view, 'layers').flatMap(({ powers, ...cell }) =>
      powers.map((power) => ({ ...cell, power })),
    ),
  );
}
