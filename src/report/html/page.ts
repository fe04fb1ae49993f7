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

/** What a document has around its sections. */
export interface DocumentFrame {
  /** Of the browser's tab. */
  readonly title: string;
  readonly header: Markup;
  /** Version of the package that made it. */
  readonly version: string;
}

/** The page of a run. */
export function pageMarkup(run: RunRecord, sections: readonly Section[]): Markup {
  const title = `ntkit report: ${run.config.datasets.join(', ')}`;
  return documentMarkup(
    { title, header: headerMarkup(run), version: run.machine.package },
    sections,
  );
}

/** A complete HTML document. */
export function documentMarkup(
  { title, header, version }: DocumentFrame,
  sections: readonly Section[],
): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLESHEET)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${header} ${navigationMarkup(sections)}
        <main id="main">${sections.map(sectionMarkup)}</main>
        <footer><p>Made by ntkit ${version}.</p></footer>
      </body>
    </html> `;
}

/** Terms with what they stand for, below a heading. */
export function factsMarkup(facts: readonly (readonly [term: string, fact: Markup])[]): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([term, fact]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${fact}</dd>
        </div>`,
    )}
  </dl>`;
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
    ${factsMarkup(facts)}
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
