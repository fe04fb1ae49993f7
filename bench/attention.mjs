/** Linearized attention: the order of the products. X (X^T X) against (X X^T) X, which forms n x n. */
import { crossGram, gram, linearizedAttention } from '../dist/index.js';
import { gaussianMatrix, transposed } from './data.mjs';
import { requireClose } from './harness.mjs';

export async function attention(n, d) {
  const X = gaussianMatrix(n, d);
  const columns = transposed(X);
  const contestants = {
    ours: () => linearizedAttention(X, { normalize: false }),
    '(X X^T) X': async () => crossGram(await gram(X), columns),
  };
  const [ours, theirs] = await Promise.all(Object.values(contestants).map((run) => run()));
  requireClose(ours.data, theirs.data, 1e-12, 'attention');
  return { name: 'linearizedAttention', size: `n ${n}, d ${d}`, contestants };
}
