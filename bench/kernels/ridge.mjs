/** Kernel ridge regression: fit, leave-one-out, and the influence of every point on every query. */
import { KernelRidge, Matrix, infiniteNtk, ridgePath as path } from '../../dist/index.js';
import { native } from '../../dist/native/load.js';
import { atFourSizes, bytesOf, classTargets, gaussianMatrix } from '../harness/inputs.mjs';

const RIDGE = 1e-3;
const CLASSES = 10;
const INPUTS = 784;

async function problem(n, q = 0) {
  const X = gaussianMatrix(n, INPUTS, { unitRows: true, seed: 1 });
  const [K, Y] = [await infiniteNtk(X), classTargets(n, CLASSES)];
  if (q === 0) return { K, Y };
  const Z = gaussianMatrix(q, INPUTS, { unitRows: true, seed: 2 });
  return { K, Y, Kt: await infiniteNtk(X, Z), Yt: classTargets(q, CLASSES) };
}

const WHY_FACTOR =
  'updates of tiles are 78 % of the profile, at 77 GF/s a core where the peak is 121 and tiles in the L2 cache are updated at 82 (Xeon, AVX-512, n = 2000); solves of tiles are 9 %, packing them 11; tiles that one core updates and another solves with go from core to core';

/** The first step of a fit by itself. Ours is timed inside the addon, since nobody calls it alone. */
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
    const { K } = await problem(n);
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
        { who: 'numpy expert', atLeast: 1, why: WHY_FACTOR },
        ...(n === 2000 ? [{ limit: 0.75, why: WHY_FACTOR }] : []),
      ],
    };
  },
};

const WHY_FIT =
  'at n = 5000 (Zen 4) the factorisation takes 400 ms and the solution 12; the rest is what the script leaves out: copy of K 14, its symmetry and norms 17, condition 20, residual 11. At n = 500 the factorisation takes 0.6 ms, 1.4 on cores without a common cache and 1 on one thread, as tiles wait for each other; symmetry and norms take 0.1, solution, residual and condition 0.4, the copy into memory that is cold 0.25, and V8 marks its heap beside every thirtieth fit';

export const ridgeFit = {
  name: 'ridgeFit',
  cases: {
    quick: [{ n: 90, precision: 'float64' }],
    standard: [
      { n: 500, precision: 'float64' },
      { n: 2000, precision: 'float64' },
      { n: 5000, precision: 'float64' },
    ],
    full: [{ n: 10000, precision: 'float64' }],
  },
  growth: atFourSizes({ precision: 'float64' }),
  work: ({ n, precision }) => ({
    flops: n ** 3 / 3 + 2 * n * n * CLASSES,
    read: bytesOf(precision, [n, n]),
    written: bytesOf(precision, [n, n]),
  }),
  async prepare({ n }) {
    const { K, Y } = await problem(n);
    const run = async (_, options) =>
      (await KernelRidge.fit(K, Y, { ridge: RIDGE, ...options })).alpha;
    return {
      inputs: { K, Y },
      parameters: { ridge: RIDGE },
      ours: [{ result: 'new', run }],
      others: [
        { who: 'our float32 factor, refined', run: () => run(undefined, { factor: 'float32' }) },
      ],
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'ridgeFit' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'ridgeFit' },
        { peer: 'pytorch', form: 'as written', result: 'new', operation: 'ridgeFit' },
        ...(n <= 500
          ? [{ peer: 'ml-matrix', form: 'as written', result: 'new', operation: 'ridgeFit' }]
          : []),
      ],
      tolerance: 1e-9,
      targets: [
        { who: 'numpy as written', atLeast: 2, why: WHY_FIT },
        { who: 'numpy expert', atLeast: 1, why: WHY_FIT },
      ],
    };
  },
};

/** Ridges of a path. */
const RIDGES = Float64Array.from({ length: 20 }, (_, k) => 10 ** (-6 + k / 3));

const WHY_PATH =
  'most of it are the eigenvectors of K: see eigenvectors, and eigenvalues for cores without a common cache';

export const ridgePath = {
  name: 'ridgePath',
  cases: {
    quick: [{ n: 90, ridges: 20, precision: 'float64' }],
    standard: [{ n: 1000, ridges: 20, precision: 'float64' }],
    full: [{ n: 2000, ridges: 20, precision: 'float64' }],
  },
  // All eigenvectors, then two thin products and the squared eigenvectors a ridge.
  work: ({ n, ridges }) => ({ flops: 4 * n ** 3 + ridges * n * n * (2 * CLASSES + 2) }),
  async prepare({ n }) {
    const { K, Y } = await problem(n);
    return {
      inputs: { K, Y, ridges: RIDGES },
      ours: [
        {
          result: 'new',
          run: async (_, options) => {
            const points = await path(K, Y, { ridges: RIDGES, ...options });
            return Float64Array.from(points, (point) => point.leaveOneOutError);
          },
        },
      ],
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'ridgePath' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'ridgePath' },
      ],
      tolerance: 1e-7,
      targets: [
        { who: 'numpy as written', atLeast: 1, why: WHY_PATH },
        { who: 'numpy expert', atLeast: 1, why: WHY_PATH },
      ],
    };
  },
};

