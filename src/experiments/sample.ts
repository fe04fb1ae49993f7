/** The data of one seed: training and test images drawn from the data set, as the models see them. */
import {
  drawIndices,
  oneHot,
  sampleImages,
  unitRows,
  type ImageDataset,
  type LabelledImages,
} from '../data/dataset.js';
import { NtkitError } from '../errors.js';
import { linearizedAttention } from '../kernels/attention.js';
import { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';
import { STREAMS, permutation } from '../random.js';
import type { LossName } from '../models/two-layer-network.js';
import { binaryClasses } from './binary-classes.js';
import type { ModelName, ReproduceConfig, TaskName } from './results.js';

/** The loss of each task: of the network's training and of attacks on it. */
export const LOSSES: Readonly<Record<TaskName, LossName>> = {
  multiclass: 'cross-entropy',
  binary: 'squared',
};

/** One draw of training and test data. */
export interface Sample {
  readonly task: TaskName;
  readonly seed: number;
  /** Positions of the training points in the data set. */
  readonly indices: Int32Array;
  /** Training pixels in [0, 1], n x d. */
  readonly pixels: Matrix;
  /** Training rows X of unit norm, n x d, and labels: 0 ... c - 1, or 0 and 1 of a binary task. */
  readonly X: Matrix;
  readonly labels: Int32Array;
  /** Targets: one-hot, n x c, or -1 and 1, n x 1. */
  readonly Y: Matrix;
  /** Test rows of unit norm, q x d, their labels and targets. */
  readonly Z: Matrix;
  readonly testLabels: Int32Array;
  readonly Yt: Matrix;
}

/**
 * Draws the sample of a task and seed, without replacement, from the training and the test split; of a binary task,
 * among the images of its two classes.
 */
export function drawSample(
  dataset: ImageDataset,
  config: Pick<ReproduceConfig, 'trainCount' | 'testCount'>,
  task: TaskName,
  seed: number,
): Sample {
  const classes = task === 'binary' ? binaryClasses(dataset.name) : undefined;
  const train = drawSplit(dataset.train, classes, config.trainCount, seed, STREAMS.trainSample);
  const test = drawSplit(dataset.test, classes, config.testCount, seed, STREAMS.testSample);
  const targets = (labels: Int32Array): Matrix =>
    task === 'binary' ? signTargets(labels) : oneHot(labels, dataset.classes.length);
  return {
    task,
    seed,
    indices: train.indices,
    pixels: train.pixels,
    X: nonzeroUnitRows(train.pixels, 'training'),
    labels: train.labels,
    Y: targets(train.labels),
    Z: nonzeroUnitRows(test.pixels, 'test'),
    testLabels: test.labels,
    Yt: targets(test.labels),
  };
}

/** The sample without some of its training points. */
export function withoutPoints(sample: Sample, removed: ReadonlySet<number>): Sample {
  const kept = Int32Array.from(sample.indices.keys()).filter((i) => !removed.has(i));
  return {
    ...sample,
    indices: kept.map((i) => sample.indices[i] ?? 0),
    pixels: sample.pixels.selectRows(kept),
    X: sample.X.selectRows(kept),
    labels: kept.map((i) => sample.labels[i] ?? 0),
    Y: sample.Y.selectRows(kept),
  };
}

/** Images of the given classes, or of all, with labels counted from 0 in the order of the classes. */
function drawSplit(
  split: LabelledImages,
  classes: readonly number[] | undefined,
  count: number,
  seed: number,
  stream: number,
): { indices: Int32Array; pixels: Matrix; labels: Int32Array } {
  const eligible = imagesOf(split, classes);
  const drawn = drawIndices(eligible.length, count, (total) => permutation(seed, stream, total));
  const indices = drawn.map((position) => eligible[position] ?? 0);
  const { pixels, labels } = sampleImages(split, indices);
  return {
    indices,
    pixels,
    labels: classes === undefined ? labels : labels.map((label) => classes.indexOf(label)),
  };
}

/** Positions of the images of the given classes in a split, ascending. */
export function imagesOf(split: LabelledImages, classes?: readonly number[]): Int32Array {
  const all = Int32Array.from(split.labels.keys());
  return classes === undefined ? all : all.filter((i) => classes.includes(split.labels[i] ?? -1));
}

/** -1 for label 0 and 1 for label 1, n x 1. */
function signTargets(labels: Int32Array): Matrix {
  return Matrix.of(
    Float64Array.from(labels, (label) => 2 * label - 1),
    labels.length,
    1,
  );
}

/** A black image has no direction and a kernel value of 0 with everything: it cannot be learned from. */
function nonzeroUnitRows(pixels: Matrix, split: string): Matrix {
  const { matrix, zeroRows } = unitRows(pixels);
  if (zeroRows.length > 0) {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected ${split} images with at least one lit pixel but received ${zeroRows.length} black ones`,
    );
  }
  return matrix;
}

/** Training and test rows as a model's first layer sees them. */
export interface ModelInputs {
  readonly train: Matrix;
  readonly test: Matrix;
}

/**
 * The inputs of a model: the unit rows themselves for 2L-ReLU; for MLP-Attn the rows of f_att, attending to the
 * training rows X.
 */
export async function modelInputs(
  model: ModelName,
  X: Matrix,
  Z: Matrix,
  options: RunOptions,
): Promise<ModelInputs> {
  if (model === 'relu') return { train: X, test: Z };
  const [train, test] = await Promise.all([
    linearizedAttention(X, options),
    linearizedAttention(X, { ...options, queries: Z }),
  ]);
  return { train, test };
}
