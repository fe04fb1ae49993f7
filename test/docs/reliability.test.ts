/** docs/reliability.md holds the figures that are promised, each of which a test or a check measures. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/built-package.js';
import { FIGURES, boundOf } from '../support/figures.js';

const document = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8');
const sources = ['test', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
);

describe.each(FIGURES)('$name', (figure) => {
  it('is measured somewhere', () => {
    expect(sources.some((text) => text.includes(`'${figure.name}'`))).toBe(true);
  });

  it('stands in the document with its bound', () => {
    const cells = document.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells.find((row) => row[1] === figure.what)?.[2]).toBe(boundOf(figure));
  });
});

it('has one name and one bound for each figure', () => {
  expect(new Set(FIGURES.map(({ name }) => name)).size).toBe(FIGURES.length);
  for (const { name, atMost, atLeast } of FIGURES) {
    expect(
      [atMost, atLeast].filter((bound) => bound !== undefined),
      name,
    ).toHaveLength(1);
  }
});
