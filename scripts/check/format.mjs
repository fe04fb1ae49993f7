/** The format of every file: Prettier's, and clang-format's for C++. */
import { join } from 'node:path';
import process from 'node:process';
import { canInstall, install } from '../support/apt.mjs';
import { findExecutable, runQuietly } from '../support/command.mjs';
import { listCpp } from '../support/files.mjs';

async function ensureClangFormat() {
  if (findExecutable('clang-format') === undefined && canInstall()) await install(['clang-format']);
  if (findExecutable('clang-format') === undefined) {
    throw new Error(
      'Expected clang-format but found none: run "sudo apt-get install clang-format", then try again',
    );
  }
}

/**
 * Checks the format, or repairs it.
 *
 * @param options `write`: change the files instead of failing.
 */
export async function formatFiles(root, { write = false } = {}) {
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  const mode = write ? '--write' : '--check';
  await runQuietly(process.execPath, [prettier, mode, '--log-level=warn', '.'], { cwd: root });
  await ensureClangFormat();
  const flags = write ? ['-i'] : ['--dry-run', '--Werror'];
  await runQuietly('clang-format', [...flags, ...listCpp(root)], { cwd: root });
}
