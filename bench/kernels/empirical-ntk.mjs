/** Empirical NTK at given weights, whole: gates from the pre-activations, their shared counts, the Gram matrix. */
import { empiricalNtk as compute } from '../../dist/index.js';
import {
  atFourSizes,
  bytesOf,
  gaussianMatrix,
  inBothPrecisions,
  newAndReused,
} from '../harness/inputs.mjs';

/** With gates counted in, by precision and width. */
const RATIOS = {
  float64: { 4096: 2.3, 16384: 3.2 },
  float32: { 4096: 2.7, 16384: 3.5 },
};

const WHY =
  'the product that makes the gates takes most of the time on both sides, at 96 to 110 % of the limit with ours on a Zen, where only a slower script would give that ratio, at 60 to 66 % on a Xeon (AVX-512): see infiniteNtk';

export const empiricalNtk = {
  name: 'empiricalNtk',
  cases: {
    quick: [{ n: 90, d: 30, m: 200, precision: 'float64' }],
    standard: inBothPrecisions([
      { n: 2000, d: 784, m: 4096 },
      { n: 5000, d: 784, m: 4096 },
    ]),
    full: inBothPrecisions([{ n: 5000, d: 784, m: 16384 }]),
  },
  growth: atFourSizes({ d: 784, m: 4096, precision: 'float64' }),
  work: ({ n, d, m, precision }) => ({
    flops: 2 * n * m * d + n * (n + 1) * d,
    bits: (n * (n + 1) * m) / 2,
    read: bytesOf(precision, [n, d], [m, d]),
    written: bytesOf(precision, [n, n]),
  }),
  prepare({ n, d, m, precision }) {
    const X = gaussianMatrix(n, d, { precision, unitRows: true, seed: 1 });
    const W = gaussianMatrix(m, d, { precision, seed: 2 });
    const atLeast = RATIOS[precision][m] ?? 1;
    return {
      inputs: { X, W },
      ours: newAndReused((options) => compute(X, undefined, { weights: W, ...options })),
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'empiricalNtk' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'empiricalNtk' },
        { peer: 'pytorch', form: 'as written', result: 'new', operation: 'empiricalNtk' },
        { peer: 'pytorch', form: 'expert', result: 'reused', operation: 'empiricalNtk' },
      ],
      // A few gates whose pre-activation is within rounding of 0 fall on either side.
      tolerance: 4 / m,
      targets: [
        { who: 'numpy expert', atLeast, why: WHY },
        { who: 'numpy as written', atLeast, why: WHY },
      ],
    };
  },
};
