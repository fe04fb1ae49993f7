/**
 * Labelled images in memory and what an experiment takes from them: seeded samples as matrices, unit rows,
 * one-hot targets.
 */
import { NtkitError, invalidArgument } from '../errors.js';
import { Matrix } from '../linalg/matrix.js';

/** One split of an image data set. Image i is `pixels[i * size ... (i + 1) * size)`, size = width * height * channels. */
export interface LabelledImages {
  /** Intensities 0-255; row after row, `channels` values a pixel. */
  readonly pixels: Uint8Array;
  /** Index into {@link ImageDataset.classes}, one per image. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** A classification data set of images. */
export interface ImageDataset {
  readonly name: string;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly classes: readonly string[];
  /** Standard deviation of the training pixels in [0, 1], per channel: the unit of a standardised eps. */
  readonly pixelStd: readonly number[];
  /** SHA-256 of the uncompressed content of each raw file, in hexadecimal, by file name. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** A uniformly random order of 0 ... n - 1, from a seeded generator. */
export type Permute = (n: number) => Int32Array;

/** Some images as a matrix, one row each. */
export interface ImageSample {
  /** count x size, pixels in [0, 1]. */
  readonly pixels: Matrix;
  readonly labels: Int32Array;
}

/**
 * Draws `count` of `total` indices without replacement: the first of a random order, so that a larger
 * sample of the same seed contains the smaller one.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when `count` is no integer between 1 and `total`.
 */
export function drawIndices(total: number, count: number, permute: Permute): Int32Array {
  if (!Number.isInteger(count) || count < 1 || count > total) {
    throw invalidArgument(`integer between 1 and ${total}`, 'count', count);
  }
  return permute(total).slice(0, count);
}

/**
 * The given images of a split, in the given order, with pixels scaled from 0-255 to [0, 1].
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when an index lies outside the split.
 */
export function sampleImages(split: LabelledImages, indices: ArrayLike<number>): ImageSample {
  const size = split.width * split.height * split.channels;
  const pixels = Matrix.zeros(indices.length, size);
  const labels = new Int32Array(indices.length);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row];
    const label = index === undefined ? undefined : split.labels[index];
    if (index === undefined || label === undefined) {
      throw invalidArgument(`image index below ${split.count}`, `indices[${row}]`, index);
    }
    labels[row] = label;
    const image = split.pixels.subarray(index * size, (index + 1) * size);
    const target = pixels.row(row);
    image.forEach((intensity, j) => {
      target[j] = intensity / 255;
    });
  }
  return { pixels, labels };
}

/**
 * A copy with every row scaled to unit l2 norm, x_i / |x_i|. A zero row has no direction: it stays zero
 * and its index is reported.
 *
 * @throws NtkitError `ERR_NOT_FINITE` when a row holds NaN or an infinity.
 */
export function unitRows(matrix: Matrix): { matrix: Matrix; zeroRows: number[] } {
  const result = Matrix.zeros(matrix.rows, matrix.cols);
  const zeroRows: number[] = [];
  for (let i = 0; i < matrix.rows; i++) {
    const row = matrix.row(i);
    const largest = largestMagnitude(row, i);
    if (largest === 0) {
      zeroRows.push(i);
      continue;
    }
    // Squares of the scaled row neither overflow nor vanish.
    const scaled = row.map((value) => value / largest);
    const norm = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
    result.row(i).set(scaled.map((value) => value / norm));
  }
  return { matrix: result, zeroRows };
}

function largestMagnitude(row: Float64Array, i: number): number {
  let largest = 0;
  row.forEach((value, j) => {
    if (!Number.isFinite(value)) {
      throw new NtkitError(
        'ERR_NOT_FINITE',
        `Expected finite rows but received ${value} at row ${i}, column ${j}`,
      );
    }
    largest = Math.max(largest, Math.abs(value));
  });
  return largest;
}

/**
 * One-hot targets: row i is zero but for a one in column `labels[i]`.
 *
 * @param classes - the number of columns.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a label is no integer in [0, classes).
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Matrix {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw invalidArgument('positive integer', 'classes', classes);
  }
  const targets = Matrix.zeros(labels.length, classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= classes) {
      throw invalidArgument(`integer label below ${classes}`, `labels[${i}]`, label);
    }
    targets.row(i)[label] = 1;
  }
  return targets;
}
