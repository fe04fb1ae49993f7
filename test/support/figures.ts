/**
 * The figures of docs/reliability.md: what a test has seen is printed, compared with what is promised, and written
 * to build/figures, from where `node scripts/reliability.mjs` takes it. test/figures.json is the list.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from './built-package.js';
import { EFFORT, FULL } from './effort.js';

/** What is promised of one figure, and where it is measured. */
export interface Figure {
  readonly name: string;
  /** What the number is, in words, with its unit. */
  readonly what: string;
  /** The command that measures it in full. */
  readonly suite: 'stress' | 'fuzz' | 'sanitize' | 'full';
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Whether the bound is one of repetitions, which only the long run reaches. */
  readonly longRunOnly?: true;
}

const { boundOf, promisedFigures, recordFigure } = (await import(
  join(ROOT, 'scripts/reliability/figures.mjs')
)) as {
  boundOf: (figure: Figure) => string;
  promisedFigures: (root: string) => readonly Figure[];
  recordFigure: (root: string, figure: object, effort: string) => void;
};
export { boundOf };

export const FIGURES: readonly Figure[] = promisedFigures(ROOT);

/**
 * Prints and records a figure, and fails when it is not as promised.
 *
 * @param seen - the worst case.
 * @param detail - where it was met, or how many cases there were.
 */
export function reportFigure(name: string, seen: number, detail: string): void {
  const figure = FIGURES.find((candidate) => candidate.name === name);
  if (figure === undefined)
    throw new Error(`Expected a figure of test/figures.json but received ${name}`);
  const { atMost = Infinity, atLeast = -Infinity, longRunOnly = false } = figure;
  console.info(`figure ${name}: ${seen} (${boundOf(figure)}): ${detail}`);
  recordFigure(ROOT, { name, seen, detail }, EFFORT);
  if (longRunOnly && !FULL) return;
  expect(seen, name).toBeLessThanOrEqual(atMost);
  expect(seen, name).toBeGreaterThanOrEqual(atLeast);
}
