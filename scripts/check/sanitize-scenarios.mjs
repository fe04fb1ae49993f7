/** What the addon does in Node under AddressSanitizer: worker threads, wrong input, thousands of calls. */
import { join } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { CommandError, runQuietly } from '../support/command.mjs';

/** Calls of one kind, made twice: test/lifecycle/children/grow.mjs warms up with as many. */
const CALLS = 1000;
const KINDS_OF_CALLS = ['results', 'models', 'failures', 'aborts'];

/** Worker threads that are terminated; each takes two seconds to start. */
const TERMINATED = 15;

/** Pairs of a title and a function that runs the scenario and says what it has shown. */
export function runScenarios(root, env) {
  const child = async (name, { node = [], args = [], LSAN_OPTIONS = '' } = {}) => {
    const script = join(root, 'test/lifecycle/children', `${name}.mjs`);
    const options = { env: { ...env, LSAN_OPTIONS } };
    const output = await runQuietly(process.execPath, [...node, script, ...args], options);
    return { output, printed: JSON.parse(output) };
  };
  const suppressions = join(root, 'scripts/check/sanitize.supp');
  const ofWorkers = { LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0` };
  const requireThat = (holds, output) => {
    if (!holds) throw new CommandError('The scenario gave another result', output);
  };
  return [
    [
      'eight worker threads at once',
      async () => {
        const { output, printed } = await child('compute-in-workers', ofWorkers);
        requireThat(isDeepStrictEqual(printed.inWorkers, printed.here), output);
        return `${printed.inWorkers.length} results equal those of one thread`;
      },
    ],
    [
      'worker threads terminated in their work',
      async () => {
        const args = [String(TERMINATED)];
        const { output, printed } = await child('terminate-workers', { args, ...ofWorkers });
        requireThat(printed.terminated === TERMINATED && printed.same, output);
        return `${printed.terminated} terminated, exit code 0`;
      },
    ],
    [
      'leaks',
      async () => {
        for (const kind of KINDS_OF_CALLS) {
          await child('grow', { node: ['--expose-gc'], args: [kind, String(CALLS)] });
        }
        return `none in ${2 * CALLS * KINDS_OF_CALLS.length} calls`;
      },
    ],
    [
      'wrong input',
      async () => {
        // Leaks are another scenario's: the test runner's own native modules have some.
        const options = {
          cwd: root,
          env: { ...env, ASAN_OPTIONS: 'detect_leaks=0', NO_COLOR: '1' },
        };
        const vitest = join(root, 'node_modules/vitest/vitest.mjs');
        const files = ['addon', 'bad-input'].map((name) => `test/boundary/${name}.test.ts`);
        const output = await runQuietly(process.execPath, [vitest, 'run', ...files], options);
        return `${/Tests +(\d+ passed)/.exec(output)?.[1] ?? 'no tests'}`;
      },
    ],
  ];
}
