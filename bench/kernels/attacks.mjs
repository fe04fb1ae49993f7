/** Attacks on a batch of images, through the normalisation of the rows: one step of FGSM, ten of PGD and of MIM. */
import { Matrix, TwoLayerNetwork, fgsm, mim, pgd, uniform } from '../../dist/index.js';
import { classTargets, inBothPrecisions } from '../harness/inputs.mjs';

const CLASSES = 10;
const EPS = 0.1;

/** Steps, their size, and the decay of MIM's momentum; no random starts, so that everybody sees the same pixels. */
const ATTACKS = {
  fgsm: { run: fgsm, options: {}, steps: 1, alpha: EPS, decay: null },
  pgd: {
    run: pgd,
    options: { steps: 10, randomStart: false, seed: 1 },
    ...{ steps: 10, alpha: (2.5 * EPS) / 10, decay: null },
  },
  mim: { run: mim, options: { steps: 10, decay: 1 }, steps: 10, alpha: EPS / 10, decay: 1 },
};

const WHY =
  'three quarters of the profile are products; one step pays for packing the weights twice, ten steps share it';

/** Every attack at these sizes. */
function byEach(sizes) {
  return sizes.flatMap((size) => Object.keys(ATTACKS).map((attack) => ({ attack, ...size })));
}

export const attacks = {
  name: 'attacks',
  cases: {
    quick: byEach([{ n: 40, d: 30, m: 64, precision: 'float64' }]),
    standard: byEach(inBothPrecisions([{ n: 1000, d: 784, m: 1024 }])),
    full: byEach(inBothPrecisions([{ n: 2000, d: 784, m: 4096 }])),
  },
  work: ({ attack, n, d, m }) => ({
    flops: ATTACKS[attack].steps * (4 * n * m * d + 4 * n * m * CLASSES),
  }),
  async prepare({ attack, n, d, m, precision }) {
    const { run: perturb, options, steps, alpha, decay } = ATTACKS[attack];
    const network = await TwoLayerNetwork.create({
      ...{ inputs: d, outputs: CLASSES, width: m, seed: 3, scale: 0.1, precision },
    });
    const pixels64 = Matrix.of(uniform(5, 5001, n * d), n, d);
    const pixels = precision === 'float32' ? pixels64.toFloat32() : pixels64;
    const Y = classTargets(n, CLASSES, precision);
    const target = { network, loss: 'cross-entropy' };
    const run = async (_, more) =>
      (await perturb(target, pixels, Y, { eps: EPS, ...options, ...more })).adversarial;
    return {
      inputs: { P: pixels, Y, W: network.weights, A: network.signs },
      parameters: { eps: EPS, alpha, steps, decay },
      ours: [{ result: 'new', run }],
      peers: [
        { peer: 'numpy', form: 'as written', result: 'new', operation: 'attack' },
        { peer: 'numpy', form: 'expert', result: 'reused', operation: 'attack' },
      ],
      // The sign of a gradient within rounding of 0 may differ, and with it a pixel.
      tolerance: { float64: 1e-6, float32: 1e-3 }[precision],
      compare: ({ result: ours }, { result: theirs }) => {
        const apart = ours.reduce((sum, p, i) => sum + (Math.abs(p - theirs[i]) > 1e-5 ? 1 : 0), 0);
        return ours.length === theirs.length ? apart / ours.length : Infinity;
      },
      targets: [
        { who: 'numpy expert', atLeast: 1, why: WHY },
        { who: 'numpy as written', atLeast: 1, why: WHY },
      ],
    };
  },
};
