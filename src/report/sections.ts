/** The parts of a run that are reported, with their view of each data set. */
import type { RunRecord } from '../experiments/results.js';
import type { PartReport } from './part-report.js';
import { PART_REPORTS } from './parts/index.js';
import type { Table } from './table.js';
import { viewOf, type PartView } from './view.js';

/** A part with the data sets of a run. */
export interface ReportedPart {
  readonly report: PartReport;
  readonly views: readonly PartView[];
}

/** The parts that the run has, in the order of the report. */
export function reportedParts(run: RunRecord): ReportedPart[] {
  return PART_REPORTS.filter(({ part }) => run.config.parts.includes(part)).map((report) => ({
    report,
    views: run.config.datasets.map((dataset) => viewOf(run, report.part, dataset)),
  }));
}

/** A table of one data set, told apart from the others by name and, where there are several, by caption. */
export function tableOf(view: PartView, table: Table): Table {
  const several = view.config.datasets.length > 1;
  return {
    ...table,
    name: nameOf(view, table.name),
    caption: several ? `${view.dataset}: ${table.caption}` : table.caption,
  };
}

/** A name of a table or figure, unique among data sets. */
export function nameOf(view: PartView, name: string): string {
  return `${name}-${slug(view.dataset)}`;
}

/** A data set's name as a part of file names and fragments. */
export function slug(dataset: string): string {
  return dataset.replace(/[^a-z0-9-]/gi, '');
}
