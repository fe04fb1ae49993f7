/** The experiments by plain loops, from the definitions and the documented random streams alone. */
import type { ImageDataset, LabelledImages } from '../../../src/data/dataset.js';
import type { ModelName, ReproduceConfig, TaskName } from '../../../src/experiments/results.js';
import { gaussian, uniform } from '../../../src/random.js';
import { fgsm, mim, pgd, type Gradient } from '../../reference/attacks.js';
import { linearizedAttention } from '../../reference/attention.js';
import { influenceLoss } from '../../reference/influence.js';
import {
  empiricalNtk,
  train as trainBySteps,
  type LossName,
  type Network,
} from '../../reference/network.js';
import { philox4x32 } from '../../reference/philox.js';
import {
  at,
  build,
  dot,
  item,
  multiply,
  norm,
  rowOf,
  transpose,
  unit,
  unitRows,
  type Rows,
} from '../../reference/rows.js';

const WEIGHTS = 1;
const SIGNS = 2;
const BATCHES = 3;
const ATTACK_START = 4;
const TRAIN_SAMPLE = 1001;
const TEST_SAMPLE = 1002;

/** The index-th 64-bit word of a stream. */
function randomWord(seed: number, stream: number, index: number): bigint {
  const halves = (value: number): [number, number] => [
    value % 2 ** 32,
    Math.floor(value / 2 ** 32),
  ];
  const block = Math.floor(index / 2);
  const words = philox4x32([...halves(block), ...halves(stream)], halves(seed));
  const half = (index % 2) * 2;
  return (BigInt(item(words, half + 1)) << 32n) | BigInt(item(words, half));
}

/** Fisher-Yates from the last place to the first, place i from word `first + i`. */
export function shuffled(seed: number, stream: number, count: number, first = 0): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Number((randomWord(seed, stream, first + i) * BigInt(i + 1)) >> 64n);
    [order[i], order[j]] = [item(order, j), item(order, i)];
  }
  return order;
}

/** A draw of the data set. */
export interface TwinSample {
  readonly indices: readonly number[];
  readonly pixels: Rows;
  readonly X: Rows;
  readonly Y: Rows;
  readonly Z: Rows;
  readonly Yt: Rows;
  readonly testLabels: readonly number[];
}

/** The binary task has the first two classes, with targets -1 and 1. */
export function drawTwin(
  dataset: ImageDataset,
  config: ReproduceConfig,
  seed: number,
  task: TaskName = 'multiclass',
): TwinSample {
  const draw = (split: LabelledImages, stream: number, count: number): number[] => {
    const eligible = [...split.labels.keys()].filter(
      (i) => task === 'multiclass' || item([...split.labels], i) < 2,
    );
    const order = shuffled(seed, stream, eligible.length).slice(0, count);
    return order.map((position) => item(eligible, position));
  };
  const pixelsOf = ({ pixels, width, height }: LabelledImages, indices: number[]): Rows =>
    indices.map((i) => {
      const size = width * height;
      return [...pixels.subarray(i * size, (i + 1) * size)].map((value) => value / 255);
    });
  const labelsOf = ({ labels }: LabelledImages, indices: number[]): number[] =>
    indices.map((i) => item([...labels], i));
  const targets = (labels: readonly number[]): Rows =>
    task === 'binary' ? labels.map((label) => [2 * label - 1]) : oneHot(labels);
  const oneHot = (labels: readonly number[]): Rows =>
    build(labels.length, dataset.classes.length, (i, k) => (item(labels, i) === k ? 1 : 0));

  const indices = draw(dataset.train, TRAIN_SAMPLE, config.trainCount);
  const testIndices = draw(dataset.test, TEST_SAMPLE, config.testCount);
  const pixels = pixelsOf(dataset.train, indices);
  const testLabels = labelsOf(dataset.test, testIndices);
  return {
    ...{ indices, pixels, testLabels },
    X: unitRows(pixels),
    Y: targets(labelsOf(dataset.train, indices)),
    Z: unitRows(pixelsOf(dataset.test, testIndices)),
    Yt: targets(testLabels),
  };
}

/** What the first layer of a model sees of training rows X and test rows Z. */
export function inputsOf(model: ModelName, X: Rows, Z: Rows): { train: Rows; test: Rows } {
  if (model === 'relu') return { train: X, test: Z };
  return { train: linearizedAttention(X), test: linearizedAttention(X, { queries: Z }) };
}

export function initialNetwork(
  width: number,
  inputs: number,
  outputs: number,
  scale: number,
  seed: number,
): Network {
  const normal = gaussian(seed, WEIGHTS, width * inputs);
  const sign = (index: number): number => (randomWord(seed, SIGNS, index) >> 63n === 1n ? 1 : -1);
  return {
    weights: build(width, inputs, (r, j) => scale * item([...normal], r * inputs + j)),
    signs: build(width, outputs, (r, k) => sign(r * outputs + k)),
  };
}

