/**
 * The packages of package-lock.json. npm leaves its own record of what it installed in node_modules, as
 * the last act of an install: comparing it with the lock also recognises an install done by hand.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../support/command.mjs';

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Same packages of the same content; those for other platforms may be absent. */
function isInstalled(locked, installed) {
  const expected = Object.entries(locked).filter(([path]) => path !== '');
  return (
    Object.keys(installed).every((path) => path in locked) &&
    expected.every(([path, { integrity, version, optional }]) => {
      const found = installed[path];
      if (found === undefined) return optional === true;
      return found.version === version && found.integrity === integrity;
    })
  );
}

export const dependencies = {
  title: 'npm packages',
  isCurrent(root) {
    const locked = readPackages(join(root, 'package-lock.json'));
    const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
    return locked !== undefined && installed !== undefined && isInstalled(locked, installed);
  },
  async run(root, signal) {
    await runQuietly('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      signal,
    });
  },
};
