/** The verdicts on the paper's claims as tables. */
import type { RunRecord } from '../../experiments/results.js';
import { distanceClaims, flipClaims, spectrumClaims } from '../claims.js';
import type { Claim } from '../claims.js';
import { intervalCell, textCell } from '../table.js';
import type { Table, TableRow } from '../table.js';

/** Claims about the data alone: one result each. */
export function spectrumClaimTable(run: RunRecord): Table {
  return {
    name: 'claims-spectrum',
    caption: 'Claims about the spectrum',
    columns: ['claim', 'paper', 'ours', 'accepted range'],
    groups: [{ rows: spectrumClaims(run).map(claimRow) }],
    notes: [],
  };
}

/** Claims about training and influence: one result for each reading. */
export function readingClaimTable(run: RunRecord): Table {
  return {
    name: 'claims-readings',
    caption: 'Claims about training and influence',
    columns: ['claim', 'paper', ...run.config.readings, 'accepted range'],
    groups: [
      { title: 'NTK distance', rows: distanceClaims(run).map(claimRow) },
      { title: 'Influence flips', rows: flipClaims(run).map(claimRow) },
    ],
    notes: [],
  };
}

function claimRow(claim: Claim): TableRow {
  return {
    head: claim.statement,
    cells: [
      textCell(claim.paper),
      ...claim.results.map(({ ours, verdict }) =>
        ours === undefined
          ? { value: '', verdict }
          : { ...intervalCell(ours, claim.format), verdict },
      ),
      textCell(claim.accepted.words),
    ],
  };
}
