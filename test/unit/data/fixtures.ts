import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';

/** An IDX file: magic number, big-endian sizes, elements. */
export function idxFile(dims: readonly number[], data: readonly number[], type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, type, dims.length]);
  dims.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(data)]);
}

/** Two training images and one test image of 1 x 2 pixels, in MNIST's layout. */
export const TINY_IDX = {
  'train-images-idx3-ubyte': idxFile([2, 1, 2], [0, 255, 255, 0]),
  'train-labels-idx1-ubyte': idxFile([2], [0, 2]),
  't10k-images-idx3-ubyte': idxFile([1, 1, 2], [51, 102]),
  't10k-labels-idx1-ubyte': idxFile([1], [1]),
} as const;

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

/** Matches an NtkitError by its code and message. */
export function failure(code: ErrorCode, message: RegExp): unknown {
  return expect.objectContaining({
    name: 'NtkitError',
    code,
    message: expect.stringMatching(message) as unknown,
  });
}
