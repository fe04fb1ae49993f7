/** The data of one seed: training and test images drawn from the data set, as the models see them. */
import { drawIndices, oneHot, sampleImages, unitRows, type ImageDataset } from '../data/dataset.js';
import { NtkitError } from '../errors.js';
import { linearizedAttention } from '../kernels/attention.js';
import type { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';
import { STREAMS, permutation } from '../random.js';
import type { ModelName, ReproduceConfig } from './results.js';

/** One draw of training and test data. */
export interface Sample {
  readonly seed: number;
  /** Positions of the training points in the data set. */
  readonly indices: Int32Array;
  /** Training pixels in [0, 1], n x d. */
  readonly pixels: Matrix;
  /** Training rows X of unit norm, n x d, and labels. */
  readonly X: Matrix;
  readonly labels: Int32Array;
  /** One-hot targets, n x c. */
  readonly Y: Matrix;
  /** Test rows of unit norm, q x d, their labels and one-hot targets. */
  readonly Z: Matrix;
  readonly testLabels: Int32Array;
  readonly Yt: Matrix;
}

/** Draws the sample of a seed, without replacement, from the training and the test split. */
export function drawSample(
  dataset: ImageDataset,
  config: Pick<ReproduceConfig, 'trainCount' | 'testCount'>,
  seed: number,
): Sample {
  const classes = dataset.classes.length;
  const indices = drawIndices(dataset.train.count, config.trainCount, (count) =>
    permutation(seed, STREAMS.trainSample, count),
  );
  const testIndices = drawIndices(dataset.test.count, config.testCount, (count) =>
    permutation(seed, STREAMS.testSample, count),
  );
  const train = sampleImages(dataset.train, indices);
  const test = sampleImages(dataset.test, testIndices);
  return {
    seed,
    indices,
    pixels: train.pixels,
    X: nonzeroUnitRows(train.pixels, 'training'),
    labels: train.labels,
    Y: oneHot(train.labels, classes),
    Z: nonzeroUnitRows(test.pixels, 'test'),
    testLabels: test.labels,
    Yt: oneHot(test.labels, classes),
  };
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
