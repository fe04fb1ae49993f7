/**
 * Kernel units for instruction sets that this machine lacks: AVX-512 through SIMDe's functions, NEON under
 * qemu. test/native/isa holds the tests of a unit: <unit>_test.cpp compares its instruction sets with each other,
 * <unit>_bits_test.cpp their bits with those that are written down. A unit without a test there is not built. And a
 * look at the code of the units that must do without an instruction.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { canInstall, install } from '../support/apt.mjs';
import { findExecutable, runQuietly } from '../support/command.mjs';
import { listFiles } from '../support/files.mjs';

const TESTS = 'test/native/isa';
const KERNELS = 'native/core/kernels';
/** What the tests need beside the kernels. */
const SHARED = [
  'test/native/main.cpp',
  ...['blocks', 'error', 'pages'].map((file) => `native/core/${file}.cpp`),
];

/** How the sets of each machine are built and run. */
const MACHINES = {
  x86: {
    sets: ['portable', 'avx2', 'avx512'],
    compiler: 'g++',
    flags: '-DNTKIT_EMULATE_X86',
    emulator: [],
  },
  arm: {
    sets: ['portable', 'neon'],
    compiler: 'aarch64-linux-gnu-g++',
    flags: '-static',
    emulator: ['qemu-aarch64'],
  },
};

const NEEDED = [
  { package: 'libsimde-dev', isThere: () => existsSync('/usr/include/simde/x86/avx512.h') },
  { package: 'qemu-user', isThere: () => findExecutable('qemu-aarch64') !== undefined },
  {
    package: 'g++-aarch64-linux-gnu',
    isThere: () => findExecutable('aarch64-linux-gnu-g++') !== undefined,
  },
];

async function ensureTools() {
  const missing = () => NEEDED.filter(({ isThere }) => !isThere()).map((tool) => tool.package);
  if (missing().length > 0 && canInstall()) await install(missing());
  if (missing().length > 0) {
    const names = missing().join(' ');
    throw new Error(
      `Expected ${names} but found none: run "sudo apt-get install ${names}", then try again`,
    );
  }
}

/** Instructions that the units of a set must not contain. */
const FORBIDDEN = {
  portable: /\bv?popcnt\w*\b|%[yz]mm/,
  avx2: /%zmm|\bvpopcnt/,
};

/** What a disassembly contains of what its set forbids, one instruction. */
export function forbiddenInstruction(set, disassembly) {
  return disassembly.split('\n').find((line) => FORBIDDEN[set].test(line));
}

/** The kernels that have a test. */
export function testedUnits(root) {
  const tests = listFiles(root, TESTS).filter((file) => file.endsWith('_test.cpp'));
  return [...new Set(tests.map((file) => basename(file).replace(/(_bits)?_test\.cpp$/, '')))];
}

async function buildTests(root, folder, sources, { compiler, flags }) {
  const program = `build/emulated/${folder}/tests`;
  const variables = [
    `BUILD=build/emulated/${folder}`,
    `SOURCES=${sources.join(' ')}`,
    `CXX=${compiler}`,
    `FLAGS=${flags}`,
  ];
  const make = ['-f', 'scripts/check/emulated.mk', `-j${availableParallelism()}`];
  await runQuietly('make', [...make, ...variables, program], { cwd: root });
  return join(root, program);
}

function unitsOf(root, set) {
  return testedUnits(root)
    .map((unit) => `${KERNELS}/${unit}_${set}.cpp`)
    .filter((file) => existsSync(join(root, file)));
}

async function runTests(root, machine) {
  const { sets, emulator, ...tools } = MACHINES[machine];
  const tests = listFiles(root, TESTS).filter((file) => file.endsWith('.cpp'));
  const units = sets.flatMap((set) => unitsOf(root, set));
  const program = await buildTests(root, machine, [...tests, ...SHARED, ...units], tools);
  const [command, ...args] = [...emulator, program];
  await runQuietly(command, args);
}

/** The object of a source in the addon that was built. */
function builtObject(root, file) {
  const object = join(root, 'build/Release/obj.target/ntkit', file.replace(/cpp$/, 'o'));
  if (existsSync(object)) return object;
  throw new Error(`Expected ${object} but found none: run "npm run build", then try again`);
}

async function inspect(root, set) {
  const units = listFiles(root, KERNELS).filter((file) => file.endsWith(`_${set}.cpp`));
  for (const unit of units) {
    const object = builtObject(root, unit);
    const code = await runQuietly('objdump', ['-d', '--no-show-raw-insn', object]);
    const found = forbiddenInstruction(set, code);
    if (found !== undefined) {
      throw new Error(`Expected no such instruction in ${object} but found ${found.trim()}`);
    }
  }
}

export async function checkEmulated(root) {
  await ensureTools();
  // Side by side: qemu keeps one core busy, and so does the last unit that is compiled.
  const machines = Object.keys(MACHINES).map(async (machine) => runTests(root, machine));
  const failed = (await Promise.allSettled(machines)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (process.arch !== 'x64') return;
  for (const set of Object.keys(FORBIDDEN)) await inspect(root, set);
}
