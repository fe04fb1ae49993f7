/** Spectrum: the eigenvalues of the smaller side against those of the n x n Gram matrix. */
import { eigh, gram, spectrum } from '../dist/index.js';
import { gaussianMatrix } from './data.mjs';
import { requireClose } from './harness.mjs';

export async function spectra(n, d) {
  const X = gaussianMatrix(n, d);
  const contestants = {
    ours: async () => (await spectrum(X)).eigenvalues,
    'eigh(X X^T)': async () => (await eigh(await gram(X))).values.subarray(0, Math.min(n, d)),
  };
  const [ours, theirs] = await Promise.all(Object.values(contestants).map((run) => run()));
  requireClose(ours, theirs, 1e-11, 'spectrum');
  return { name: 'spectrum', size: `n ${n}, d ${d}`, contestants };
}
