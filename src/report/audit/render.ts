/** The report of an audit: one page, files for programs, and what a terminal shows. */
import type { Audit, AuditedPoint } from '../../audit/result.js';
import { toCsv } from '../figures/csv.js';
import { draw, type Figure } from '../figures/figure.js';
import { timestamp } from '../format.js';
import { figureMarkup } from '../html/figure.js';
import { stripMarkup } from '../html/images.js';
import { html, type Markup } from '../html/markup.js';
import { documentMarkup, factsMarkup } from '../html/page.js';
import { notesMarkup, tableMarkup } from '../html/table.js';
import type { PartFile } from '../part-files.js';
import type { Table } from '../table.js';
import { tableLines } from '../text/grid.js';
import type { TextOptions } from '../text/render-text.js';
import { painter, printable, wrap } from '../text/style.js';
import { auditFigures } from './figures.js';
import { cautions, findings } from './findings.js';
import { POINT_COLUMNS, mostInfluential, pointRows, suspects } from './points.js';
import type { AuditReport, Thumbnail } from './source.js';
import { auditTables, fitTable, malleabilityTable, recoveryTable, suspectTable } from './tables.js';

export type { AuditReport, Thumbnail };

/** Draws the figures, each as SVG with its specification and data. The same audit gives the same bytes. */
export async function auditDrawings(audit: Audit): Promise<Figure[]> {
  return Promise.all(auditFigures(audit).map(draw));
}

/** A page that needs no network, no script and no other file. */
export function renderAudit(report: AuditReport, figures: readonly Figure[]): string {
  const { audit, name, version, top } = report;
  const tables = new Map(auditTables(audit, top).map((table) => [table.name, table]));
  const shown = (key: string): Markup =>
    html`${[tables.get(key)].flatMap((table) => (table === undefined ? [] : [tableMarkup(table)]))}`;
  const drawn = (key: string): Markup =>
    html`${figures.filter((figure) => figure.name === key).map(figureMarkup)}`;
  const page = documentMarkup(
    { title: `ntkit audit: ${name}`, header: headerMarkup(report), version },
    [
      { id: 'summary', title: 'Summary', body: summaryMarkup(audit) },
      {
        id: 'labels',
        title: 'Labels',
        body: html`${drawn('audit-suspicion')}
        ${stripsMarkup(report, [['Most doubtful labels', suspects(audit).slice(0, top)]])}
        ${shown('suspects')} ${shown('recovery')}`,
      },
      {
        id: 'influence',
        title: 'Influence',
        body: html`${drawn('audit-influence')}
        ${stripsMarkup(report, [
          ['Most helpful', mostInfluential(audit, 'helpful', top)],
          ['Most harmful', mostInfluential(audit, 'harmful', top)],
        ])}
        ${shown('influence')} ${shown('malleability')}`,
      },
      {
        id: 'condition',
        title: 'Fit, spectrum and condition',
        body: html`${drawn('audit-spectrum')} ${shown('fit')} ${shown('spectrum')}`,
      },
      { id: 'setting', title: 'Setting', body: settingMarkup(report) },
    ],
  );
  return page.source;
}

/** `audit.json` with definitions and `points.csv`. */
export function auditFiles(report: AuditReport): PartFile[] {
  return [
    { name: 'audit.json', content: `${JSON.stringify(auditDocument(report), null, 2)}\n` },
    { name: 'points.csv', content: toCsv(pointRows(report.audit)) },
  ];
}

/** The audit as JSON holds it: an infinite condition number is null. */
export function auditDocument({
  audit,
  name,
  command,
  startedAt,
  version,
  hashes,
}: AuditReport): object {
  const { setting, fit, labels, recovery, influence, malleability, rows, spectrum } = audit;
  const spectra = Object.entries(spectrum).map(([matrix, { eigenvalues, ...values }]) => {
    return [matrix, { ...values, eigenvalues: Array.from(eigenvalues) }];
  });
  return {
    ...{ name, command, startedAt, version, hashes },
    findings: findings(audit).map(({ question, verdict, because }) => ({
      ...{ question, because },
      answer: verdict.words,
    })),
    cautions: cautions(audit),
    ...{ setting, fit, labels, recovery, influence, malleability, rows },
    spectrum: Object.fromEntries(spectra) as object,
    columns: POINT_COLUMNS,
    points: pointRows(audit),
  };
}

