/** The image data sets that can be asked for by name. */
import { invalidArgument } from '../errors.js';
import type { ImageDataset } from './dataset.js';
import { loadIdxFolder } from './idx-folder.js';
import { MNIST_SHA256, loadMnist, mnistFolders, type DatasetOptions } from './mnist.js';
import { idxStatus, type DatasetStatus } from './status.js';

/** `idx` is whatever the four IDX files in `folder` hold, for example Fashion-MNIST. */
export const datasetNames = ['mnist', 'idx'] as const;

export type DatasetName = (typeof datasetNames)[number];

interface DatasetSource {
  load(options: DatasetOptions): Promise<ImageDataset>;
  status(folder: string | undefined): Promise<DatasetStatus>;
}

const SOURCES: Readonly<Record<DatasetName, DatasetSource>> = {
  mnist: {
    load: loadMnist,
    status: async (folder) => idxStatus('mnist', mnistFolders(folder), MNIST_SHA256),
  },
  idx: {
    load: async ({ folder }) => loadIdxFolder(requireFolder(folder)),
    status: async (folder) => idxStatus('idx', folder === undefined ? [] : [folder], null),
  },
};

/**
 * Loads a data set by name.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such data set, or `idx` comes without
 * `folder`; otherwise what {@link loadMnist} and {@link loadIdxFolder} throw.
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
