/** The verdicts on the paper's claims, first as counts and then claim by claim. */
import type { ReadingName, RunRecord } from '../../experiments/results.js';
import type { Claim } from '../claims.js';
import { READING_DEFINITIONS } from '../labels.js';
import { claimTables, claimsOf, dependsOnReading } from '../tables/claims.js';
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
  const { datasets, readings } = run.config;
  return html`<ul class="scores">
      ${datasets.flatMap((dataset) => datasetScores(run, dataset))}
    </ul>
    ${datasets.flatMap((dataset) => claimTables(run, dataset).map(tableMarkup))}
    ${notesMarkup([
      VERDICT_RULE,
      'Slopes run over the widths of this run. Differences are taken seed by seed.',
      ...readings.map((reading) => READING_DEFINITIONS[reading]),
    ])}`;
}

/** How the claims fared that no named reading decides, and those of each reading. */
function datasetScores(run: RunRecord, dataset: string): Markup[] {
  const claims = claimsOf(run)
    .filter((part) => part.dataset === dataset)
    .flatMap((part) => part.claims);
  const ofData = claims.filter((claim) => !dependsOnReading(claim));
  return [
    ...(ofData.length === 0
      ? []
      : [scoreMarkup(`${dataset}, data and across readings`, ofData, null)]),
    ...(ofData.length === claims.length
      ? []
      : run.config.readings.map((reading) =>
          scoreMarkup(`${dataset}, ${reading}`, claims, reading),
        )),
  ];
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