const WHY_LEAVE_ONE_OUT =
  'the inverse of the triangle is at two thirds of its limit at n = 2000, at nine tenths at n = 5000';

export const leaveOneOut = {
  name: 'leaveOneOut',
  cases: {
    quick: [{ n: 90, precision: 'float64' }],
    standard: [
      { n: 2000, precision: 'float64' },
      { n: 5000, precision: 'float64' },
    ],
    full: [],
  },
  growth: atFourSizes({ precision: 'float64' }),
  // The inverted factor, a triangle.
  work: ({ n, precision }) => ({ flops: n ** 3 / 3, read: bytesOf(precision, [n, n / 2]) }),
  async prepare({ n }) {
    const { K, Y } = await problem(n);
    return {
      inputs: { K, Y },
      parameters: { ridge: RIDGE },
      // A model is used once: it may keep what it has computed.
      ours: [
        {
          result: 'new',
          before: () => KernelRidge.fit(K, Y, { ridge: RIDGE }),
          run: (model, options) => model.leaveOneOut(options),
        },
      ],
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'leaveOneOut' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'leaveOneOut' },
      ],
      tolerance: 1e-9,
      targets: [{ who: 'numpy expert', atLeast: 1.6, why: WHY_LEAVE_ONE_OUT }],
    };
  },
};

const WHY_INFLUENCE =
  'this script (dpotri, dsymm, in place) does 1.2 to 1.3 times our operations at the speed of BLAS: twice its speed is beyond the limit';

export const influence = {
  name: 'influence',
  cases: {
    quick: [{ n: 90, q: 20, precision: 'float64' }],
    standard: [
      { n: 1000, q: 500, precision: 'float64' },
      { n: 2000, q: 500, precision: 'float64' },
      { n: 5000, q: 1000, precision: 'float64' },
    ],
    full: [],
  },
  growth: atFourSizes({ q: 500, precision: 'float64' }),
  // Factor, diagonal of the inverse, two triangular solves of the queries, two thin products.
  work: ({ n, q, precision }) => ({
    flops: n ** 3 / 3 + n ** 3 / 3 + 2 * n * n * q + 4 * n * q * CLASSES,
    read: bytesOf(precision, [n, n], [q, n]),
    written: bytesOf(precision, [n, n], [q, n]),
  }),
  async prepare({ n, q, precision }) {
    const { K, Y, Kt, Yt } = await problem(n, q);
    const points = Int32Array.from({ length: 4 }, (_, k) => Math.floor(((k + 0.5) * n) / 4));
    const run = async (_, options) => {
      const model = await KernelRidge.fit(K, Y, { ridge: RIDGE, ...options });
      return model.influence(Kt, Yt, options);
    };
    return {
      inputs: { K, Y, Kt, Yt, points },
      parameters: { ridge: RIDGE },
      ours: [{ result: 'new', run }],
      others: [
        {
          who: 'our scores alone, aggregated',
          unchecked: true,
          run: async () => {
            const model = await KernelRidge.fit(K, Y, { ridge: RIDGE });
            return model.aggregateInfluence(Kt, Yt);
          },
        },
      ],
      bound: () => bytesOf(precision, [2 * n, n], [q, n]),
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'influence' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'influence' },
        ...(n <= 1000
          ? [{ peer: 'numpy', form: 'refits', result: 'new', operation: 'influence' }]
          : []),
      ],
      tolerance: 1e-7,
      compare: (ours, theirs) => influenceDifference(ours.result, theirs.result, n, q, points),
      targets: [
        { who: 'numpy expert', atLeast: 2, why: WHY_INFLUENCE },
        ...(n === 1000 ? [{ who: 'numpy refits', atLeast: 100 }] : []),
      ],
    };
  },
};

/** Whoever refits has the columns of a few points alone. */
function influenceDifference(ours, theirs, n, q, points) {
  const columns = theirs.length === ours.length ? undefined : points;
  if (columns !== undefined && theirs.length !== q * points.length) {
    throw new Error(`Expected ${q} x ${points.length} influences but received ${theirs.length}`);
  }
  let largest = 0;
  let apart = 0;
  for (let k = 0; k < theirs.length; k++) {
    const at =
      columns === undefined ? k : Math.floor(k / points.length) * n + points[k % points.length];
    largest = Math.max(largest, Math.abs(theirs[k]));
    const difference = Math.abs(ours[at] - theirs[k]);
    if (!(difference <= apart)) apart = Number.isNaN(difference) ? Infinity : difference;
  }
  return apart / largest;
}
