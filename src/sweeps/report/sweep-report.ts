/** The report of a sweep's folder, finished or not: what there is, what failed, the means over seeds. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../data/files.js';
import { Markup, html } from '../../report/html/markup.js';
import { STYLESHEET } from '../../report/html/stylesheet.js';
import { grid } from '../../report/text/columns.js';
import { readEvents, type RunEvent } from '../../runs/events-file.js';
import { Claims } from '../../runs/claims.js';
import { readRun } from '../../runs/read-run.js';
import type { SweepCell } from '../cells.js';
import { summaryRows, sweepSummary } from './text.js';

/** A sweep as its folder tells it. */
export interface SweepRecord {
  readonly name: string;
  readonly startedAt: string;
  readonly planned: number;
  readonly complete: boolean;
  /** Processes that work on it now, as far as this machine can see. */
  readonly atWork: number;
  /** By key, each once. */
  readonly cells: readonly SweepCell[];
  /** The last failure of each cell that has no result. */
  readonly failures: readonly Extract<RunEvent, { event: 'failed' }>[];
  /** Seconds of computing, over all finished cells. */
  readonly seconds: number;
}

/** Reads a sweep's folder. @throws NtkitError `ERR_STORE` when it holds no run that can be read. */
export async function loadSweep(folder: string): Promise<SweepRecord> {
  const { manifest, cells } = await readRun(folder);
  const stored = new Map((cells as SweepCell[]).map((cell) => [cell.key, cell]));
  const events = await readEvents(folder);
  const failed = events.filter((event) => event.event === 'failed' && !stored.has(event.key));
  const config = manifest.config as { readonly name?: string };
  const planned = manifest.planned.reduce((sum, part) => sum + part.cells, 0);
  return {
    name: config.name ?? 'sweep',
    startedAt: manifest.startedAt,
    planned,
    complete: stored.size >= planned,
    atWork: await new Claims(folder).others(),
    cells: [...stored.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    failures: [...new Map(failed.map((event) => [event.key, event])).values()].filter(
      (event) => event.event === 'failed',
    ),
    seconds: events.reduce(
      (sum, event) => (event.event === 'finished' ? sum + event.seconds : sum),
      0,
    ),
  };
}

/** One flat row a cell: measure, axes, values. What exports write. */
export function flatRows(
  cells: readonly SweepCell[],
): Readonly<Record<string, number | string | boolean | null>>[] {
  return cells.map(({ key, measure, choice, values }) => ({ key, measure, ...choice, ...values }));
}

/** The report as a terminal shows it. */
export function sweepText(record: SweepRecord): string {
  const { name, cells, failures } = record;
  const failed =
    failures.length === 0
      ? ''
      : `\n${grid([
          ['failed cell', 'code', 'reason'],
          ...failures.map(({ label, code, message }) => [label, code, message]),
        ])}`;
  return `${stateOf(record)}\n${sweepSummary(name, cells)}${failed}`;
}

/**
 * Writes `report.html`, which needs nothing but itself.
 *
 * @returns the page's path.
 */
export async function writeSweepReport(folder: string, record: SweepRecord): Promise<string> {
  const page = join(folder, 'report.html');
  await writeFileAtomic(page, sweepPage(record).source);
  return page;
}

/** A complete HTML document. */
export function sweepPage(record: SweepRecord): Markup {
  const { name, cells, failures } = record;
  const measures = [...new Set(cells.map(({ measure }) => measure))].sort();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>ntkit sweep: ${name}</title>
        <style>
          ${new Markup(STYLESHEET)}
        </style>
      </head>
      <body>
        <main id="main">
          <h1>${name}</h1>
          <p>${stateOf(record)}</p>
          ${measures.map((measure) => section(measure, cells))} ${failureSection(failures)}
        </main>
      </body>
    </html> `;
}

function stateOf({ cells, planned, complete, atWork, failures, startedAt }: SweepRecord): string {
  const state = complete ? 'complete' : `incomplete, ${atWork} processes at work`;
  return `${cells.length} of ${planned} cells (${state}), ${failures.length} failed, started ${startedAt}`;
}

function section(measure: string, cells: readonly SweepCell[]): Markup {
  const rows = summaryRows(cells.filter((cell) => cell.measure === measure));
  return html`<section>
    <h2>${measure}</h2>
    <p>Means over seeds.</p>
    ${table(rows)}
  </section>`;
}

function failureSection(failures: SweepRecord['failures']): Markup {
  if (failures.length === 0) return html``;
  const rows = failures.map(({ label, code, message }) => [label, code, message]);
  return html`<section>
    <h2>Failures</h2>
    ${table([['cell', 'code', 'reason'], ...rows])}
  </section>`;
}

function table([header = [], ...rows]: readonly (readonly string[])[]): Markup {
  return html`<table>
    <thead>
      <tr>
        ${header.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((field) => html`<td>${field}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
