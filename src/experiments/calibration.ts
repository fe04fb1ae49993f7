/** How fast this machine works, in the flops that plans are counted in. */
import { Matrix } from '../linalg/matrix.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import { STREAMS, gaussian } from '../random.js';
import { trainingCost } from './costs.js';
import { inParallel } from './parallel.js';

const SHAPE = { n: 512, q: 1, d: 784, classes: 10 } as const;
const WIDTH = 256;
const TRAINING = { epochs: 20, batchSize: 128 } as const;

/**
 * Flops a second when `concurrency` networks train side by side, as they do in a run: some tenths of a second of
 * training on noise.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires.
 */
export async function flopsPerSecond(concurrency: number, signal: AbortSignal): Promise<number> {
  const { n, d, classes } = SHAPE;
  const X = Matrix.of(gaussian(0, STREAMS.calibration, n * d), n, d).toFloat32();
  const Y = Matrix.zeros(n, classes).toFloat32();
  const network = await TwoLayerNetwork.create({
    ...{ inputs: d, outputs: classes, width: WIDTH, seed: 0, scale: 1 },
    precision: 'float32',
    signal,
  });
  const train = async (epochs: number): Promise<void> => {
    const rounds = Array.from({ length: concurrency }, (_, seed) => seed);
    await inParallel(concurrency, rounds, async (seed) => {
      await network.train(X, Y, { loss: 'squared', ...TRAINING, epochs, seed, signal });
    });
  };
  // Threads start and memory is taken on the way.
  await train(1);
  const startedAt = performance.now();
  await train(TRAINING.epochs);
  const seconds = (performance.now() - startedAt) / 1000;
  return (concurrency * trainingCost(TRAINING, SHAPE, WIDTH)) / seconds;
}
