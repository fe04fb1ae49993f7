/** Table 1 and Figure 1: NTK distance against width. */
import { distanceClaims } from '../claims.js';
import { distanceFigure } from '../figures/distance.js';
import { NETWORK_COLUMNS, ORIGIN_COLUMNS, flatRows } from '../flat-rows.js';
import { cellsOf } from '../measures.js';
import type { PartReport } from '../part-report.js';
import { distanceTable, trainingTable, trendTable } from '../tables/distance.js';

export const table1Report: PartReport = {
  part: 'table1',
  title: 'NTK distance',
  claims: distanceClaims,
  mainTables: (view) => [distanceTable(view)],
  detailTables: (view) => [trendTable(view), trainingTable(view)],
  figures: distanceFigure,
  rows: (view) => flatRows(cellsOf(view, 'distance')),
  columns: {
    ...ORIGIN_COLUMNS,
    ...NETWORK_COLUMNS,
    spectral: 'spectral norm of F_m(Z) - F_NTK(Z), raw outputs on the test points',
    frobenius: 'Frobenius norm of the same difference',
    rms: 'root mean square of the same difference',
    'softmax.spectral': 'spectral norm of softmax(F_m(Z)) - F_NTK(Z)',
    'softmax.frobenius': 'Frobenius norm of the same difference',
    'softmax.rms': 'root mean square of the same difference',
    networkAccuracy: 'share of test points that the network classifies rightly',
    ridgeAccuracy: 'the same of kernel ridge regression with the infinite-width kernel',
    finalLoss: 'mean training loss of the last epoch, without the regulariser',
    deadUnits: 'share of hidden units that are zero on every training point',
    kernelError: '|K_m - K_inf|_F / |K_inf|_F at initialisation',
    kernelDrift: '|K_T - K_0|_F / |K_0|_F after training',
  },
};
