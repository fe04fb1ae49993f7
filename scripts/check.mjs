/**
 * What a contribution has to pass:
 *
 *     node scripts/check.mjs [format] [lint] [types] [api] [core] [emulated] [package] [tests] [browser]
 *     node scripts/check.mjs [coverage] [address] [thread]
 *
 * With no names, all of the first line. Every check runs even when an earlier one failed.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { checkBrowser } from './check/browser.mjs';
import { checkCore } from './check/core.mjs';
import { checkCoverage } from './check/coverage.mjs';
import { checkEmulated } from './check/emulated.mjs';
import { formatFiles } from './check/format.mjs';
import { checkPackage } from './check/package.mjs';
import { checkAddress, checkThread } from './check/sanitize.mjs';
import { runInForeground, runQuietly } from './support/command.mjs';
import { ROOT } from './support/files.mjs';

/** Runs a command-line tool of a package in node_modules. */
function runTool(run, path, ...args) {
  return run(process.execPath, [join(ROOT, 'node_modules', path), ...args], { cwd: ROOT });
}

const CHECKS = {
  format: () => formatFiles(ROOT),
  lint: () => runTool(runQuietly, 'eslint/bin/eslint.js', '--max-warnings=0', '.'),
  types: async () => {
    // Tests in a browser have its types beside Node's.
    for (const project of ['tsconfig.json', 'test/browser/tsconfig.json']) {
      await runTool(runQuietly, 'typescript/bin/tsc', '--noEmit', '-p', project);
    }
  },
  api: () => runTool(runQuietly, 'typedoc/bin/typedoc', '--logLevel', 'Warn'),
  core: () => checkCore(ROOT),
  emulated: () => checkEmulated(ROOT),
  package: () => checkPackage(ROOT),
  tests: async () => {
    const code = await runTool(runInForeground, 'vitest/vitest.mjs', 'run');
    if (code !== 0) throw new Error('Tests failed');
  },
  browser: () => checkBrowser(ROOT),
};

/** Checks of `npm run test:full`, which run when they are named: each takes minutes, or what a run has left. */
const LONG_CHECKS = {
  coverage: () => checkCoverage(ROOT),
  address: () => checkAddress(ROOT),
  thread: () => checkThread(ROOT),
};
const ONE_CORE = ['format', 'lint', 'types', 'api'];
const ALL_CHECKS = { ...CHECKS, ...LONG_CHECKS };

/** Runs one check, prints one line and what a failed check has to say; tells whether it passed. */
async function passes(name) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  try {
    await ALL_CHECKS[name]();
    console.log(`${name}: passed, ${seconds()} s`);
    return true;
  } catch (error) {
    process.stdout.write(error.output ?? '');
    console.log(`${name}: failed, ${seconds()} s: ${error.message}`);
    return false;
  }
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(CHECKS);
const unknown = names.filter((name) => !Object.hasOwn(ALL_CHECKS, name));
if (unknown.length > 0) {
  const known = Object.keys(ALL_CHECKS).join(', ');
  console.error(`Expected names out of ${known} but received ${unknown}`);
  process.exit(2);
}

const failed = [];
async function run(name) {
  if (!(await passes(name))) failed.push(name);
}

// Those of one core run side by side, the others one after another.
const queue = names.filter((name) => ONE_CORE.includes(name));
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await run(name);
  }),
);
for (const name of names) {
  if (!ONE_CORE.includes(name)) await run(name);
}
if (failed.length > 0) {
  console.log(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
