/** A part's results as files that other programs read. */
import type { RunRecord } from '../experiments/results.js';
import { toCsv, type DataRow } from './figures/csv.js';
import { PART_REPORTS } from './parts/index.js';
import { viewOf } from './view.js';

/** A file of a run folder. */
export interface PartFile {
  readonly name: string;
  readonly content: string;
}

/** Flat rows of one part, over all data sets of a run. */
export interface PartRows {
  readonly part: string;
  readonly title: string;
  /** What each column means. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly DataRow[];
}

/** The rows of every part that the run has. */
export function partRows(run: RunRecord): PartRows[] {
  return PART_REPORTS.filter(({ part }) => run.config.parts.includes(part)).map((report) => {
    const { part, title, columns } = report;
    const rows = run.config.datasets.flatMap((dataset) => report.rows(viewOf(run, part, dataset)));
    return { part, title, columns, rows };
  });
}

/** `<part>.csv` and `<part>.json` of every part that the run has; the JSON defines the columns. */
export function partFiles(run: RunRecord): PartFile[] {
  const { status, command, startedAt, numerics } = run;
  return partRows(run).flatMap(({ part, title, columns, rows }) => {
    const document = { part, title, status, command, startedAt, numerics, columns, rows };
    return [
      { name: `${part}.csv`, content: toCsv(rows) },
      { name: `${part}.json`, content: `${JSON.stringify(document, null, 2)}\n` },
    ];
  });
}
