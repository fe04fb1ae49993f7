/**
 * Which lines of src the last `NTKIT_COVERAGE=1 npm test` ran: in the tests themselves, by vitest, and in the programs
 * that they started, by Node's own record of the compiled files, which c8 maps back to src.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { recordFigure } from '../reliability/figures.mjs';
import { runQuietly } from '../support/command.mjs';

const FOLDER = 'build/coverage';

/** Share of the lines of src that must run. */
export const FLOOR = 0.9;

/**
 * The lines of each file with a statement, and whether it ran.
 *
 * @param record what istanbul's `json` reporter writes.
 * @returns file -> line -> ran.
 */
export function linesOf(record) {
  return new Map(
    Object.values(record).map(({ path, statementMap, s }) => {
      const lines = new Map();
      for (const [id, { start }] of Object.entries(statementMap)) {
        lines.set(start.line, lines.get(start.line) === true || s[id] > 0);
      }
      return [path, lines];
    }),
  );
}

/** Lines of `tests` that ran there or in `children`, by folder: `{ folder, covered, total }`. */
export function coverageByFolder(root, tests, children) {
  const folders = new Map();
  for (const [path, lines] of tests) {
    const folder = dirname(relative(root, path));
    const counts = folders.get(folder) ?? { folder, covered: 0, total: 0 };
    const elsewhere = children.get(path);
    for (const [line, ran] of lines) {
      counts.total++;
      if (ran || elsewhere?.get(line) === true) counts.covered++;
    }
    folders.set(folder, counts);
  }
  return [...folders.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

const readRecord = (path) => linesOf(JSON.parse(readFileSync(path, 'utf8')));

/** Prints the share of each folder, and throws when the whole lies below the floor. */
export async function checkCoverage(root) {
  const tests = join(root, FOLDER, 'tests/coverage-final.json');
  if (!existsSync(tests)) {
    throw new Error('Expected the record of a run; `npm run test:full` makes it');
  }
  const children = join(root, FOLDER, 'children');
  const mapped = join(root, FOLDER, 'mapped');
  await runQuietly(
    process.execPath,
    [
      ...[join(root, 'node_modules/c8/bin/c8.js'), 'report', '--temp-directory', children],
      ...['--reporter', 'json', '--reports-dir', mapped, '--merge-async'],
      ...['--exclude-after-remap', '--include', 'src/**', '--include', 'dist/**'],
    ],
    { cwd: root },
  );
  const folders = coverageByFolder(
    root,
    readRecord(tests),
    readRecord(join(mapped, 'coverage-final.json')),
  );
  const whole = folders.reduce(
    (sum, { covered, total }) => ({ covered: sum.covered + covered, total: sum.total + total }),
    { covered: 0, total: 0 },
  );
  for (const counts of [...folders, { folder: 'src, all lines', ...whole }]) {
    console.log(`  ${percent(counts).padStart(7)}  ${counts.folder}`);
  }
  recordFigure(root, {
    name: 'src-coverage',
    seen: (100 * whole.covered) / whole.total,
    detail: `of ${whole.total} lines`,
  });
  if (whole.covered < FLOOR * whole.total) {
    throw new Error(`Expected at least ${100 * FLOOR} % of the lines but ${percent(whole)} ran`);
  }
}

function percent({ covered, total }) {
  return `${((100 * covered) / total).toFixed(1)} %`;
}
