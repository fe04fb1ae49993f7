/** The empirical kernel of a network along its training: does it stay where the kernel regime needs it? */
import type { Elements, Matrix } from '../../linalg/matrix.js';
import { frobeniusNorm, relativeDifference } from '../../linalg/norms.js';
import { kernelDrift } from '../../models/kernel-drift.js';
import { deadUnits, type TwoLayerNetwork } from '../../models/two-layer-network.js';
import { partOf, type RunOptions } from '../../options.js';
import { kernelTargetAlignment } from '../../spectrum/alignment.js';
import type { ProblemShape } from '../costs.js';
import { accuracy, finiteWidthKernel, inPrecision } from '../networks.js';
import type { ModelName, ReadingName } from '../results.js';
import type { ModelInputs, Sample } from '../sample.js';
import type { DynamicsPoint, DynamicsRecord } from './dynamics-results.js';
import {
  createNetwork,
  kernelFlops,
  predict,
  train,
  trainFlops,
  type NetworkSettings,
} from './network.js';

/** Share of the work that is training; the kernels of the snapshots are the rest. */
const TRAINING_SHARE = 0.8;

/** Epochs at which a training of a length is looked at: 0, 1, 2, 5, 10, 20, 50, ... and the last. */
export function snapshotEpochs(epochs: number): number[] {
  const series = [0];
  for (let decade = 1; decade < epochs; decade *= 10) {
    series.push(...[1, 2, 5].map((first) => first * decade).filter((epoch) => epoch < epochs));
  }
  return [...series, epochs];
}

/** Trains one network and follows its kernel on the training points. */
export async function dynamicsRecord(
  { model, reading }: { readonly model: ModelName; readonly reading: ReadingName },
  sample: Sample,
  inputs: ModelInputs,
  settings: NetworkSettings,
  options: RunOptions,
): Promise<DynamicsRecord> {
  const { train: X, test } = inputs;
  const initial = await createNetwork(X.cols, sample.Y.cols, settings, options);
  const epochs = snapshotEpochs(settings.epochs);
  const training = partOf(options, 0, TRAINING_SHARE);
  const { snapshots, losses } = await train(initial, X, sample.Y, settings, training, epochs);
  const { signal, memoryBudget } = options;
  const quiet = { signal, memoryBudget };
  const K0 = await finiteWidthKernel(initial, X, quiet);
  const path: DynamicsPoint[] = [];
  for (const { epoch, network } of snapshots) {
    const K = await finiteWidthKernel(network, X, quiet);
    path.push({
      epoch,
      ...movement(K0, K),
      targetAlignment: isZero(K) ? null : await kernelTargetAlignment(K, sample.Y, quiet),
      weightChange: relativeDifference(network.weights, initial.weights),
      loss: losses[epoch - 1] ?? null,
      accuracy: accuracy(await predict(network, test, settings, quiet), sample.testLabels),
      deadUnits: await dead(network, X, settings, quiet),
    });
    const share = path.length / snapshots.length;
    options.onProgress?.(TRAINING_SHARE + (1 - TRAINING_SHARE) * share);
  }
  const { width } = settings;
  const size = { n: X.rows, q: test.rows };
  return { kind: 'dynamics', reading, model, width, seed: sample.seed, ...size, path };
}

/** Flops of {@link dynamicsRecord}. */
export function dynamicsCost(settings: NetworkSettings, shape: ProblemShape): number {
  const { n, q, d } = shape;
  const { width, epochs } = settings;
  const kernels = snapshotEpochs(epochs).length + 1;
  const ofSnapshot = kernelFlops(n, d, width) + 2 * (n + q) * d * width;
  return trainFlops(settings, shape) + kernels * ofSnapshot;
}

/** A kernel of zeros has no direction, and none to move from. */
function movement(K0: Matrix, K: Matrix): Pick<DynamicsPoint, 'drift' | 'alignment'> {
  if (isZero(K0)) return { drift: null, alignment: null };
  if (isZero(K)) return { drift: 1, alignment: null };
  return kernelDrift(K0, K);
}

function isZero(K: Matrix): boolean {
  return frobeniusNorm(K) === 0;
}

async function dead(
  network: TwoLayerNetwork<Elements>,
  X: Matrix,
  { precision }: NetworkSettings,
  options: RunOptions,
): Promise<number> {
  return deadUnits(network, inPrecision(X, precision), options);
}
