/**
 * One kernel at one size, alone in its process, for bench/harness/memory.mjs:
 * `node alone.mjs <kernel> <size as JSON> <threads> <repeats>` prints `{ seconds, peak, bound }`.
 */
import process from 'node:process';
import { gram, setThreads } from '../dist/index.js';
import { gaussianMatrix } from './harness/inputs.mjs';
import { estimateOf, peakGrowth } from './harness/memory.mjs';
import { inProcess } from './harness/race.mjs';
import { median } from './harness/statistics.mjs';
import { KERNELS } from './kernels/index.mjs';

const [name, size, threads, repeats] = process.argv.slice(2);
setThreads(Number(threads));
const kernel = KERNELS.find((candidate) => candidate.name === name);
const { ours, bound } = await kernel.prepare(JSON.parse(size));
const { run, before = () => undefined } = ours[0];

// The pool's threads and BLAS's buffers stay with the process: they are no part of an operation.
for (const precision of ['float64', 'float32']) {
  await gram(gaussianMatrix(600, 600, { precision }));
}
const prepared = await before();
const peak = await peakGrowth(() => run(prepared));
const estimate =
  bound === undefined ? await estimateOf((options) => run(prepared, options)) : await bound();
const contestant = inProcess(run, { before });
const samples = [];
for (let i = 0; i < Number(repeats); i++) {
  await contestant.clear();
  samples.push(await contestant.time());
}
console.log(JSON.stringify({ seconds: median(samples), peak, bound: estimate }));
