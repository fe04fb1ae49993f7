/** The report as one self-contained page. */
import type { RunRecord } from '../../experiments/results.js';
import { drawView } from '../figures/render-figures.js';
import type { PartReport } from '../part-report.js';
import { reportedParts, tableOf } from '../sections.js';
import type { PartView } from '../view.js';
import { configurationMarkup } from './configuration.js';
import { figureMarkup } from './figure.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { pageMarkup } from './page.js';
import { summaryMarkup } from './summary.js';
import { tableMarkup } from './table.js';

/**
 * A page that needs no network, no script and no other file: verdicts on the paper's claims, a section for each
 * part of the run, configuration and machine.
 *
 * @param run - the run, complete or not; what is missing is named in its place.
 */
export async function renderHtml(run: RunRecord): Promise<string> {
  const parts = await Promise.all(
    reportedParts(run).map(async ({ report, views }) => ({
      id: report.part,
      title: report.title,
      body: html`${await Promise.all(views.map(async (view) => viewMarkup(report, view)))}`,
    })),
  );
  const page = pageMarkup(run, [
    { id: 'summary', title: 'Summary', body: summaryMarkup(run) },
    ...parts,
    {
      id: 'configuration',
      title: 'Configuration and machine',
      body: configurationMarkup(run),
    },
  ]);
  return page.source;
}

/** One part on one data set, or a line that says that nothing was measured. */
async function viewMarkup(report: PartReport, view: PartView): Promise<Markup> {
  const heading = html`<h3>${view.dataset}</h3>`;
  if (view.cells.length === 0) {
    return html`${heading}
      <p class="missing">Missing: no cell of this part has finished.</p>`;
  }
  const figures = await drawView(report, view);
  const tables = [...report.mainTables(view), ...report.detailTables(view)];
  return html`${heading} ${figures.map(figureMarkup)}
  ${tables.map((table) => tableMarkup(tableOf(view, table)))}
  ${report.extra === undefined ? '' : report.extra(view)}`;
}
