/**
 * The binary version of CIFAR-10: records of one label byte and 3072 pixel bytes, a plane of 32 x 32 intensities for
 * each of red, green and blue.
 */
import { NtkitError } from '../errors.js';
import type { LabelledImages } from './dataset.js';

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;
/** Bytes of an image. */
export const CIFAR_IMAGE: number = CHANNELS * PLANE;
const RECORD = 1 + CIFAR_IMAGE;
const CLASSES = 10;

/** One batch file as read. */
export interface CifarBatch {
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * The batches, one after another, as one split. Pixels are interleaved as in every image data set here: red, green and
 * blue of a pixel stand together. The order changes no inner product, and so no kernel.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` when a batch holds no whole records or a label is not below 10.
 */
export function parseCifarBatches(batches: readonly CifarBatch[]): LabelledImages {
  const counts = batches.map(recordCount);
  const count = counts.reduce((sum, ofBatch) => sum + ofBatch, 0);
  const pixels = new Uint8Array(count * CIFAR_IMAGE);
  const labels = new Uint8Array(count);
  let image = 0;
  batches.forEach(({ path, content }, b) => {
    for (let record = 0; record < (counts[b] ?? 0); record++, image++) {
      const start = record * RECORD;
      const label = content[start] ?? CLASSES;
      if (label >= CLASSES) {
        throw new NtkitError(
          'ERR_DATA_FORMAT',
          `Expected a label below ${CLASSES} in record ${record} of ${path} but received ${label}`,
        );
      }
      labels[image] = label;
      interleave(content.subarray(start + 1, start + RECORD), pixels, image * CIFAR_IMAGE);
    }
  });
  return { pixels, labels, count, width: SIDE, height: SIDE, channels: CHANNELS };
}

/** A batch of interleaved images and their labels in the binary version. */
export function encodeCifarBatch(pixels: Uint8Array, labels: readonly number[]): Uint8Array {
  const content = new Uint8Array(labels.length * RECORD);
  labels.forEach((label, i) => {
    content[i * RECORD] = label;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const plane = i * RECORD + 1 + channel * PLANE;
      const image = i * CIFAR_IMAGE + channel;
      for (let p = 0; p < PLANE; p++) content[plane + p] = pixels[image + CHANNELS * p] ?? 0;
    }
  });
  return content;
}

function recordCount({ path, content }: CifarBatch): number {
  if (content.length === 0 || content.length % RECORD !== 0) {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected records of ${RECORD} bytes in ${path} but received ${content.length} bytes`,
    );
  }
  return content.length / RECORD;
}

function interleave(planes: Uint8Array, pixels: Uint8Array, start: number): void {
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let p = 0; p < PLANE; p++) {
      pixels[start + CHANNELS * p + channel] = planes[channel * PLANE + p] ?? 0;
    }
  }
}
