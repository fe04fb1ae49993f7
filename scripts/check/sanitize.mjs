/**
 * The C++ core and its tests under AddressSanitizer with LeakSanitizer and UndefinedBehaviorSanitizer (`address`),
 * which count the covered lines too, and under ThreadSanitizer (`thread`); the addon under the first in Node. Each
 * has to find faults that are planted for it (test/native/faults): one that is missed fails the check.
 *
 * OpenBLAS is not instrumented: what its own code reads and writes is not seen. Nothing of it is reported either,
 * so nothing of it is suppressed.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { CommandError, runQuietly } from '../support/command.mjs';
import { buildInstrumented } from './instrumented.mjs';
import { forgetCounts, requireCoverage } from './native-coverage.mjs';
import { runScenarios } from './sanitize-scenarios.mjs';

const SANITIZERS = {
  address: {
    folder: 'sanitize/address',
    flags: '-O1 --coverage -fsanitize=address,undefined -fno-sanitize-recover=all',
    faults: {
      'heap-overflow': /AddressSanitizer: heap-buffer-overflow .*faults\.cpp/,
      'use-after-return': /AddressSanitizer: heap-use-after-free .*useAfterReturn/,
      'integer-overflow': /faults\.cpp.* runtime error: signed integer overflow/,
      'misaligned-read': /faults\.cpp.* runtime error: load of misaligned address/,
      leak: /LeakSanitizer: detected memory leaks[^]*leakBlock/,
    },
  },
  thread: {
    folder: 'sanitize/thread',
    flags: '-O1 -fsanitize=thread',
    faults: { 'data-race': /ThreadSanitizer: data race .*faults\.cpp/ },
  },
};

/** Prints what a step found and how long it took; returns what the step returns. */
async function step(title, run) {
  const start = performance.now();
  const found = await run();
  console.log(`  ${title}: ${found}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Runs a program that commits a fault; throws unless the sanitizer names the fault. */
async function requireFound(name, expected, command, args, options) {
  const output = await runQuietly(command, args, options).catch((error) => {
    if (error instanceof CommandError) return error.output;
    throw error;
  });
  if (!expected.test(output)) {
    throw new CommandError(`The planted fault ${name} was not found`, output);
  }
}

/** Parts in which the tests are run: many more than cores, since some tests take a hundred times as long as others. */
const PARTS = 32;

/** Every test, in processes side by side: most tests keep one core busy. The first failure ends them all. */
async function runTests(program) {
  const failed = new AbortController();
  let [next, passed] = [0, 0];
  const runParts = async () => {
    while (next < PARTS) {
      const part = next++;
      const options = { signal: failed.signal };
      const output = await runQuietly(program, [`${part}`, `${PARTS}`], options);
      const [, count] = /(\d+) passed, 0 failed/.exec(output) ?? [];
      if (count === undefined) throw new CommandError(`${program} ran no tests`, output);
      passed += Number(count);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), 8) }, runParts));
    return `${passed} passed, 0 failed`;
  } finally {
    failed.abort();
  }
}

/** The core's tests and the planted faults under one sanitizer. */
async function checkSanitizer(root, name) {
  const { faults, ...instrument } = SANITIZERS[name];
  let tests, program;
  await step('build', async () => {
    [tests, program] = await buildInstrumented(root, instrument, ['tests', 'faults']);
    return 'done';
  });
  forgetCounts(root, join('build', instrument.folder));
  await step('tests of the core', () => runTests(tests));
  if (instrument.flags.includes('--coverage')) {
    await step('coverage', () => requireCoverage(root, join('build', instrument.folder)));
  }
  await step('planted faults', async () => {
    for (const [fault, expected] of Object.entries(faults)) {
      await requireFound(fault, expected, program, [fault]);
    }
    return `${Object.keys(faults).length} of ${Object.keys(faults).length} found`;
  });
}

/** What the addon needs to run in a Node that is not instrumented itself. */
async function addonEnvironment(root) {
  const library = await runQuietly('g++', ['-print-file-name=libasan.so']);
  return {
    LD_PRELOAD: library.trim(),
    NTKIT_PREBUILD: join(root, 'build', SANITIZERS.address.folder, 'addon'),
  };
}

async function checkAddon(root) {
  let faultyAddon;
  await step('addon, build', async () => {
    const targets = ['faults.node', 'addon/build/Release/ntkit.node'];
    [faultyAddon] = await buildInstrumented(root, SANITIZERS.address, targets);
    return 'done';
  });
  const env = await addonEnvironment(root);
  for (const [title, run] of runScenarios(root, env)) await step(`addon, ${title}`, run);
  await step('addon, planted faults', async () => {
    const faults = ['heap-overflow', 'leak'];
    for (const fault of faults) {
      const script = `require(${JSON.stringify(faultyAddon)}).commitFault('${fault}')`;
      const expected = SANITIZERS.address.faults[fault];
      await requireFound(fault, expected, process.execPath, ['-e', script], { env });
    }
    return `${faults.length} of ${faults.length} found`;
  });
}

export async function checkAddress(root) {
  await checkSanitizer(root, 'address');
  await checkAddon(root);
}

export const checkThread = (root) => checkSanitizer(root, 'thread');
