/** The figures that the tests have written to build/figures, beside what test/figures.json promises. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The list of figures. */
export function promisedFigures(root) {
  return JSON.parse(readFileSync(join(root, 'test/figures.json'), 'utf8'));
}

/** Records what was seen with an effort; what a check measures is the same with either. */
export function recordFigure(root, figure, effort = 'quick') {
  const folder = join(root, 'build/figures', effort);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${figure.name}.json`), `${JSON.stringify(figure)}\n`);
}

/** Each figure that was measured with an effort (`quick` or `full`): its promise, `seen` and `detail`. */
export function figuresSeen(root, effort) {
  return promisedFigures(root).flatMap((figure) => {
    const path = join(root, 'build/figures', effort, `${figure.name}.json`);
    return existsSync(path) ? [{ ...figure, ...JSON.parse(readFileSync(path, 'utf8')) }] : [];
  });
}

/** What is promised, in words. */
export function boundOf({ atMost, atLeast }) {
  return atMost === undefined ? `at least ${number(atLeast)}` : `at most ${number(atMost)}`;
}

/** A number for people: whole ones as they are, others with three digits. */
export function number(value) {
  return Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
}

/** One line of a suite's end. */
export function figureLine(figure) {
  return `${figure.name}: ${number(figure.seen)} (${boundOf(figure)}) ${figure.what}: ${figure.detail}`;
}
