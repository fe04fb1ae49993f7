/** Infinite NTK: the whole kernel against its Gram matrix alone, which no implementation can avoid. */
import { gram, infiniteNtk } from '../dist/index.js';
import { gaussianMatrix } from './data.mjs';

export async function infinite(n, d) {
  const X = gaussianMatrix(n, d);
  const contestants = { ours: () => infiniteNtk(X), 'Gram alone': () => gram(X) };
  return { name: 'infiniteNtk', size: `n ${n}, d ${d}`, contestants };
}
