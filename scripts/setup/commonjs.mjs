/**
 * The library for `require`: dist/commonjs. Its program is one line, because Node loads ES modules by `require`
 * since 20.19, and both ways then share one set of classes. Its declarations are those of dist under a
 * package.json of type commonjs: TypeScript takes what an ES module's declarations say for importable alone.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const PROGRAM = `'use strict';\nmodule.exports = require('../index.js');\n`;

/** The declarations that `entry` needs, itself among them, as paths in `folder`. */
export function reachableDeclarations(folder, entry) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)\.js["']/g)) {
      visit(normalize(join(dirname(file), `${specifier}.d.ts`)));
    }
  };
  visit(entry);
  return [...found].sort();
}

/** Writes `<dist>/commonjs` beside what tsc has written to `dist`. */
export function writeCommonjs(dist) {
  const folder = join(dist, 'commonjs');
  rmSync(folder, { recursive: true, force: true });
  for (const file of reachableDeclarations(dist, 'index.d.ts')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const text = readFileSync(join(dist, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(folder, 'index.js'), PROGRAM);
}