/** The summary and the main tables for a terminal. */
export function renderAuditText(
  { audit, top }: AuditReport,
  { color, columns }: TextOptions,
): string {
  const paint = painter(color);
  const answers = findings(audit).flatMap(({ question, verdict, because }) => [
    paint('strong', printable(`${question} ${verdict.words}`)),
    ...wrap(printable(because), columns).map((line) => paint('quiet', line)),
  ]);
  const warnings = cautions(audit).flatMap((sentence) =>
    wrap(printable(sentence), columns).map((line) => paint('warning', line)),
  );
  const tables: readonly Table[] = [
    fitTable(audit),
    recoveryTable(audit),
    malleabilityTable(audit),
    suspectTable(audit, top),
  ];
  return [answers, ...tables.map((table) => tableLines(table, columns, paint)), warnings]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function headerMarkup({ audit, name, startedAt }: AuditReport): Markup {
  const { n, total, d, classes } = audit.setting;
  return html`<header>
    <p class="kicker">Audit of labelled points</p>
    <h1>${name}</h1>
    ${factsMarkup([
      ['Points', html`${n === total ? n : `${n} of ${total}`}, ${d} inputs`],
      ['Classes', html`${classes.length}`],
      ['Started', html`<time datetime="${startedAt}">${timestamp(startedAt)}</time>`],
    ])}
  </header>`;
}

function summaryMarkup(audit: Audit): Markup {
  return html`<ul class="scores">
      ${findings(audit).map(
        ({ question, verdict, because }) =>
          html`<li>
            <strong>${question}</strong>
            <span class="verdict ${verdict.outcome}">${verdict.words}</span>
            <span class="detail">${because}</span>
          </li>`,
      )}
    </ul>
    <h3>What not to trust</h3>
    ${notesMarkup(cautions(audit))}`;
}

/** Thumbnails under headings; nothing where rows are no images. */
function stripsMarkup(
  { audit, image }: AuditReport,
  strips: readonly (readonly [title: string, points: readonly AuditedPoint[]])[],
): Markup {
  const { classes } = audit.setting;
  const drawn = strips.map(([title, points]) => {
    const images = points.flatMap((point) => {
      const thumbnail = image(point.index);
      const score = title === 'Most doubtful labels' ? point.suspicion : point.influence;
      const label = classes[point.label] ?? '';
      if (thumbnail === null) return [];
      const { pixels, ...shape } = thumbnail;
      return [{ ...shape, index: point.index, label, before: { score, pixels } }];
    });
    return images.length === 0 ? html`` : stripMarkup(title, images);
  });
  return html`<div class="strips">${drawn}</div>`;
}

function settingMarkup({ audit, command, hashes }: AuditReport): Markup {
  const { setting, malleability } = audit;
  const kernel =
    setting.kernel === 'infinite' ? 'NTK at infinite width' : `NTK of ${setting.width} drawn units`;
  const facts: readonly (readonly [string, string])[] = [
    ['Command', command],
    ['Kernel', `${kernel}${setting.attention ? ', behind linearized attention' : ''}`],
    ['Rows', `${setting.standardize ? 'columns standardised, then ' : ''}scaled to unit norm`],
    ['Ridge', String(setting.ridge)],
    ['Seed', String(setting.seed)],
    ['Attacked network', `${setting.width} hidden units`],
    [
      'Malleability',
      `top ${malleability.tau} of the points, ${malleability.eps} standard deviations`,
    ],
    ...Object.entries(hashes).map(([file, hash]) => [`SHA-256 of ${file}`, hash] as const),
  ];
  return factsMarkup(facts.map(([term, fact]) => [term, html`${fact}`]));
}
