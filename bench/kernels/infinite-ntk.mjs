/** Infinite NTK: the Gram matrix and an arcsine of every element. */
import { gram, infiniteNtk as compute } from '../../dist/index.js';
import {
  atFourSizes,
  bytesOf,
  gaussianMatrix,
  inBothPrecisions,
  newAndReused,
} from '../harness/inputs.mjs';

const WHY =
  'the product is 88 % of the profile; a core of a Zen multiplies within a tenth of its limit, one of a Xeon (AVX-512) at 82 % of its peak from the L2 cache and at 76 % all in all; the map with its arcsines, which are not in the limit, is 8 % at n = 2000';

export const infiniteNtk = {
  name: 'infiniteNtk',
  cases: {
    quick: [{ n: 90, d: 30, precision: 'float64' }],
    standard: inBothPrecisions([
      { n: 2000, d: 784 },
      { n: 5000, d: 784 },
      { n: 5000, d: 3072 },
    ]),
    full: inBothPrecisions([
      { n: 2000, d: 3072 },
      { n: 10000, d: 784 },
    ]),
  },
  growth: atFourSizes({ d: 784, precision: 'float64' }),
  work: ({ n, d, precision }) => ({
    flops: n * (n + 1) * d,
    read: bytesOf(precision, [n, d]),
    written: bytesOf(precision, [n, n]),
  }),
  prepare({ n, d, precision }) {
    // An arccosine near 1 loses half the digits.
    const arccosine = { float64: 1e-7, float32: 2e-3 }[precision];
    const X = gaussianMatrix(n, d, { precision, unitRows: true });
    return {
      inputs: { X },
      ours: newAndReused((options) => compute(X, undefined, options)),
      others: [{ who: 'our Gram alone', run: () => gram(X), unchecked: true }],
      peers: [
        {
          peer: 'numpy',
          form: 'as written',
          result: 'new',
          operation: 'infiniteNtk',
          tolerance: arccosine,
        },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'infiniteNtk' },
        {
          peer: 'pytorch',
          form: 'as written',
          result: 'new',
          operation: 'infiniteNtk',
          tolerance: arccosine,
        },
        { peer: 'pytorch', form: 'expert', result: 'reused', operation: 'infiniteNtk' },
      ],
      tolerance: { float64: 1e-12, float32: 1e-5 }[precision],
      targets: [
        {
          who: 'numpy expert',
          atLeast: d >= 3072 ? 1.2 : { float64: 1.4, float32: 1.6 }[precision],
          why: WHY,
        },
        { who: 'numpy as written', atLeast: 1 },
        { who: 'our Gram alone', atLeast: 1 / 1.05, why: WHY },
        { limit: 0.85, result: 'reused', why: WHY },
      ],
    };
  },
};
