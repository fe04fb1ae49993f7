/** Training steps: Adam on batches of 128, forward, gradient and update; one epoch, the time of one step. */
import { readFileSync } from 'node:fs';
import { TwoLayerNetwork, permutation } from '../../dist/index.js';
import {
  classTargets,
  elementBytes,
  gaussianMatrix,
  inBothPrecisions,
} from '../harness/inputs.mjs';

const BATCH = 128;
const CLASSES = 10;
const SEED = 7;
/** The stream of the core from which the order of the batches is drawn (native/core/random.hpp). */
const BATCHES = 3;
const RATES = { learningRate: 1e-3, weightDecay: 1e-3 };

const WHY =
  'Adam is 7 to 17 % of the profile, its square roots and divisions are not in the limit; the products run at 85 % of the peak on a Zen, on a Xeon (AVX-512) at 78 GF/s a core of 121, 84 to 90 with all of it in the L2 cache. At m = 4096 the limit itself is 2.2 to 2.5 times the script on a Zen';

export const training = {
  name: 'training',
  cases: {
    quick: [{ m: 64, d: 30, steps: 3, precision: 'float64' }],
    standard: inBothPrecisions([
      { m: 1024, d: 784, steps: 30 },
      { m: 4096, d: 784, steps: 10 },
    ]),
    full: inBothPrecisions([{ m: 16384, d: 784, steps: 10 }]),
  },
  growsIn: 'm',
  growth: [512, 1024, 2048, 4096].map((m) => ({ m, d: 784, steps: 5, precision: 'float64' })),
  // Forward and gradient products, and the thin ones with the signs. W and Adam's moments are updated once a step, in
  // memory when the last cache does not hold them.
  work({ m, d, steps, precision }) {
    const state = 3 * m * d * elementBytes(precision);
    return {
      flops: steps * (4 * BATCH * m * d + 4 * BATCH * m * CLASSES),
      updated: state > lastCacheBytes() ? steps * state : 0,
    };
  },
  async prepare({ m, d, steps, precision }) {
    const n = BATCH * steps;
    const X = gaussianMatrix(n, d, { precision, unitRows: true });
    const Y = classTargets(n, CLASSES, precision);
    const network = await TwoLayerNetwork.create({
      ...{ inputs: d, outputs: CLASSES, width: m, seed: SEED, scale: 0.1, precision },
    });
    const options = { loss: 'cross-entropy', epochs: 1, batchSize: BATCH, seed: SEED, ...RATES };
    return {
      inputs: { X, Y, W: network.weights, A: network.signs, order: permutation(SEED, BATCHES, n) },
      parameters: { batch: BATCH, ...RATES },
      ours: [
        {
          result: 'reused',
          run: async (_, more) => {
            const trained = await network.train(X, Y, { ...options, ...more });
            return trained.network.weights;
          },
        },
      ],
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'training' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'training' },
        { peer: 'pytorch', form: 'as written', result: 'new', operation: 'training' },
        { peer: 'pytorch', form: 'expert', result: 'reused', operation: 'training' },
      ],
      // Adam's first steps have the size of the learning rate whatever the gradient's: where that is rounding noise,
      // its sign is too.
      tolerance: { float64: 1e-8, float32: 1e-3 }[precision],
      compare: distance,
      targets: [
        { who: 'numpy expert', atLeast: m >= 4096 ? 2.5 : 1.9, why: WHY },
        { who: 'pytorch expert', atLeast: m >= 4096 ? 2 : 1.8, why: WHY },
        { limit: 0.85, why: WHY },
      ],
    };
  },
};

/** |ours - theirs|_F / |ours|_F. */
function distance(ours, theirs) {
  let apart = 0;
  let norm = 0;
  ours.result.forEach((value, i) => {
    apart += (value - theirs.result[i]) ** 2;
    norm += value ** 2;
  });
  return theirs.result.length === ours.result.length ? Math.sqrt(apart / norm) : Infinity;
}

/** As Linux tells it; elsewhere the state counts as being in memory from 32 MiB on. */
function lastCacheBytes() {
  try {
    const size = readFileSync('/sys/devices/system/cpu/cpu0/cache/index3/size', 'utf8');
    return 1024 * parseInt(size, 10);
  } catch {
    return 32 * 2 ** 20;
  }
}
