/** Terminates so many worker threads in the middle of their work, then shows that the process still computes. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniform } from '../../../dist/index.js';
import { startWorker, terminate } from './start-worker.mjs';
import { compute } from './work.mjs';

const COUNT = Number(process.argv[2]);
const AT_ONCE = 5;
const LONGEST_WAIT_MS = 60;

const expected = await compute(0);
const waits = [...uniform(3, 6001, COUNT)].map((share) => share * LONGEST_WAIT_MS);
let terminated = 0;
while (waits.length > 0) {
  const batch = waits.splice(0, AT_ONCE).map(async (wait) => {
    const { worker } = await startWorker({ work: 'forever' });
    await sleep(wait);
    await terminate(worker);
    terminated++;
  });
  await Promise.all(batch);
}
console.log(JSON.stringify({ terminated, same: (await compute(0)) === expected }));
