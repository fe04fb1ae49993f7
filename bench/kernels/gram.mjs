/** Gram matrix X X^T: one triangle is computed, the other mirrored. */
import { gram as compute } from '../../dist/index.js';
import {
  ROUNDING,
  atFourSizes,
  bytesOf,
  gaussianMatrix,
  inBothPrecisions,
  newAndReused,
} from '../harness/inputs.mjs';

/** What a call costs beside its product. */
const WHY_SMALL =
  "at n = 200 threads would cost more than they save, and what is not the product takes half of the time: packing, mirroring, the call itself; at n = 1000 in float32 (Zen 5) the product takes 2.1 of 2.55 ms; packing takes 0.3 of them, though 0.09 where its lines are in no other core's cache, and the way to the pool and back 0.05 to 0.1; the first call after a pause takes half as long again, and new results beyond the 64 MiB that the heap keeps are in fresh pages (3 to 10 us each in a virtual machine)";
const WHY_NEW =
  'nine tenths of the profile are the product, at 97 % of the peak while its panels are in the L2 cache: what is left is fresh pages for results of more than 32 MiB, and packed rows that one core reads from the other (n = 5000 in float64, Zen 5: 108 ms from C++, 114 from JavaScript, 123 with a new result)';

export const gram = {
  name: 'gram',
  cases: {
    quick: [{ n: 90, d: 30, precision: 'float64' }],
    standard: [
      { n: 200, d: 100, precision: 'float64' },
      ...inBothPrecisions([
        { n: 1000, d: 784 },
        { n: 2000, d: 784 },
        { n: 5000, d: 784 },
      ]),
    ],
    full: inBothPrecisions([{ n: 5000, d: 3072 }]),
  },
  growth: atFourSizes({ d: 784, precision: 'float64' }),
  work: ({ n, d, precision }) => ({
    flops: n * (n + 1) * d,
    read: bytesOf(precision, [n, d]),
    written: bytesOf(precision, [n, n]),
  }),
  prepare({ n, d, precision }) {
    const X = gaussianMatrix(n, d, { precision });
    return {
      inputs: { X },
      ours: newAndReused((options) => compute(X, options)),
      peers: peersAt(n, precision),
      tolerance: ROUNDING[precision],
      targets: [
        { who: 'numpy as written', atLeast: 1, why: n <= 1000 ? WHY_SMALL : WHY_NEW },
        { who: 'numpy expert', atLeast: 1, why: n <= 1000 ? WHY_SMALL : WHY_NEW },
        { who: 'ml-matrix as written', atLeast: 80 },
        { who: 'tfjs as written', atLeast: 25 },
      ],
    };
  },
};

/** Plain JavaScript takes seconds where BLAS takes milliseconds: it is met at smaller sizes. */
function peersAt(n, precision) {
  const gram = { operation: 'gram' };
  return [
    { peer: 'numpy', form: 'as written', result: 'new', ...gram },
    { peer: 'numpy', form: 'expert', result: 'reused', ...gram },
    ...(n < 1000
      ? [{ peer: 'mathjs', form: 'as written', result: 'new', ...gram }]
      : [
          { peer: 'pytorch', form: 'as written', result: 'new', ...gram },
          { peer: 'pytorch', form: 'expert', result: 'reused', ...gram },
        ]),
    ...(n <= 1000 && precision === 'float64'
      ? [{ peer: 'ml-matrix', form: 'as written', result: 'new', ...gram }]
      : []),
    ...(n <= 1000 && precision === 'float32'
      ? [{ peer: 'tfjs', form: 'as written', result: 'new', ...gram }]
      : []),
  ];
}
