/** Eigenvalues of X X^T from the smaller of X X^T and X^T X. */
import { eigh, gram, secondMoment, spectrum as compute } from '../../dist/index.js';
import { atFourSizes, bytesOf, gaussianMatrix } from '../harness/inputs.mjs';
import { estimateOf } from '../harness/memory.mjs';

const WHY =
  'the moment takes 25 to 27 ms, at 80 % of the peak with its packing, and its eigenvalues 14; on cores without a common cache 29 and 20 (Zen 4)';

export const spectrum = {
  name: 'spectrum',
  cases: {
    quick: [{ n: 90, d: 30, precision: 'float64' }],
    standard: [{ n: 4000, d: 784, precision: 'float64' }],
    full: [
      { n: 2000, d: 784, precision: 'float64' },
      { n: 2000, d: 3072, precision: 'float64' },
    ],
  },
  growth: atFourSizes({ d: 784, precision: 'float64' }),
  work({ n, d }) {
    const [less, more] = [Math.min(n, d), Math.max(n, d)];
    return { flops: less * (less + 1) * more + (4 / 3) * less ** 3 };
  },
  prepare({ n, d, precision }) {
    const X = gaussianMatrix(n, d);
    const smallerOf = d < n ? secondMoment : gram;
    const side = Math.min(n, d);
    return {
      inputs: { X },
      ours: [{ run: async (_, options) => (await compute(X, options)).eigenvalues }],
      // The product, or the product and its eigenvalues.
      bound: async () => {
        const product = await estimateOf((options) => smallerOf(X, options));
        const A = gaussianMatrix(side, side);
        const values = await estimateOf((options) => eigh(A, options));
        return Math.max(product, bytesOf(precision, [side, side]) + values);
      },
      peers: [
        { peer: 'numpy', form: 'as written', operation: 'spectrum' },
        { peer: 'numpy', form: 'expert', operation: 'spectrum' },
      ],
      tolerance: 1e-12,
      targets: [
        ...(n === 4000 ? [{ who: 'numpy as written', atLeast: 50, why: WHY }] : []),
        { who: 'numpy expert', atLeast: 1, why: WHY },
      ],
    };
  },
};
