/**
 * Makes a fresh checkout ready to run, with Node's own modules alone: OpenBLAS, npm's packages, the
 * native addon, the TypeScript build. What is current is skipped; `npm start` and `npm test` run this
 * first.
 */
import { join } from 'node:path';
import process from 'node:process';
import { dependencies } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { native } from './setup/native.mjs';
import { openblas } from './setup/openblas.mjs';
import { typescript } from './setup/typescript.mjs';
import { ROOT } from './support/files.mjs';

const STEPS = [openblas, dependencies, native, typescript];
const LOCK = 'build/setup.lock';
const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Runs one step and prints one line: what it was and how many seconds it took. */
async function runStep(step, signal) {
  const start = performance.now();
  process.stderr.write(`${step.title} ... `);
  await step.run(ROOT, signal);
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

async function setUp(signal) {
  const options = {
    signal,
    onWait: (pid) => console.error(`Waiting for process ${pid}, which holds ${LOCK}`),
  };
  await withLock(
    join(ROOT, LOCK),
    async () => {
      for (const step of STEPS) {
        if (!step.isCurrent(ROOT)) await runStep(step, signal);
      }
    },
    options,
  );
}

const stop = new AbortController();
let exitCode = 1;
for (const [name, code] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.once(name, () => {
    exitCode = code;
    stop.abort();
  });
}

try {
  await setUp(stop.signal);
} catch (error) {
  // This ends the line that the step began.
  const reason = stop.signal.aborted ? 'stopped' : `failed: ${error.message}`;
  process.stderr.write(`${reason}\n${stop.signal.aborted ? '' : (error.output ?? '')}`);
  process.exitCode = exitCode;
}
