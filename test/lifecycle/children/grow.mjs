/**
 * Prints by how many bytes the process has grown over many small calls of one kind, after rounds of as many to warm up.
 * Needs --expose-gc: what is garbage must not count.
 */
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { KernelRidge, TwoLayerNetwork, gram } from '../../../dist/index.js';
import { points } from './work.mjs';

const CALLS = Number(process.argv[3]);
if (!(CALLS > 0))
  throw new RangeError(`Expected a number of calls but received ${process.argv[3]}`);
const X = points(40, 20);
const Y = points(40, 2);
const kept = [];

const KINDS = {
  async results() {
    await gram(X);
    const network = await TwoLayerNetwork.create({ inputs: 20, outputs: 2, width: 30, seed: 1 });
    await network.train(X, Y, { loss: 'squared', epochs: 1, seed: 1 });
  },
  async models() {
    await fitted();
  },
  async failures() {
    await gram(X, { memoryBudget: 1 }).catch(() => undefined);
    await gram({ ...X, rows: 3 }).catch(() => undefined);
  },
  async aborts() {
    const controller = new AbortController();
    const running = gram(X, { signal: controller.signal, onProgress: () => undefined });
    controller.abort();
    await running.catch(() => undefined);
  },
  /** A leak of native memory, planted to show that the check sees one. */
  async leak() {
    kept.push(await fitted());
  },
};

async function fitted() {
  const K = await gram(X);
  return KernelRidge.fit(K, Y, { ridge: 1 });
}

async function repeat(call) {
  for (let i = 0; i < CALLS; i++) await call();
  // Handles are released a turn after they are collected.
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await turn();
  }
  return process.memoryUsage.rss();
}

const call = KINDS[process.argv[2]];
// What the C library keeps of memory that was in use at once settles over some rounds.
const WARM_ROUNDS = 4;
let before = 0;
for (let round = 0; round < WARM_ROUNDS; round++) before = await repeat(call);
console.log(JSON.stringify({ grown: (await repeat(call)) - before, kept: kept.length }));
