/** The verdicts on the paper's claims, first as counts and then claim by claim. */
import type { ReadingName, RunRecord } from '../../experiments/results.js';
import { distanceClaims, flipClaims, spectrumClaims } from '../claims.js';
import type { Claim } from '../claims.js';
import { READING_DEFINITIONS } from '../labels.js';
import { readingClaimTable, spectrumClaimTable } from '../tables/claims.js';
import { VERDICT_RULE } from '../verdict.js';
import type { Verdict } from '../verdict.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { notesMarkup, tableMarkup } from './table.js';

const OUTCOMES: readonly (readonly [Verdict['outcome'], string])[] = [
  ['reproduced', 'reproduced'],
  ['not-reproduced', 'not reproduced'],
  ['undecided', 'cannot tell'],
  ['missing', 'not measured'],
];

/** Counts, claims with verdicts, and the rule behind them. */
export function summaryMarkup(run: RunRecord): Markup {
  const readings = run.config.readings;
  const byReading = [...distanceClaims(run), ...flipClaims(run)];
  return html`<ul class="scores">
      ${scoreMarkup('Spectrum', spectrumClaims(run), null)}
      ${readings.map((reading) => scoreMarkup(reading, byReading, reading))}
    </ul>
    ${tableMarkup(spectrumClaimTable(run))} ${tableMarkup(readingClaimTable(run))}
    ${notesMarkup([
      VERDICT_RULE,
      'Slopes run over the widths of this run. Differences are taken seed by seed.',
      ...readings.map((reading) => READING_DEFINITIONS[reading]),
    ])}`;
}

function scoreMarkup(title: string, claims: readonly Claim[], reading: ReadingName | null): Markup {
  const outcomes = claims
    .flatMap((claim) => claim.results)
    .filter((result) => result.reading === reading)
    .map((result) => result.verdict.outcome);
  const counts = OUTCOMES.flatMap(([outcome, words]) => {
    const count = outcomes.filter((candidate) => candidate === outcome).length;
    return count === 0 ? [] : html`<span class="verdict ${outcome}">${count} ${words}</span> `;
  });
  return html`<li><strong>${title}</strong> ${counts}</li>`;
}
