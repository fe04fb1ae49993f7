/** Attacks on a batch of images: ten steps of MIM, through the normalisation of the rows. */
import { TwoLayerNetwork, mim, uniform, Matrix } from '../../dist/index.js';
import { classTargets, inBothPrecisions } from '../harness/inputs.mjs';

const CLASSES = 10;
const STEPS = 10;
const EPS = 0.1;

export const attacks = {
  name: 'mim attack',
  cases: {
    quick: [{ n: 40, d: 30, m: 64, precision: 'float64' }],
    standard: inBothPrecisions([{ n: 1000, d: 784, m: 1024 }]),
    full: inBothPrecisions([{ n: 2000, d: 784, m: 4096 }]),
  },
  work: ({ n, d, m }) => ({ flops: STEPS * (4 * n * m * d + 4 * n * m * CLASSES) }),
  async prepare({ n, d, m, precision }) {
    const network = await TwoLayerNetwork.create({
      ...{ inputs: d, outputs: CLASSES, width: m, seed: 3, scale: 0.1, precision },
    });
    const pixels64 = Matrix.of(uniform(5, 5001, n * d), n, d);
    const pixels = precision === 'float32' ? pixels64.toFloat32() : pixels64;
    const Y = classTargets(n, CLASSES, precision);
    const run = async (_, options) => {
      const target = { network, loss: 'cross-entropy' };
      const parameters = { eps: EPS, steps: STEPS, decay: 1, ...options };
      return (await mim(target, pixels, Y, parameters)).adversarial;
    };
    return {
      inputs: { P: pixels, Y, W: network.weights, A: network.signs },
      parameters: { eps: EPS, alpha: EPS / STEPS, steps: STEPS, decay: 1 },
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
        { who: 'numpy expert', atLeast: 1 },
        { who: 'numpy as written', atLeast: 1 },
      ],
    };
  },
};
