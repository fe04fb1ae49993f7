/** The report as a terminal prints it. */
import type { RunRecord } from '../../experiments/results.js';
import { incompleteNotice } from '../coverage.js';
import { distanceTable } from '../tables/distance.js';
import { flipTable } from '../tables/flips.js';
import { conditionTable, widthTable } from '../tables/spectrum.js';
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
 * What a run found, in four blocks: spectrum and predicted widths, NTK distance beside the paper's Table 1,
 * flip rates beside its Table 2, and where the time went. Every number is a mean with its 95 % Student-t
 * interval over seeds; each table ends with the definitions of what it shows.
 *
 * @param run - the run, complete or not; what is missing is named.
 * @returns lines separated by newlines, with one at the end.
 */
export function renderText(run: RunRecord, options: TextOptions): string {
  const { color, columns } = options;
  const paint = painter(color);
  const { dataset, trainCount, testCount } = run.config;
  const notice = incompleteNotice(run);
  const blocks = [
    [
      printable(run.command),
      printable(`${dataset}, ${trainCount} training points, ${testCount} test points`),
      ...(notice === undefined ? [] : wrap(notice, columns).map((line) => paint('warning', line))),
    ],
    ...[conditionTable, widthTable, distanceTable, flipTable, timeTable].map((table) =>
      tableLines(table(run), columns, paint),
    ),
  ];
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
