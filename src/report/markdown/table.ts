/** A table of the report as GitHub's Markdown. */
import { plainNotation } from '../notation.js';
import type { Table, TableCell } from '../table.js';

/** The caption, the table and its definitions below. A group's title is the first row of its rows. */
export function tableMarkdown({ caption, columns, groups, notes }: Table): string {
  const body = groups.flatMap(({ title, rows }) => [
    ...(title === undefined
      ? []
      : [[`**${textMarkdown(title)}**`, ...columns.slice(1).map(() => '')]]),
    ...rows.map(({ head, cells }) => [textMarkdown(head), ...cells.map(cellMarkdown)]),
  ]);
  const rows = [columns.map(textMarkdown), columns.map(() => '---'), ...body];
  return [
    `### ${textMarkdown(caption)}`,
    rows.map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${textMarkdown(note)}`).join('\n')]),
  ].join('\n\n');
}

function cellMarkdown({ value, detail, verdict }: TableCell): string {
  const parts = [value, detail, verdict === undefined ? undefined : `(${verdict.words})`];
  return textMarkdown(parts.filter((part) => part !== undefined && part !== '').join(' '));
}

/** A text in which nothing but code spans is markup. */
export function textMarkdown(text: string): string {
  return plainNotation(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[|*_<>[\]\\]/g, (character, at: number, whole: string) =>
      insideCode(whole, at) && character !== '|' ? character : `\\${character}`,
    );
}

function insideCode(text: string, at: number): boolean {
  return text.slice(0, at).split('`').length % 2 === 0;
}
