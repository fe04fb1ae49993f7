/**
 * The npm packages that the benchmarks compare with, in bench/node_modules. Only `npm run bench` installs them, so
 * that building and testing stay light; it runs without them too.
 */
import { join } from 'node:path';
import { ROOT } from '../support/files.mjs';
import { dependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';

const FOLDER = join(ROOT, 'bench');

/** @returns why they could not be installed, or `undefined`. */
export async function ensureBenchPeers() {
  return withLock(join(ROOT, 'build/setup.lock'), async () => {
    if (dependencies.isCurrent(FOLDER)) return undefined;
    try {
      await dependencies.run(FOLDER);
      return undefined;
    } catch (error) {
      const lines = (error.output ?? error.message).trim().split('\n');
      return lines.find((line) => line.includes('error')) ?? lines[0];
    }
  });
}
