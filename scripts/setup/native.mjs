/** The native addon, built by node-gyp into build/Release. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { findOpenblas } from '../openblas.mjs';
import { runQuietly } from '../support/command.mjs';
import { hashFiles } from '../support/files.mjs';
import { stampedStep } from './stamp.mjs';

const INPUTS = [
  'native',
  'binding.gyp',
  'scripts/openblas.mjs',
  'scripts/setup/native.mjs',
  'node_modules/node-addon-api/package.json',
];

/** Node's headers beside its binary, where they are: node-gyp would download them otherwise. */
function headerFlags() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

export const native = stampedStep({
  title: 'native addon',
  stamp: 'build/setup/native',
  output: 'build/Release/ntkit.node',
  hashInputs(root) {
    const node = process.versions.node.split('.')[0];
    return hashFiles(root, INPUTS, [node, process.platform, process.arch, findOpenblas()]);
  },
  async build(root, signal) {
    const nodeGyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
    const command = [
      nodeGyp,
      'configure',
      'build',
      '--jobs=max',
      '--loglevel=warn',
      ...headerFlags(),
    ];
    await runQuietly(process.execPath, command, { cwd: root, signal });
  },
});
