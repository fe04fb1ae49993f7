/** The verdicts on the paper's claims as tables. */
import type { ReadingName, RunRecord } from '../../experiments/results.js';
import type { Claim } from '../claims.js';
import { reportedParts, slug } from '../sections.js';
import { intervalCell, textCell } from '../table.js';
import type { Table, TableGroup, TableRow } from '../table.js';

/** The claims that one part tests on one data set. */
export interface PartClaims {
  readonly title: string;
  readonly dataset: string;
  readonly claims: readonly Claim[];
}

/** All claims of a run, part by part. */
export function claimsOf(run: RunRecord): PartClaims[] {
  return reportedParts(run).flatMap(({ report, views }) =>
    views.map((view) => ({
      title: report.title,
      dataset: view.dataset,
      claims: report.claims(view),
    })),
  );
}

/** One data set's claims: those that no named reading decides, with one result, and those with one for each. */
export function claimTables(run: RunRecord, dataset: string): Table[] {
  const ofDataset = claimsOf(run).filter((part) => part.dataset === dataset);
  const table = (
    name: string,
    caption: string,
    columns: readonly (ReadingName | 'ours')[],
    groups: TableGroup[],
  ): Table[] =>
    groups.length === 0
      ? []
      : [
          {
            name: `${name}-${slug(dataset)}`,
            caption: `${dataset}: ${caption}`,
            columns: ['claim', 'paper', ...columns, 'accepted range'],
            groups,
            notes: [],
          },
        ];
  return [
    ...table(
      'claims-data',
      'claims about the data and across readings',
      ['ours'],
      claimGroups(ofDataset, false),
    ),
    ...table(
      'claims-readings',
      'claims about training and influence',
      run.config.readings,
      claimGroups(ofDataset, true),
    ),
  ];
}

/** Whether each of a claim's results belongs to a reading. */
export function dependsOnReading(claim: Claim): boolean {
  return claim.results.every(({ reading }) => reading !== null);
}

function claimGroups(parts: readonly PartClaims[], byReading: boolean): TableGroup[] {
  return parts
    .map(({ title, claims }) => ({
      title,
      rows: claims.filter((claim) => dependsOnReading(claim) === byReading).map(claimRow),
    }))
    .filter(({ rows }) => rows.length > 0);
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
