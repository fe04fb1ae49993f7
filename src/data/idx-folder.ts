/**
 * A folder with the four IDX files of MNIST's names (MNIST itself, Fashion-MNIST, KMNIST, EMNIST, ...) as an
 * image data set.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { requireText } from '../arguments.js';
import { NtkitError } from '../errors.js';
import type { ImageDataset, LabelledImages } from './dataset.js';
import { isFile, sha256 } from './files.js';
import { inflateIdx, parseIdx } from './idx.js';

/** The files of a data set in MNIST's layout. */
export const IDX_FILE_NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

export type IdxFileName = (typeof IDX_FILE_NAMES)[number];

/** Where each file lies; `undefined` when the folder has it under none of its spellings. */
export type IdxPaths = Readonly<Record<IdxFileName, string | undefined>>;

/** One file as read. */
export interface RawIdxFile {
  readonly path: string;
  /** Uncompressed. */
  readonly content: Uint8Array;
  /** Of the uncompressed content. */
  readonly sha256: string;
}

export type RawIdxFiles = Readonly<Record<IdxFileName, RawIdxFile>>;

/**
 * Loads any data set in MNIST's layout, with or without `.gz`, also in the spelling
 * `train-images.idx3-ubyte`. Classes are named by their number, up to the largest label; `pixelStd` is
 * computed from the training images.
 *
 * @param name - the name the data set gets; default the folder's.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when an argument is no string, `ERR_DATA_UNAVAILABLE` when a file is
 * missing or cannot be read, `ERR_DATA_FORMAT` when a file is damaged or the files do not belong together.
 */
export async function loadIdxFolder(folder: string, name?: string): Promise<ImageDataset> {
  requireText(folder, 'folder');
  const label = name === undefined ? basename(resolve(folder)) : requireText(name, 'name');
  return withDeviation(
    assembleDataset(label, await readIdxFiles(folder, await findIdxFiles(folder))),
  );
}

/**
 * Loads four IDX files from wherever they lie.
 *
 * @throws NtkitError as {@link loadIdxFolder}.
 */
export async function loadIdxFiles(
  name: string,
  paths: Readonly<Partial<Record<IdxFileName, string>>>,
): Promise<ImageDataset> {
  const files = await forEachFile(async (file) => {
    const path = paths[file];
    if (path !== undefined) return readIdxFile(path);
    throw new NtkitError('ERR_DATA_UNAVAILABLE', `Expected a path for ${file} but received none`);
  });
  return withDeviation(assembleDataset(name, files));
}

function withDeviation(dataset: Omit<ImageDataset, 'pixelStd'>): ImageDataset {
  return { ...dataset, pixelStd: [pixelDeviation(dataset.train.pixels)] };
}

/** Looks for the four files in a folder; a folder that does not exist has none of them. */
export async function findIdxFiles(folder: string): Promise<IdxPaths> {
  return forEachFile(async (name) => {
    const dotted = name.replace('-idx', '.idx');
    for (const spelling of [name, dotted, `${name}.gz`, `${dotted}.gz`]) {
      const path = join(folder, spelling);
      if (await isFile(path)) return path;
    }
    return undefined;
  });
}

/** Whether all four files were found. */
export function isComplete(paths: IdxPaths): boolean {
  return IDX_FILE_NAMES.every((name) => paths[name] !== undefined);
}

/**
 * Reads, decompresses and hashes the four files.
 *
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when a file is missing or cannot be read, `ERR_DATA_FORMAT`
 * when a compressed file is damaged.
 */
export async function readIdxFiles(folder: string, paths: IdxPaths): Promise<RawIdxFiles> {
  return forEachFile(async (name) => {
    const path = paths[name];
    if (path === undefined) {
      throw new NtkitError(
        'ERR_DATA_UNAVAILABLE',
        `Expected ${name} (or ${name}.gz) in ${folder} but there is no such file`,
      );
    }
    return readIdxFile(path);
  });
}

/**
 * Reads, decompresses and hashes one IDX file.
 *
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when it cannot be read, `ERR_DATA_FORMAT` when it is
 * compressed and damaged.
 */
export async function readIdxFile(path: string): Promise<RawIdxFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NtkitError('ERR_DATA_UNAVAILABLE', `Cannot read data: ${(cause as Error).message}`, {
      cause,
    });
  });
  const content = inflateIdx(bytes, path);
  return { path, content, sha256: sha256(content) };
}

/**
 * Parses the four files into a data set, whose `pixelStd` the caller adds.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` when a file is damaged or the files do not belong together.
 */
export function assembleDataset(name: string, files: RawIdxFiles): Omit<ImageDataset, 'pixelStd'> {
  const train = pairImages(files['train-images-idx3-ubyte'], files['train-labels-idx1-ubyte']);
  const testImages = files['t10k-images-idx3-ubyte'];
  const test = pairImages(testImages, files['t10k-labels-idx1-ubyte']);
  if (test.width !== train.width || test.height !== train.height) {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected ${train.height} x ${train.width} images in ${testImages.path}, like the training images, but received ${test.height} x ${test.width}`,
    );
  }
  return {
    name,
    train,
    test,
    classes: Array.from({ length: 1 + Math.max(largest(train), largest(test)) }, (_, k) => `${k}`),
    hashes: Object.fromEntries(IDX_FILE_NAMES.map((file) => [file, files[file].sha256])),
  };
}

function pairImages(imageFile: RawIdxFile, labelFile: RawIdxFile): LabelledImages {
  const images = parseIdx(imageFile.content, imageFile.path);
  const labels = parseIdx(labelFile.content, labelFile.path);
  const [count = 0, height = 0, width = 0] = images.dims;
  if (count * height * width === 0) {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected images (count x height x width) in ${imageFile.path} but received sizes ${images.dims.join(' x ')}`,
    );
  }
  if (labels.dims.length !== 1 || labels.data.length !== count) {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected ${count} labels in ${labelFile.path}, one per image, but received sizes ${labels.dims.join(' x ')}`,
    );
  }
  return { pixels: images.data, labels: labels.data, count, width, height, channels: 1 };
}

function largest(split: LabelledImages): number {
  return split.labels.reduce((max, label) => Math.max(max, label), 0);
}

/** Standard deviation of bytes scaled to [0, 1]; the sums are integers and exact. */
function pixelDeviation(pixels: Uint8Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  return Math.sqrt(Math.max(0, squares / pixels.length - mean * mean)) / 255;
}

async function forEachFile<T>(
  make: (name: IdxFileName) => Promise<T>,
): Promise<Record<IdxFileName, T>> {
  const entries = await Promise.all(
    IDX_FILE_NAMES.map(async (name) => [name, await make(name)] as const),
  );
  return Object.fromEntries(entries) as Record<IdxFileName, T>;
}
