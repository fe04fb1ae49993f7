/**
 * The second half of an empirical NTK by itself, gates being given: how many units two points share, alone and times
 * the Gram matrix. Ours is timed inside the addon, since nobody calls it that way.
 */
import { native } from '../../dist/native/load.js';
import { runtimeInfo } from '../../dist/index.js';
import { bytesOf, gaussianMatrix, inBothPrecisions } from '../harness/inputs.mjs';

/** What numpy's product of float gates is to be beaten by, by instruction set. */
const COUNT_RATIOS = { avx512: 18, avx2: 7.5 };
const SCALAR_RATIO = 3;
/** With the Gram matrix, by precision and width. */
const WHOLE_RATIOS = {
  float64: { 4096: 3, 16384: 6.6 },
  float32: { 4096: 4.6, 16384: 9.7 },
};
/** The gates of few inputs are as good as those of many, and made sooner. */
const INPUTS = 64;

function givenGates({ n, d, m, precision }, gram) {
  const X = gaussianMatrix(n, d, { precision, unitRows: true, seed: 1 });
  const weights = gaussianMatrix(m, d, { precision, seed: 2 });
  const addon = native();
  const run = async (options) => {
    const { K: result, seconds } = await addon.probeGivenGates({ X, weights, gram, ...options });
    return { result, seconds };
  };
  let kept;
  const reusing = async () => {
    const latest = await run({ out: kept });
    kept = latest.result;
    return latest;
  };
  const ours = [
    { result: 'new', run: (_, options) => run(options) },
    { result: 'reused', run: reusing },
  ];
  return { inputs: { X, W: weights }, ours };
}

const WHY_LIMIT =
  'counting is 69 % of the profile, at its limit (n = 5000, two threads of a Zen 5); asking for the lines of K and its mirror image is 15 %, writing them 10 %, packing the columns 4 %; on a Zen 3 (AVX2) counting is 78 %, at 85 % of the limit or, while the core issues for somebody else too, at 65 %, writing 12 %, packing 6 %';
const WHY_WHOLE = 'the Gram product takes as long on both sides';

export const gateCounts = {
  name: 'gateCounts',
  cases: {
    quick: [{ n: 90, m: 200, precision: 'float32' }],
    standard: [
      { n: 2000, m: 4096, precision: 'float32' },
      { n: 5000, m: 4096, precision: 'float32' },
      { n: 10000, m: 4096, precision: 'float32' },
    ],
    full: [{ n: 5000, m: 16384, precision: 'float32' }],
  },
  work: ({ n, m, precision }) => ({
    bits: (n * (n + 1) * m) / 2,
    read: (n * m) / 8,
    written: bytesOf(precision, [n, n]),
  }),
  prepare(size) {
    const atLeast = COUNT_RATIOS[runtimeInfo().isa] ?? SCALAR_RATIO;
    return {
      ...givenGates({ d: INPUTS, ...size }, false),
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'gateCounts' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'gateCounts' },
      ],
      // Counts, but for the few gates within rounding of 0.
      tolerance: 8 / size.m,
      targets: [
        { who: 'numpy expert', atLeast, why: WHY_LIMIT },
        { limit: 0.75, result: 'reused', why: WHY_LIMIT },
      ],
    };
  },
};

export const ntkGatesGiven = {
  name: 'ntk, gates given',
  cases: {
    quick: [{ n: 90, d: 30, m: 200, precision: 'float64' }],
    standard: inBothPrecisions([{ n: 5000, d: 784, m: 4096 }]),
    full: inBothPrecisions([{ n: 5000, d: 784, m: 16384 }]),
  },
  work: ({ n, d, m, precision }) => ({
    flops: n * (n + 1) * d,
    bits: (n * (n + 1) * m) / 2,
    read: bytesOf(precision, [n, d]) + (n * m) / 8,
    written: bytesOf(precision, [n, n]),
  }),
  prepare(size) {
    const { m, precision } = size;
    return {
      ...givenGates(size, true),
      peers: [
        { peer: 'numpy', form: 'expert, gates given', result: 'reused', operation: 'empiricalNtk' },
      ],
      tolerance: 8 / m,
      targets: [
        {
          who: 'numpy expert, gates given',
          atLeast: WHOLE_RATIOS[precision][m] ?? 1,
          why: WHY_WHOLE,
        },
      ],
    };
  },
};
