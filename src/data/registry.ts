/** The image data sets that can be asked for by name. */
import { invalidArgument } from '../errors.js';
import { CIFAR10_SHA256, cifar10Folders, loadCifar10 } from './cifar10.js';
import type { ImageDataset } from './dataset.js';
import { loadIdxFolder } from './idx-folder.js';
import { MNIST_SHA256, loadMnist, mnistFolders, type DatasetOptions } from './mnist.js';
import { CIFAR_LAYOUT, IDX_LAYOUT, filesStatus, type DatasetStatus } from './status.js';

/** `idx` is whatever the four IDX files in `folder` hold; `fashion-mnist` are Fashion-MNIST's, which nothing fetches. */
export const datasetNames = ['mnist', 'cifar10', 'fashion-mnist', 'idx'] as const;

export type DatasetName = (typeof datasetNames)[number];

/** What a plan needs to know of a data set. */
export interface DatasetShape {
  /** Inputs of a point. */
  readonly inputs: number;
  readonly classes: number;
}

interface DatasetSource {
  /** Inputs of a point and classes, where they are known before the data is loaded. */
  readonly shape?: DatasetShape;
  load(options: DatasetOptions): Promise<ImageDataset>;
  status(folder: string | undefined): Promise<DatasetStatus>;
}

const SOURCES: Readonly<Record<DatasetName, DatasetSource>> = {
  mnist: {
    shape: { inputs: 784, classes: 10 },
    load: loadMnist,
    status: async (folder) => filesStatus('mnist', IDX_LAYOUT, mnistFolders(folder), MNIST_SHA256),
  },
  cifar10: {
    shape: { inputs: 3072, classes: 10 },
    load: loadCifar10,
    status: async (folder) =>
      filesStatus('cifar10', CIFAR_LAYOUT, cifar10Folders(folder), CIFAR10_SHA256),
  },
  'fashion-mnist': {
    shape: { inputs: 784, classes: 10 },
    load: async ({ folder }) => loadFashionMnist(requireFolder(folder)),
    status: async (folder) => filesStatus('fashion-mnist', IDX_LAYOUT, given(folder), null),
  },
  idx: {
    load: async ({ folder }) => loadIdxFolder(requireFolder(folder)),
    status: async (folder) => filesStatus('idx', IDX_LAYOUT, given(folder), null),
  },
};

/**
 * Loads a data set by name.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such data set, or `idx` or `fashion-mnist`
 * comes without `folder`; otherwise what {@link loadMnist}, {@link loadCifar10} and {@link loadIdxFolder} throw.
 */
export async function loadDataset(
  name: string,
  options: DatasetOptions = {},
): Promise<ImageDataset> {
  return sourceOf(name).load(options);
}

/**
 * Where a data set is on this machine, the sizes of its files and whether they are the published ones.
 * Fetches nothing.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such data set.
 */
export async function datasetStatus(
  name: string,
  { folder }: Pick<DatasetOptions, 'folder'> = {},
): Promise<DatasetStatus> {
  return sourceOf(name).status(folder);
}

/** A data set's shape without loading it; undefined where only its files tell. */
export function knownShape(name: string): DatasetShape | undefined {
  return sourceOf(name).shape;
}

function sourceOf(name: string): DatasetSource {
  const known = datasetNames.find((candidate) => candidate === name);
  if (known === undefined) {
    throw invalidArgument(`one of ${datasetNames.join(', ')}`, 'dataset', name);
  }
  return SOURCES[known];
}

function requireFolder(folder: string | undefined): string {
  if (folder === undefined) {
    throw invalidArgument('the path of a folder with four IDX files', 'folder', folder);
  }
  return folder;
}

function given(folder: string | undefined): string[] {
  return folder === undefined ? [] : [folder];
}

const FASHION_CLASSES = [
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
];

/** The four files as the user has them; there is no package that holds them faithfully. */
async function loadFashionMnist(folder: string): Promise<ImageDataset> {
  const dataset = await loadIdxFolder(folder, 'fashion-mnist');
  return { ...dataset, classes: FASHION_CLASSES.slice(0, dataset.classes.length) };
}
