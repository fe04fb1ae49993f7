/**
 * Prints the bytes that one ridge operation says it needs, and by how much the process's peak grew while it ran.
 * Arguments: the operation, n, the number of queries.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { KernelRidge, Matrix, infiniteNtk } from '../../../dist/index.js';
import { points } from './work.mjs';

const [, , operation, size, count] = process.argv;
const [n, queries] = [Number(size), Number(count)];

const peak = () =>
  1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);

const X = points(n, 20);
const K = await infiniteNtk(X);
const Y = points(n, 10);
const Kt = await infiniteNtk(X, points(queries, 20));
const Yt = points(queries, 10);

const fit = (options) => KernelRidge.fit(K, Y, { ridge: 1e-2, ...options });
const model = operation.startsWith('fit') ? undefined : await fit({});
const run = {
  fit,
  'fit in float32': (options) => fit({ factor: 'float32', ...options }),
  leaveOneOut: (options) => model.leaveOneOut(options),
  influence: (options) => model.influence(Kt, Yt, options),
  aggregateInfluence: (options) => model.aggregateInfluence(Kt, Yt, options),
}[operation];

const refusal = await run({ memoryBudget: 1 }).catch((error) => error);
const estimate = Number(/needs (\d+) bytes/.exec(refusal.message)[1]);
globalThis.gc();
// The peak starts again from what is resident now.
writeFileSync('/proc/self/clear_refs', '5');
const before = peak();
const result = await run({});
console.log(JSON.stringify({ estimate, grown: peak() - before, kept: result instanceof Matrix }));
