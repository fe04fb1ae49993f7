/** How a part of the replication is reported. `parts/index.ts` is the list of all. */
import type { PartName } from '../experiments/results.js';
import type { Claim } from './claims.js';
import type { DataRow } from './figures/csv.js';
import type { FigurePlan } from './figures/figure.js';
import type { Markup } from './html/markup.js';
import type { Table } from './table.js';
import type { PartView } from './view.js';

/** Everything the report shows of one part, for one data set at a time. */
export interface PartReport {
  readonly part: PartName;
  /** Heading of its section. */
  readonly title: string;
  /** Claims of the paper that the part tests, for the summary. */
  claims(view: PartView): Claim[];
  /** For the terminal, a few tables; names are unique among all parts. */
  mainTables(view: PartView): Table[];
  /** For the page, below the main tables. */
  detailTables(view: PartView): Table[];
  /** Figures of what has been measured: none without a finished cell. */
  figures(view: PartView): FigurePlan[];
  /** What else the page shows, under headings from h4 on. */
  readonly extra?: (view: PartView) => Markup;
  /** Flat rows for `<part>.csv` and `<part>.json`, with the same columns: one a cell, or one a number of it. */
  rows(view: PartView): DataRow[];
  /** What each column of the rows means, with its unit. */
  readonly columns: Readonly<Record<string, string>>;
}
