/**
 * Labelled images in memory and what an experiment takes from them: seeded samples as matrices, unit rows,
 * one-hot targets.
 */
import { requireFunction, requireIndices, requireInteger, requireObject } from '../arguments.js';
import { NtkitError, invalidArgument } from '../errors.js';
import { Matrix } from '../linalg/matrix.js';
import { requireFiniteMatrix } from '../linalg/require-matrix.js';

/** One split of an image data set. Image i is `pixels[i * size ... (i + 1) * size)`, size = width * height * channels. */
export interface LabelledImages {
  /** Intensities 0-255; row after row, `channels` values a pixel. */
  readonly pixels: Uint8Array;
  /** Index into {@link ImageDataset.classes}, one per image. */
  readonly labels: Uint8Array;
  /** Number of images. */
  readonly count: number;
  /** Pixels in a row of an image. */
  readonly width: number;
  /** Rows of an image. */
  readonly height: number;
  /** Values a pixel: 1 for grey, 3 for colour. */
  readonly channels: number;
}

/** A classification data set of images. */
export interface ImageDataset {
  /** What the data set is called, for example `mnist`. */
  readonly name: string;
  /** The images to learn from. */
  readonly train: LabelledImages;
  /** The images to be judged by. */
  readonly test: LabelledImages;
  /** Name of each class. */
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
  /** Index of the class of each row. */
  readonly labels: Int32Array;
}

/**
 * Draws `count` of `total` indices without replacement: the first of a random order, so that a larger
 * sample of the same seed contains the smaller one.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when `count` is no integer between 1 and `total` or
 * `permute` no function.
 */
export function drawIndices(total: number, count: number, permute: Permute): Int32Array {
  requireInteger(total, 'total', 0);
  requireInteger(count, 'count', 1, total);
  requireFunction(permute, 'permute');
  return permute(total).slice(0, count);
}

/**
 * The given images of a split, in the given order, with pixels scaled from 0-255 to [0, 1].
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when an index lies outside the split, `ERR_SHAPE_MISMATCH` when the
 * split has not as many pixels and labels as its sizes say.
 */
export function sampleImages(split: LabelledImages, indices: ArrayLike<number>): ImageSample {
  const size = requireImages(split);
  const drawn = requireIndices(indices, 'indices', split.count, 'image index');
  const pixels = Matrix.zeros(drawn.length, size);
  drawn.forEach((index, row) => {
    const image = split.pixels.subarray(index * size, (index + 1) * size);
    const target = pixels.row(row);
    image.forEach((intensity, j) => {
      target[j] = intensity / 255;
    });
  });
  return { pixels, labels: Int32Array.from(drawn, (index) => split.labels[index] ?? NaN) };
}

/** Checks that a split holds what its sizes say and returns the size of an image. */
function requireImages(split: LabelledImages): number {
  requireObject(split, 'split', 'LabelledImages');
  const { pixels, labels, count, width, height, channels } = split;
  for (const [name, value] of Object.entries({ count, width, height, channels })) {
    requireInteger(value, `split.${name}`, 0);
  }
  const size = width * height * channels;
  requireBytes(pixels, 'split.pixels', count * size);
  requireBytes(labels, 'split.labels', count);
  return size;
}

function requireBytes(value: unknown, name: string, length: number): void {
  if (!(value instanceof Uint8Array)) throw invalidArgument('Uint8Array', name, value);
  if (value.length !== length) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${length} bytes for ${name} but received ${value.length}`,
    );
  }
}

/** What {@link unitRows} returns. */
export interface UnitRows {
  /** The scaled rows. */
  readonly matrix: Matrix;
  /** Indices of the rows that are zero and stay so. */
  readonly zeroRows: number[];
}

/**
 * A copy with every row scaled to unit l2 norm, x_i / |x_i|. A zero row has no direction: it stays zero
 * and its index is reported.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE` when a row holds NaN or an
 * infinity.
 */
export function unitRows(matrix: Matrix): UnitRows {
  const rows = requireFiniteMatrix(matrix, 'matrix');
  const result = Matrix.zeros(rows.rows, rows.cols);
  const zeroRows: number[] = [];
  for (let i = 0; i < rows.rows; i++) {
    const row = rows.row(i);
    const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
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

/**
 * One-hot targets: row i is zero but for a one in column `labels[i]`.
 *
 * @param classes - the number of columns.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a label is no integer in [0, classes).
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Matrix {
  requireInteger(classes, 'classes', 1);
  const columns = requireIndices(labels, 'labels', classes, 'integer label');
  const targets = Matrix.zeros(columns.length, classes);
  columns.forEach((column, i) => {
    targets.row(i)[column] = 1;
  });
  return targets;
}
