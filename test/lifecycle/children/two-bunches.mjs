/** Prints the pages that were touched for the first time during a bunch of results, and during those after its collection. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { Matrix, gram } from '../../../dist/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const X = Matrix.zeros(300, 10);

/** 14 MB of results, which are garbage when it has returned. */
async function bunch() {
  const before = process.resourceUsage().minorPageFault;
  const kept = [];
  for (let i = 0; i < 20; i++) kept.push(await gram(X));
  return process.resourceUsage().minorPageFault - before;
}

const first = await bunch();
let second = Infinity;
for (let i = 0; i < 3; i++) {
  collectGarbage();
  // Threads of V8's own free what it has collected.
  await sleep(200);
  second = Math.min(second, await bunch());
}
console.log(JSON.stringify({ first, second }));
