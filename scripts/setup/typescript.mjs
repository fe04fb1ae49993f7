/** The TypeScript layer, compiled into dist, and its entry for CommonJS. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runQuietly } from '../support/command.mjs';
import { hashFiles } from '../support/files.mjs';
import { writeCommonjs } from './commonjs.mjs';
import { stampedStep } from './stamp.mjs';

const INPUTS = [
  'src',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/setup/commonjs.mjs',
];

export const typescript = stampedStep({
  title: 'TypeScript',
  stamp: 'build/setup/typescript',
  output: 'dist',
  hashInputs: (root) => hashFiles(root, INPUTS),
  async build(root, signal) {
    // tsc leaves the output of deleted sources behind.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await runQuietly(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
      cwd: root,
      signal,
    });
    writeCommonjs(join(root, 'dist'));
  },
});
