/**
 * Loads several builds of the addon and compares their Gram matrices bit for bit:
 *
 *     node scripts/check/builds.mjs ADDON ADDON ...
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';

const require = createRequire(import.meta.url);

// Several tiles each way, and none of them full.
const ROWS = 300;
const COLS = 70;
const X = {
  data: Float64Array.from({ length: ROWS * COLS }, (_, i) => Math.fround(Math.sin(i))),
  rows: ROWS,
  cols: COLS,
};

const addons = process.argv.slice(2);
const grams = await Promise.all(addons.map((path) => require(resolve(path)).gram({ X })));
const different = addons.filter((_, i) => !isDeepStrictEqual(grams[i], grams[0]));

if (different.length > 0) {
  console.error(
    `Expected the Gram matrix of ${addons[0]} but ${different.join(', ')} gave another`,
  );
  process.exitCode = 1;
} else {
  console.log(`${addons.length} builds loaded, one Gram matrix`);
}
