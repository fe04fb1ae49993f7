/**
 * The package as a user gets it: packed, installed into an empty folder without scripts, and run there with
 * nothing on PATH but Node. The binary is held to its size, its glibc and its exports.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { findExecutable, runQuietly } from '../support/command.mjs';
import { listFiles } from '../support/files.mjs';
import { faultsOf } from './package/binary.mjs';
import { fetchRuntimes } from './package/runtimes.mjs';

/** What was reached on Debian 12, and a little. */
const LIMITS = { packedBytes: 9e6, addonBytes: 30e6, glibc: '2.35' };
const PROGRAMS = ['esm.mjs', 'commonjs.cjs', 'worker.mjs'];

/** Packs the package, the addon of this platform included; returns the file. */
async function pack(root) {
  const folder = join(root, 'build/package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await runQuietly('npm', ['pack', '--pack-destination', folder], { cwd: root });
  return join(folder, listFiles(folder, '.')[0]);
}

function requireAtMost(what, bytes, limit) {
  if (bytes > limit)
    throw new Error(`Expected at most ${limit} bytes for ${what} but found ${bytes}`);
}

async function checkSizes(tarball, addon) {
  requireAtMost(basename(tarball), statSync(tarball).size, LIMITS.packedBytes);
  requireAtMost(basename(addon), statSync(addon).size, LIMITS.addonBytes);
}

async function checkBinary(addon) {
  if (process.platform !== 'linux') return;
  const [headers, symbols] = await Promise.all([
    runQuietly('objdump', ['-p', addon]),
    runQuietly('objdump', ['-T', addon]),
  ]);
  const faults = faultsOf({ headers, symbols }, LIMITS);
  if (faults.length > 0) throw new Error(faults.join('; '));
}

/** publint on the package's form, attw on its types in every way of resolving them. */
async function checkTypes(root, tarball) {
  const tool = (path, ...args) =>
    runQuietly(process.execPath, [join(root, 'node_modules', path), ...args]);
  await tool('publint/src/cli.js', 'run', tarball, '--strict');
  await tool('@arethetypeswrong/cli/dist/index.js', tarball);
}

/** A folder whose `bin` is all that programs find on PATH: Node under its usual name. */
function cleanFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ntkit-package-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(process.execPath, join(folder, 'bin/node'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

/** npm's own program, so that it needs no PATH to be found. */
function npmProgram() {
  const npm = findExecutable('npm');
  return join(dirname(dirname(npm)), 'lib/node_modules/npm/bin/npm-cli.js');
}

/** Runs a program of the clean folder with its PATH; LD_LIBRARY_PATH and the like do not come along. */
function runClean(folder, command, args) {
  const env = { PATH: join(folder, 'bin'), LD_LIBRARY_PATH: '', NODE_PATH: '', NODE_OPTIONS: '' };
  return runQuietly(command, args, { cwd: folder, env });
}

async function installPackage(folder, tarball) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await runClean(folder, process.execPath, [npmProgram(), 'install', ...flags, tarball]);
}

/** The addon that ran must be the installed one. */
function requireInstalled(folder, output) {
  const { addon } = JSON.parse(output.trim().split('\n').at(-1));
  const prebuilds = join(folder, 'node_modules/ntkit/prebuilds');
  if (!addon.startsWith(prebuilds)) {
    throw new Error(`Expected an addon of ${prebuilds} but found ${addon}`);
  }
}

async function runPrograms(root, folder, runtimes) {
  cpSync(join(root, 'test/package'), folder, { recursive: true });
  for (const { name, path } of runtimes) {
    for (const program of PROGRAMS) {
      try {
        requireInstalled(folder, await runClean(folder, path, [program]));
      } catch (error) {
        throw new Error(`${program} on ${name}: ${error.message}\n${error.output ?? ''}`, {
          cause: error,
        });
      }
    }
  }
}

/** TypeScript for ES modules and for CommonJS, under both ways of finding types, compiled and run. */
async function runTypescript(root, folder) {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const common = [
    '--strict',
    '--target',
    'es2022',
    '--types',
    'node',
    '--typeRoots',
    join(root, 'node_modules/@types'),
  ];
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'];
  const compile = (...args) => runClean(folder, process.execPath, [compiler, ...common, ...args]);
  await compile('--module', 'node16', 'typescript.ts', 'typescript.cts');
  await compile(...bundler, 'typescript.ts');
  for (const program of ['typescript.js', 'typescript.cjs']) {
    requireInstalled(folder, await runClean(folder, process.execPath, [program]));
  }
}

async function runCommand(folder) {
  const output = await runClean(folder, join(folder, 'node_modules/.bin/ntkit'), [
    'doctor',
    '--json',
  ]);
  requireInstalled(folder, output);
}

export async function checkPackage(root) {
  const tarball = await pack(root);
  const [addon] = listFiles(root, 'prebuilds').filter((file) => file.endsWith('.node'));
  await checkSizes(tarball, join(root, addon));
  await checkBinary(join(root, addon));
  await checkTypes(root, tarball);
  const folder = cleanFolder();
  try {
    await installPackage(folder, tarball);
    const { runtimes, missing } = await fetchRuntimes(join(folder, 'runtimes'));
    for (const { name, reason } of missing) console.log(`package: NOT TRIED on ${name}: ${reason}`);
    await runPrograms(root, folder, runtimes);
    await runTypescript(root, folder);
    await runCommand(folder);
    console.log(`package: ran on ${runtimes.map(({ name }) => name).join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
