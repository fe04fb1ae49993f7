/** A table of the report as HTML. */
import type { Table, TableCell, TableGroup, TableRow } from '../table.js';
import type { Verdict } from '../verdict.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { notationMarkup } from './notation.js';

/** The table with caption, scoped headings and its definitions below; it scrolls where it is too wide. */
export function tableMarkup(table: Table): Markup {
  const captionId = `table-${table.name}`;
  return html`<div class="table table-${table.name}">
    <div class="scroll" role="group" tabindex="0" aria-labelledby="${captionId}">
      <table>
        <caption id="${captionId}">
          ${notationMarkup(table.caption)}
        </caption>
        <thead>
          <tr>
            ${table.columns.map(columnHead)}
          </tr>
        </thead>
        ${table.groups.map((group) => groupMarkup(group, table.columns.length))}
      </table>
    </div>
    ${table.notes.length === 0 ? '' : notesMarkup(table.notes)}
  </div>`;
}

/** Definitions and remarks, one an item. */
export function notesMarkup(notes: readonly string[]): Markup {
  return html`<ul class="notes">
    ${notes.map((note) => html`<li>${notationMarkup(note)}</li>`)}
  </ul>`;
}

function columnHead(column: string): Markup {
  return column === '' ? html`<td></td>` : html`<th scope="col">${notationMarkup(column)}</th>`;
}

function groupMarkup(group: TableGroup, columns: number): Markup {
  const title =
    group.title === undefined
      ? ''
      : html`<tr class="group">
          <th scope="rowgroup" colspan="${columns}">${notationMarkup(group.title)}</th>
        </tr>`;
  return html`<tbody>
    ${title}${group.rows.map(rowMarkup)}
  </tbody>`;
}

function rowMarkup(row: TableRow): Markup {
  return html`<tr>
    <th scope="row">${notationMarkup(row.head)}</th>
    ${row.cells.map(cellMarkup)}
  </tr>`;
}

function cellMarkup(cell: TableCell): Markup {
  const detail = cell.detail === undefined ? '' : html` <span class="detail">${cell.detail}</span>`;
  const verdict = cell.verdict === undefined ? '' : verdictMarkup(cell.verdict);
  return html`<td class="${cell.missing === true ? 'missing' : 'value'}">
    ${cell.value}${detail}${verdict}
  </td>`;
}

function verdictMarkup(verdict: Verdict): Markup {
  return html` <span class="verdict ${verdict.outcome}">${verdict.words}</span>`;
}
