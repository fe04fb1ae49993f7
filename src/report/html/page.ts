/** The document around the report's sections. */
import type { RunRecord } from '../../experiments/results.js';
import { incompleteNotice } from '../coverage.js';
import { duration, timestamp } from '../format.js';
import { Markup, html } from './markup.js';
import { STYLESHEET } from './stylesheet.js';

/** One section of the page. */
export interface Section {
  /** Fragment in its address. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

// The page needs nothing but itself; a policy makes sure that no markup that slipped in could.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** A complete HTML document. */
export function pageMarkup(run: RunRecord, sections: readonly Section[]): Markup {
  const title = run.config.datasets.join(', ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>ntkit report: ${title}</title>
        <style>
          ${new Markup(STYLESHEET)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${headerMarkup(run)} ${navigationMarkup(sections)}
        <main id="main">${sections.map(sectionMarkup)}</main>
        <footer><p>Made by ntkit ${run.machine.package}.</p></footer>
      </body>
    </html> `;
}

function headerMarkup(run: RunRecord): Markup {
  const { datasets, trainCount, testCount, seeds } = run.config;
  const notice = incompleteNotice(run);
  const facts: readonly (readonly [string, Markup])[] = [
    ['Data', html`${datasets.join(', ')}, ${trainCount} training and ${testCount} test points`],
    ['Seeds', html`${seeds.length}`],
    ['Started', html`<time datetime="${run.startedAt}">${timestamp(run.startedAt)}</time>`],
    ['Wall time', html`${duration(run.totalSeconds)}`],
  ];
  return html`<header>
    <p class="kicker">Reproduction of arXiv 2603.13085</p>
    <h1>Linearized attention and the kernel regime on ${datasets.join(' and ')}</h1>
    <dl class="facts">
      ${facts.map(
        ([term, fact]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
    ${notice === undefined ? '' : html`<p class="banner" role="note">${notice}</p>`}
  </header>`;
}

function navigationMarkup(sections: readonly Section[]): Markup {
  const items = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Sections">
    <ul>
      ${items}
    </ul>
  </nav>`;
}

function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`;
}
