/** Version of an installed package; not every package lets its package.json be imported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function versionOf(name) {
  const file = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
