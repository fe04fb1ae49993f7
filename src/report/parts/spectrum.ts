/** Spectra before and after attention. */
import { spectrumClaims } from '../claims.js';
import { spectrumFigure } from '../figures/spectrum.js';
import { ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { conditionTable, widthTable } from '../tables/spectrum.js';

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

export const spectrumReport: PartReport = {
  part: 'spectrum',
  title: 'Spectrum',
  claims: spectrumClaims,
  mainTables: (view) => [conditionTable(view), widthTable(view)],
  detailTables: () => [],
  figures: spectrumFigure,
  rows: (view) => flatRows(cellsOf(view, 'spectrum')),
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
  },
};
