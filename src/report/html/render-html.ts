/** The report as one self-contained page. */
import type { RunRecord } from '../../experiments/results.js';
import type { Figure } from '../figures/figure.js';
import { renderFigures } from '../figures/render-figures.js';
import { distanceTable, trainingTable } from '../tables/distance.js';
import { flipTable, rankingTable } from '../tables/flips.js';
import { conditionTable, widthTable } from '../tables/spectrum.js';
import type { Table } from '../table.js';
import { configurationMarkup } from './configuration.js';
import { figureMarkup } from './figure.js';
import { imagesMarkup } from './images.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { pageMarkup } from './page.js';
import { summaryMarkup } from './summary.js';
import { tableMarkup } from './table.js';

/**
 * A page that needs no network, no script and no other file: verdicts on the paper's claims, spectrum,
 * NTK distance, influence flips, the most helpful and most harmful training images, configuration and
 * machine.
 *
 * @param run - the run, complete or not; what is missing is named in its place.
 */
export async function renderHtml(run: RunRecord): Promise<string> {
  const figures = await renderFigures(run);
  const measured = (name: string, tables: readonly Table[]): Markup =>
    measuredMarkup(
      figures.find((figure) => figure.name === name),
      tables,
    );
  const page = pageMarkup(run, [
    { id: 'summary', title: 'Summary', body: summaryMarkup(run) },
    {
      id: 'spectrum',
      title: 'Spectrum',
      body: measured('spectrum', [conditionTable(run), widthTable(run)]),
    },
    {
      id: 'distance',
      title: 'NTK distance',
      body: measured('distance', [distanceTable(run), trainingTable(run)]),
    },
    {
      id: 'flips',
      title: 'Influence flips',
      body: measured('flips', [flipTable(run), rankingTable(run)]),
    },
    {
      id: 'images',
      title: 'Most helpful and most harmful training images',
      body: imagesMarkup(run),
    },
    {
      id: 'configuration',
      title: 'Configuration and machine',
      body: configurationMarkup(run),
    },
  ]);
  return page.source;
}

/** A figure with its tables, or a line that says that nothing was measured. */
function measuredMarkup(figure: Figure | undefined, tables: readonly Table[]): Markup {
  return figure === undefined
    ? html`<p class="missing">Missing: no cell of this experiment has finished.</p>`
    : html`${figureMarkup(figure)} ${tables.map(tableMarkup)}`;
}
