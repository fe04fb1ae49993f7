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

/** What a call costs whatever its size, and what fresh memory costs. */
const WHY_SMALL =
  'a new result is in fresh pages until V8 gives back earlier ones, where numpy gets its last one again (at n = 200 half of the time, 105 of 206 us; 99 with memory that is used again, 88 of them in C++); at n = 1000 threads have to wake';
const WHY_NEW =
  'nine tenths of the profile are the product, at 97 % of the peak while its panels are in the L2 cache: what is left is fresh pages, packed rows that one core reads from the other, and from 64 MiB of results on V8, which marks its heap beside the call (n = 5000 in float64: 111 ms from C++, 128 ms from JavaScript in the same minutes)';

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
