/** A part's results as files that other programs read. */
import type { RunRecord } from '../experiments/results.js';
import { toCsv } from './figures/csv.js';
import type { PartReport } from './part-report.js';
import { PART_REPORTS } from './parts/index.js';
import { viewOf } from './view.js';

/** A file of a run folder. */
export interface PartFile {
  readonly name: string;
  readonly content: string;
}

/** `<part>.csv` and `<part>.json` of every part that the run has; the JSON defines the columns. */
export function partFiles(run: RunRecord): PartFile[] {
  return PART_REPORTS.filter(({ part }) => run.config.parts.includes(part)).flatMap((report) =>
    filesOf(run, report),
  );
}

function filesOf(run: RunRecord, report: PartReport): PartFile[] {
  const { part, title, columns } = report;
  const rows = run.config.datasets.flatMap((dataset) => report.rows(viewOf(run, part, dataset)));
  const { status, command, startedAt, numerics } = run;
  const document = { part, title, status, command, startedAt, numerics, columns, rows };
  return [
    { name: `${part}.csv`, content: toCsv(rows) },
    { name: `${part}.json`, content: `${JSON.stringify(document, null, 2)}\n` },
  ];
}