/** The batches of all epochs, in order. */
export function batchesOf(
  seed: number,
  { trainCount, epochs, batchSize }: ReproduceConfig,
): number[][] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = shuffled(seed, BATCHES, trainCount, epoch * trainCount);
    const starts = order.filter((_, i) => i % batchSize === 0).map((_, b) => b * batchSize);
    return starts.map((start) => order.slice(start, start + batchSize));
  }).flat();
}

export function train(
  network: Network,
  X: Rows,
  Y: Rows,
  batches: readonly (readonly number[])[],
  { learningRate, weightDecay }: ReproduceConfig,
  loss: LossName = 'cross-entropy',
): Network {
  return trainBySteps(network, X, Y, { loss, learningRate, weightDecay, batches });
}

/** Trains on PGD examples against the weights before each step, which attend to the clean training rows. */
export function trainOnAttacks(
  network: Network,
  model: ModelName,
  sample: TwinSample,
  batches: readonly (readonly number[])[],
  eps: number,
  seed: number,
  { learningRate, weightDecay }: ReproduceConfig,
): Network {
  let drawn = 0;
  return trainBySteps(network, sample.pixels, sample.Y, {
    ...{ loss: 'cross-entropy', learningRate, weightDecay, batches },
    replace: (now, batch) => {
      const points = batch.map((i) =>
        attacked('pgd', now, model, sample, { i, k: drawn++ }, eps, seed),
      );
      return inputsOf(model, sample.X, unitRows(points)).test;
    },
  });
}

/** Mean loss influence of each training point over the test points, by refitting without each point. */
export function scoresOf(
  { weights }: Network,
  inputs: { train: Rows; test: Rows },
  { Y, Yt }: TwinSample,
  ridge: number,
): number[] {
  const kernel = (Z: Rows): Rows => empiricalNtk(inputs.train, Z, { weights, trained: 'first' });
  const influence = influenceLoss(kernel(inputs.train), Y, kernel(inputs.test), Yt, ridge);
  return Y.map((_, i) => influence.reduce((sum, row) => sum + item(row, i), 0) / influence.length);
}

/** The pixels of training point i, number k of those attacked, after an attack on the trained network. */
export function attacked(
  attack: 'fgsm' | 'pgd' | 'mim',
  network: Network,
  model: ModelName,
  { pixels, X, Y }: TwinSample,
  { i, k }: { i: number; k: number },
  eps: number,
  seed: number,
  loss: LossName = 'cross-entropy',
): number[] {
  const point = rowOf(pixels, i);
  const context = model === 'attention' ? X : undefined;
  const slope: Gradient = (moved) => pixelGradient(network, loss, context, moved, rowOf(Y, i));
  const options = { eps, clip: [0, 1], steps: 10 } as const;
  if (attack === 'fgsm') return fgsm(point, slope, options);
  if (attack === 'mim') return mim(point, slope, { ...options, alpha: eps / 10, decay: 1 });
  const draws = [...uniform(seed, ATTACK_START, (k + 1) * point.length)].slice(k * point.length);
  const start = draws.map((draw) => eps * (2 * draw - 1));
  return pgd(point, slope, { ...options, alpha: eps / 4, start });
}

/**
 * Gradient of a point's loss by its pixels, from the chain rule: where a pixel hardly matters differences would not tell
 * the sign, which is all that attacks take from it.
 */
function pixelGradient(
  { weights, signs }: Network,
  loss: LossName,
  context: Rows | undefined,
  pixels: readonly number[],
  targets: readonly number[],
): number[] {
  const attended = (row: readonly number[]): readonly number[] =>
    context === undefined ? row : rowOf(multiply(multiply([row], transpose(context)), context), 0);
  const input = unit(attended(unit(pixels)));
  const scale = 1 / Math.sqrt(weights.length);
  const gates = weights.map((w) => (dot(w, input) > 0 ? scale : 0));
  const outputs = targets.map((_, k) =>
    weights.reduce((sum, w, r) => sum + item(gates, r) * at(signs, r, k) * dot(w, input), 0),
  );
  const sum = outputs.reduce((total, value) => total + Math.exp(value), 0);
  const residual = outputs.map(
    (f, k) => (loss === 'squared' ? f : Math.exp(f) / sum) - item(targets, k),
  );
  const byInput = input.map((_, j) =>
    weights.reduce(
      (total, w, r) => total + item(gates, r) * dot(rowOf(signs, r), residual) * item(w, j),
      0,
    ),
  );
  const byUnit = attended(throughNorm(byInput, attended(unit(pixels))));
  return throughNorm(context === undefined ? byInput : byUnit, pixels);
}

/** What a gradient by z / |z| is by z. */
function throughNorm(gradient: readonly number[], z: readonly number[]): number[] {
  const along = dot(gradient, unit(z));
  return gradient.map((g, j) => (g - along * item(unit(z), j)) / norm(z));
}
