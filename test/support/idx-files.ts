/** Small data sets in MNIST's layout, written for a test. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Sizes of the data set of {@link writeIdxFolder}. */
export interface IdxSizes {
  readonly train: number;
  readonly test: number;
  /** Images are side x side. */
  readonly side: number;
  readonly classes: number;
}

/**
 * Writes four IDX files of images whose class is the column that is lit brightest, over noise that differs
 * from image to image.
 */
export function writeIdxFolder(folder: string, { train, test, side, classes }: IdxSizes): void {
  mkdirSync(folder, { recursive: true });
  for (const [prefix, first, count] of [
    ['train', 0, train],
    ['t10k', train, test],
  ] as const) {
    const labels = Array.from({ length: count }, (_, i) => (first + i) % classes);
    const images = labels.flatMap((label, i) => image(side, label, first + i));
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([count, side, side], images));
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), idx([count], labels));
  }
}

/** One image; pixel values follow from the seed alone. */
export function image(side: number, label: number, seed: number): number[] {
  return Array.from({ length: side * side }, (_, k) => {
    const noise = (seed * 7919 + k * 104_729 + seed * k * 31) % 97;
    return k % side === label ? 150 + noise : noise;
  });
}

function idx(sizes: readonly number[], elements: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 0x08, sizes.length]);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(elements)]);
}
