/**
 * The named suites of the tests, each of which prints its figures at its end:
 *
 *     node scripts/suite.mjs full | fuzz | stress
 *
 * `full`: every test, with the coverage of src and of the C++ core and the sanitizers. `fuzz` and `stress`: what chance
 * decides as often as docs/reliability.md promises, which takes long.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { figuresSeen, figureLine } from './reliability/figures.mjs';
import { runInForeground } from './support/command.mjs';
import { ROOT } from './support/files.mjs';

const vitest = (files, env) =>
  runInForeground(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...files],
    {
      cwd: ROOT,
      env,
    },
  );
const check = (...names) =>
  runInForeground(process.execPath, [join(ROOT, 'scripts/check.mjs'), ...names], { cwd: ROOT });

/** Where tests ask for the effort. */
const LONGER_IN_STRESS = [
  ...['stress', 'lifecycle', 'boundary', 'golden', 'property'].map((folder) => `test/${folder}`),
  'test/unit/linalg/eigh.test.ts',
];

/** What each suite runs, in order; every step runs even when an earlier one failed. */
const SUITES = {
  full: {
    effort: 'quick',
    steps: [
      () => {
        rmSync(join(ROOT, 'build/coverage'), { recursive: true, force: true });
        return vitest([], { NTKIT_COVERAGE: '1' });
      },
      () => check('coverage', 'address', 'thread'),
    ],
  },
  fuzz: { effort: 'full', steps: [() => vitest(['test/fuzz'], { NTKIT_EFFORT: 'full' })] },
  stress: {
    effort: 'full',
    steps: [() => vitest(LONGER_IN_STRESS, { NTKIT_EFFORT: 'full' })],
  },
};

const [name] = process.argv.slice(2);
if (!Object.hasOwn(SUITES, name ?? '')) {
  console.error(`Expected one of ${Object.keys(SUITES).join(', ')} but received ${name}`);
  process.exit(2);
}
const { effort, steps } = SUITES[name];
for (const step of steps) {
  if ((await step()) !== 0) process.exitCode = 1;
}
for (const figure of figuresSeen(ROOT, effort)) console.log(figureLine(figure));
