/** The Cholesky factorisation of a ridge fit by itself. Ours is timed inside the addon, since nobody calls it alone. */
import { Matrix, infiniteNtk } from '../../dist/index.js';
import { native } from '../../dist/native/load.js';
import { atFourSizes, bytesOf, gaussianMatrix } from '../harness/inputs.mjs';

const RIDGE = 1e-3;
const INPUTS = 784;

const WHY =
  'tiles go from core to core: order 2000 takes 27 ms on cores that share a cache and 37 ms on others';

export const cholesky = {
  name: 'cholesky',
  cases: {
    quick: [{ n: 90, precision: 'float64' }],
    standard: [
      { n: 2000, precision: 'float64' },
      { n: 5000, precision: 'float64' },
    ],
    full: [{ n: 10000, precision: 'float64' }],
  },
  growth: atFourSizes({ precision: 'float64' }),
  // In place; the upper triangle is neither read nor written.
  work: ({ n, precision }) => ({ flops: n ** 3 / 3, updated: bytesOf(precision, [n, n]) / 2 }),
  async prepare({ n }) {
    const K = await infiniteNtk(gaussianMatrix(n, INPUTS, { unitRows: true, seed: 1 }));
    const A = Matrix.of(
      K.data.map((value, i) => (i % (n + 1) === 0 ? value + RIDGE : value)),
      n,
      n,
    );
    const run = async (_, options) => {
      const { diagonal: result, seconds } = await native().probeCholesky({ A, ...options });
      return { result, seconds };
    };
    return {
      inputs: { A },
      ours: [{ result: 'reused', run }],
      peers: [{ peer: 'numpy', form: 'expert', result: 'reused', operation: 'cholesky' }],
      tolerance: 1e-9,
      targets: [
        { who: 'numpy expert', atLeast: 1, why: WHY },
        ...(n === 2000 ? [{ limit: 0.75, why: WHY }] : []),
      ],
    };
  },
};
