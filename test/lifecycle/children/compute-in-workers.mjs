/** Prints what eight worker threads at once compute, and what this thread computes after them. */
import { startWorker } from './start-worker.mjs';
import { compute } from './work.mjs';

const seeds = [0, 1, 2, 3, 4, 5, 6, 7];

const inWorkers = await Promise.all(
  seeds.map(async (seed) => (await startWorker({ work: 'once', seed })).message),
);
const here = [];
for (const seed of seeds) here.push(await compute(seed));
console.log(JSON.stringify({ inWorkers, here }));
