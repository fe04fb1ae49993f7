/** The report as a terminal prints it. */
import type { RunRecord } from '../../experiments/results.js';
import { incompleteNotice } from '../coverage.js';
import { reportedParts, tableOf } from '../sections.js';
import { timeTable } from '../tables/time.js';
import { tableLines } from './grid.js';
import { painter, printable, wrap } from './style.js';

/** Options of {@link renderText}. */
export interface TextOptions {
  /** Whether to use terminal colours. */
  readonly color: boolean;
  /** Width of the terminal in characters. Tables change their layout to fit from about 40 on. */
  readonly columns: number;
}

/**
 * What a run found: the main tables of each part beside the paper's numbers, and where the time went. Every number is a
 * mean with its 95 % Student-t interval over seeds; each table ends with the definitions of what it shows.
 *
 * @param run - the run, complete or not; what is missing is named.
 * @returns lines separated by newlines, with one at the end.
 */
export function renderText(run: RunRecord, options: TextOptions): string {
  const { color, columns } = options;
  const paint = painter(color);
  const { datasets, trainCount, testCount } = run.config;
  const notice = incompleteNotice(run);
  const tables = [
    ...reportedParts(run).flatMap(({ report, views }) =>
      views.flatMap((view) => report.mainTables(view).map((table) => tableOf(view, table))),
    ),
    timeTable(run),
  ];
  const blocks = [
    [
      printable(run.command),
      printable(`${datasets.join(', ')}, ${trainCount} training points, ${testCount} test points`),
      ...(notice === undefined ? [] : wrap(notice, columns).map((line) => paint('warning', line))),
    ],
    ...tables.map((table) => tableLines(table, columns, paint)),
  ];
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
