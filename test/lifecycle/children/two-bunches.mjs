/**
 * Prints the pages that were touched for the first time during a bunch of results, and during those after its collection.
 * Needs --expose-gc.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Matrix, gram } from '../../../dist/index.js';

const X = Matrix.zeros(300, 10);

/** 14 MB of results, which are garbage when it has returned. */
async function bunch() {
  const before = process.resourceUsage().minorPageFault;
  const kept = [];
  for (let i = 0; i < 20; i++) kept.push(await gram(X));
  return process.resourceUsage().minorPageFault - before;
}

const first = await bunch();
const later = [];
for (let i = 0; i < 3; i++) {
  globalThis.gc();
  // Threads of V8's own free what it has collected.
  await sleep(200);
  later.push(await bunch());
}
// The one in the middle: a thread may have been late once, and once a heap may have had room by chance.
const [, second] = later.sort((a, b) => a - b);
console.log(JSON.stringify({ first, second }));
