/**
 * Computes on more and more points, until long after memory is short. Prints how many calls gave a result, how many were
 * refused for their memory, and what else was thrown.
 */
import {
  KernelRidge,
  TwoLayerNetwork,
  eigh,
  empiricalNtk,
  gram,
  infiniteNtk,
} from '../../../dist/index.js';
import { points } from './work.mjs';

const SIZES = [200, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 20_000, 100_000, 1_000_000];
/** Larger ones would take minutes, not memory. */
const LARGEST_EIGENPROBLEM = 3000;

const counts = { computed: 0, refused: 0, other: [] };

async function attempt(work) {
  try {
    const result = await work();
    counts.computed++;
    return result;
  } catch (error) {
    if (error.code === 'ERR_MEMORY_BUDGET') counts.refused++;
    else counts.other.push(String(error));
    return undefined;
  }
}

const network = await TwoLayerNetwork.create({ inputs: 50, outputs: 5, width: 200, seed: 1 });
for (const n of SIZES) {
  const X = await attempt(() => points(n, 50));
  const Y = await attempt(() => points(n, 5));
  if (X === undefined || Y === undefined) continue;
  const K = await attempt(() => infiniteNtk(X));
  await attempt(() => gram(X));
  await attempt(() => empiricalNtk(X, undefined, { weights: network.weights }));
  await attempt(() => network.train(X, Y, { loss: 'squared', epochs: 1, seed: 1 }));
  if (K === undefined) continue;
  await attempt(() => KernelRidge.fit(K, Y, { ridge: 1 }));
  if (n <= LARGEST_EIGENPROBLEM) await attempt(() => eigh(K));
}
console.log(JSON.stringify(counts));
