/** Eigenvalues and eigenvectors of a kernel matrix, whole or the largest alone. */
import { eigh, infiniteNtk } from '../../dist/index.js';
import { atFourSizes, bytesOf, gaussianMatrix } from '../harness/inputs.mjs';

const INPUTS = 784;

const WHY_VALUES =
  'at n = 2000 (Zen 4) the reduction to a band takes 125 ms, at 72 % of the peak, its bulges 15, divide and conquer 15; at n = 500 they take 2.7, 1.1 and 1.4. Reflectors and sums go from core to core in every step: on cores without a common cache 155, 21 and 16; at n = 500 5.1, 1.9 and 1.6, all in all as long as one thread';
const WHY_TOP =
  'A is copied and checked for symmetry, and missed copies of an eigenvalue are looked for, which eigsh does not: of 22 ms at n = 2000 (Zen 4) products with A take 12, keeping the basis orthogonal 4, its Ritz values 2.5';

async function kernelMatrix(n, decay = 0) {
  return infiniteNtk(gaussianMatrix(n, INPUTS, { unitRows: true, decay }));
}

export const eigenvalues = {
  name: 'eigenvalues',
  cases: {
    quick: [{ n: 90, precision: 'float64' }],
    standard: [
      { n: 500, precision: 'float64' },
      { n: 2000, precision: 'float64' },
    ],
    full: [{ n: 5000, precision: 'float64' }],
  },
  growth: atFourSizes({ precision: 'float64' }, [500, 1000, 2000, 4000]),
  // Reduction to a band; the way from there, 6 n^2 times its width, and what follows are O(n^2).
  work: ({ n }) => ({ flops: (4 / 3) * n ** 3 }),
  async prepare({ n }) {
    const A = await kernelMatrix(n);
    return {
      inputs: { A },
      ours: [{ run: async (_, options) => (await eigh(A, options)).values }],
      peers: [
        { peer: 'numpy', form: 'as written', operation: 'eigenvalues' },
        { peer: 'numpy', form: 'expert', operation: 'eigenvalues' },
        ...(n <= 2000 ? [{ peer: 'pytorch', form: 'as written', operation: 'eigenvalues' }] : []),
        ...(n <= 500 ? [{ peer: 'ml-matrix', form: 'as written', operation: 'eigenvalues' }] : []),
      ],
      tolerance: 1e-12,
      targets: [
        { who: 'numpy expert', atLeast: 1, why: WHY_VALUES },
        { who: 'numpy as written', atLeast: 1, why: WHY_VALUES },
      ],
    };
  },
};

export const eigenvectors = {
  name: 'eigenvectors',
  cases: {
    quick: [{ n: 90, precision: 'float64' }],
    standard: [{ n: 2000, precision: 'float64' }],
    full: [{ n: 5000, precision: 'float64' }],
  },
  // Tridiagonal form and back; divide and conquer by its usual deflation costs little beside them.
  work: ({ n }) => ({ flops: (4 / 3 + 2) * n ** 3 }),
  async prepare({ n }) {
    const A = await kernelMatrix(n);
    return {
      inputs: { A },
      ours: [
        {
          run: async (_, options) => {
            const { values, vectors } = await eigh(A, { vectors: true, ...options });
            return { values, vectors: vectors.data };
          },
        },
      ],
      peers: [
        { peer: 'numpy', form: 'as written', operation: 'eigenvectors' },
        { peer: 'numpy', form: 'expert', operation: 'eigenvectors' },
      ],
      tolerance: 1e-6,
      compare: decompositionDifference,
      targets: [
        { who: 'numpy expert', atLeast: 1 },
        { who: 'numpy as written', atLeast: 1 },
      ],
    };
  },
};

const TOP = 20;

export const topEigenvalues = {
  name: 'topEigenvalues',
  cases: {
    quick: [{ n: 200, top: 3, precision: 'float64' }],
    standard: [
      { n: 2000, top: TOP, precision: 'float64' },
      { n: 5000, top: TOP, precision: 'float64' },
    ],
    full: [],
  },
  growth: atFourSizes({ top: TOP, precision: 'float64' }),
  // At least as many products with A as there are values, each of which reads it.
  work: ({ n, top, precision }) => ({
    flops: 2 * n * n * top,
    read: top * bytesOf(precision, [n, n]),
  }),
  async prepare({ n, top }) {
    const A = await kernelMatrix(n, 1);
    return {
      inputs: { A },
      parameters: { top },
      ours: [{ run: async (_, options) => (await eigh(A, { top, ...options })).values }],
      peers: [
        ...(n <= 2000 ? [{ peer: 'numpy', form: 'as written', operation: 'topEigenvalues' }] : []),
        { peer: 'numpy', form: 'expert', operation: 'topEigenvalues' },
      ],
      tolerance: 1e-11,
      targets: [{ who: 'numpy expert', atLeast: 1, why: WHY_TOP }],
    };
  },
};

/** Eigenvalues apart, relative to the largest, or eigenvectors: 1 - |cos| of the worst pair of columns. */
function decompositionDifference(ours, theirs) {
  const n = ours.values.length;
  let apart = 0;
  for (let k = 0; k < n; k++) {
    apart = Math.max(apart, Math.abs(ours.values[k] - theirs.values[k]) / ours.values[0]);
  }
  const products = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) products[k] += ours.vectors[i * n + k] * theirs.vectors[i * n + k];
  }
  return products.reduce((worst, cosine) => Math.max(worst, 1 - Math.abs(cosine)), apart);
}
