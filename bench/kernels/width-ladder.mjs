/** The empirical NTK at every width of a nested ladder, in one pass over the units. */
import { empiricalNtk, empiricalNtkLadder } from '../../dist/index.js';
import { bytesOf, gaussianMatrix, inBothPrecisions } from '../harness/inputs.mjs';

const LARGEST = 'largest width alone';
const WHY =
  'five results are written instead of one, with their mirror images in fresh pages: that is half of the time beyond the largest width, a fifth of it V8, which marks its heap beside the call';
const WIDTHS = [256, 512, 1024, 2048, 4096];

export const widthLadder = {
  name: 'width ladder',
  cases: {
    quick: [{ n: 90, d: 30, m: 256, precision: 'float64' }],
    standard: inBothPrecisions([{ n: 2000, d: 784, m: 4096 }]),
    full: inBothPrecisions([{ n: 5000, d: 784, m: 4096 }]),
  },
  work: ({ n, d, m, precision }) => ({
    flops: 2 * n * m * d + n * (n + 1) * d,
    bits: (n * (n + 1) * m) / 2,
    read: bytesOf(precision, [n, d], [m, d]),
    written: widthsUpTo(m).length * bytesOf(precision, [n, n]),
  }),
  prepare({ n, d, m, precision }) {
    const X = gaussianMatrix(n, d, { precision, unitRows: true, seed: 1 });
    const weights = gaussianMatrix(m, d, { precision, seed: 2 });
    const widths = widthsUpTo(m);
    return {
      inputs: { X, W: weights },
      ours: [
        {
          result: 'new',
          run: async (_, options) => {
            const kernels = await empiricalNtkLadder(X, undefined, { weights, widths, ...options });
            return kernels.at(-1);
          },
        },
      ],
      others: [{ who: LARGEST, run: () => empiricalNtk(X, undefined, { weights }) }],
      peers: [{ peer: 'numpy', form: 'expert', result: 'reused', operation: 'empiricalNtk' }],
      tolerance: 8 / m,
      targets: [{ who: LARGEST, atLeast: 1 / 1.5, why: WHY }],
    };
  },
};

function widthsUpTo(m) {
  return WIDTHS.filter((width) => width <= m);
}
