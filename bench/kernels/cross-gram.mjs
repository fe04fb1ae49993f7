/** Inner products of queries with points, Z X^T. */
import { crossGram as compute } from '../../dist/index.js';
import {
  ROUNDING,
  atFourSizes,
  bytesOf,
  gaussianMatrix,
  inBothPrecisions,
  newAndReused,
} from '../harness/inputs.mjs';

const WHY =
  'both sides are copied into panels before the call returns, and K is written by way of a tile; on a Zen 4 (float64) the products take 73 ms, at 91 % of the peak, packing and looking for numbers that are not finite 3, of 79 from JavaScript';

export const crossGram = {
  name: 'crossGram',
  cases: {
    quick: [{ n: 90, q: 40, d: 30, precision: 'float64' }],
    standard: inBothPrecisions([{ n: 5000, q: 1000, d: 784 }]),
    full: inBothPrecisions([{ n: 2000, q: 2000, d: 784 }]),
  },
  growth: atFourSizes({ q: 1000, d: 784, precision: 'float64' }),
  work: ({ n, q, d, precision }) => ({
    flops: 2 * n * q * d,
    read: bytesOf(precision, [n, d], [q, d]),
    written: bytesOf(precision, [q, n]),
  }),
  prepare({ n, q, d, precision }) {
    const X = gaussianMatrix(n, d, { precision, seed: 1 });
    const Z = gaussianMatrix(q, d, { precision, seed: 2 });
    return {
      inputs: { X, Z },
      ours: newAndReused((options) => compute(Z, X, options)),
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'crossGram' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'crossGram' },
        { peer: 'pytorch', form: 'as written', result: 'new', operation: 'crossGram' },
      ],
      tolerance: ROUNDING[precision],
      targets: [
        { who: 'numpy as written', atLeast: 1, why: WHY },
        { who: 'numpy expert', atLeast: 1, why: WHY },
      ],
    };
  },
};
