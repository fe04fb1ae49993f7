/** Linearized attention X X^T X, by the cheaper order of its products: X (X^T X) when d <= n, (X X^T) X otherwise. */
import {
  crossGram,
  gram,
  linearizedAttention,
  softmaxAttention as softmax,
} from '../../dist/index.js';
import {
  ROUNDING,
  atFourSizes,
  bytesOf,
  gaussianMatrix,
  inBothPrecisions,
  newAndReused,
} from '../harness/inputs.mjs';

const WHY =
  'both products are at 85 to 90 % of the peak on either side on a Zen, at 60 to 65 % on a Xeon (AVX-512); ours packs and checks X besides, and takes fresh pages for the packed columns (5 % of the profile)';

/** Of the other order. */
const WHY_ORDER =
  'its operations are n / d = 6.4 times ours: more is not there, and what either order spends beside products (packing, the way to the pool, a result in fresh pages) is a larger part of the shorter';

export const attention = {
  name: 'attention',
  cases: {
    quick: [
      { n: 90, d: 30, precision: 'float64' },
      { n: 30, d: 90, precision: 'float32' },
    ],
    standard: inBothPrecisions([
      { n: 5000, d: 784 },
      { n: 2000, d: 3072 },
    ]),
    full: inBothPrecisions([{ n: 20000, d: 784 }]),
  },
  growth: atFourSizes({ d: 784, precision: 'float64' }),
  work({ n, d, precision }) {
    const [less, more] = [Math.min(n, d), Math.max(n, d)];
    return {
      flops: less * (less + 1) * more + 2 * less * less * more,
      read: bytesOf(precision, [n, d]),
      written: bytesOf(precision, [n, d]),
    };
  },
  prepare({ n, d, precision }) {
    const X = gaussianMatrix(n, d, { precision, unitRows: true });
    const columns = d <= n ? transposed(X) : undefined;
    const asWritten = `(X X^T) X of ours`;
    return {
      inputs: { X },
      ours: newAndReused((options) => linearizedAttention(X, { normalize: false, ...options })),
      others:
        d <= n && n <= 5000
          ? [{ who: asWritten, run: async () => crossGram(await gram(X), columns) }]
          : [],
      peers: [
        // n x n of it: beyond this it is memory that is measured.
        ...(n <= 5000
          ? [
              { peer: 'numpy', form: 'as written', result: 'new', operation: 'attention' },
              { peer: 'pytorch', form: 'as written', result: 'new', operation: 'attention' },
            ]
          : []),
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'attention' },
        { peer: 'pytorch', form: 'expert', result: 'reused', operation: 'attention' },
      ],
      tolerance: ROUNDING[precision],
      targets: [
        ...(n === 5000 && d === 784
          ? [
              { who: asWritten, atLeast: 5, why: WHY_ORDER },
              { who: 'numpy as written', atLeast: 5, why: WHY_ORDER },
            ]
          : [{ who: 'numpy as written', atLeast: 1, why: WHY }]),
        { who: 'numpy expert', atLeast: 1, why: WHY },
      ],
    };
  },
};

/** Rows of unit length, so that scores lie in [-1, 1]: no row attends to itself alone. */
const TEMPERATURE = 0.1;

const WHY_SOFTMAX =
  'packing keys and values, and exponentials, beside products at 85 % of the peak on either side';

export const softmaxAttention = {
  name: 'softmaxAttention',
  cases: {
    quick: [{ n: 90, d: 30, precision: 'float32' }],
    standard: [
      { n: 1000, d: 784, precision: 'float32' },
      ...inBothPrecisions([{ n: 5000, d: 784 }]),
    ],
    full: [],
  },
  growth: atFourSizes({ d: 784, precision: 'float64' }),
  // Scores of all pairs, of which half will do where they can be held, and their products with X; the exponentials are
  // not counted.
  work: ({ n, d, precision }) => ({
    flops: (n <= 2 * d ? 3 : 4) * n * n * d,
    read: bytesOf(precision, [n, d]),
    written: bytesOf(precision, [n, d]),
  }),
  prepare({ n, d, precision }) {
    const X = gaussianMatrix(n, d, { precision, unitRows: true });
    const own = { normalize: false, temperature: TEMPERATURE };
    const operation = 'softmaxAttention';
    return {
      inputs: { X },
      parameters: { temperature: TEMPERATURE },
      ours: newAndReused((options) => softmax(X, { ...own, ...options })),
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation },
        { peer: 'numpy', form: 'expert', result: 'reused', operation },
        { peer: 'pytorch', form: 'as written', result: 'new', operation },
        ...(n <= 1000 ? [{ peer: 'tfjs', form: 'as written', result: 'new', operation }] : []),
      ],
      tolerance: { float64: 1e-12, float32: 5e-5 }[precision],
      targets: [
        { who: 'numpy as written', atLeast: 1, why: WHY_SOFTMAX },
        { who: 'numpy expert', atLeast: 1, why: WHY_SOFTMAX },
      ],
    };
  },
};

function transposed({ data, rows, cols }) {
  const result = gaussianMatrix(cols, rows, {
    precision: data instanceof Float32Array ? 'float32' : 'float64',
  });
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) result.data[j * rows + i] = data[i * cols + j];
  }
  return result;
}
