/** Where the data of a sweep comes from: the one place that turns an entry of `data` into labelled rows. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sampleImages, type ImageDataset, type LabelledImages } from '../../data/dataset.js';
import { isFile, sha256 } from '../../data/files.js';
import { loadIdxFolder } from '../../data/idx-folder.js';
import {
  readDataset,
  type IdentifiedDataset,
  type ReadDatasetOptions,
} from '../../data/open-dataset.js';
import { loadDataset } from '../../data/registry.js';
import { syntheticDataset } from '../../data/synthetic.js';
import { NtkitError, invalidArgument } from '../../errors.js';
import { columnDeviations } from '../../linalg/columns.js';
import type { Matrix } from '../../linalg/matrix.js';
import { canonicalJson } from '../../runs/canonical-json.js';
import { dataName } from '../config/config.js';
import type { DataEntry, FilesEntry, SyntheticEntry } from '../config/schema.js';
import type { LabelledRows, SweepData } from './sweep-data.js';

/** What loading needs beside the entry. */
export interface LoadContext {
  /** The config's own file: relative paths start at its folder. Default: the working folder. */
  readonly configPath?: string | undefined;
  /** Never fetch data. */
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Loads one entry of `data`. @throws NtkitError what the readers of its kind throw. */
export async function loadData(entry: DataEntry, context: LoadContext = {}): Promise<SweepData> {
  const name = dataName(entry);
  if (typeof entry === 'string') {
    const { offline, signal } = context;
    return imageData({ ...(await loadDataset(entry, { offline, signal })), name });
  }
  if ('synthetic' in entry) return syntheticData(name, entry.synthetic);
  return filesData(name, entry, context);
}

/** The user's own files: a folder of IDX files, or one file of points with labels in it or in another. */
async function filesData(
  name: string,
  { path, labels }: FilesEntry,
  { configPath }: LoadContext,
): Promise<SweepData> {
  const base = configPath === undefined ? process.cwd() : dirname(configPath);
  const at = resolve(base, path);
  if (await isFolder(at)) {
    if (labels !== undefined) throw invalidArgument('no labels beside a folder', 'labels', labels);
    return imageData({ ...(await loadIdxFolder(at)), name });
  }
  return loadTable(name, at, await labelOptions(base, labels));
}

/** What is a file there holds the labels; else it names their column. */
async function labelOptions(base: string, labels: string | undefined): Promise<ReadDatasetOptions> {
  if (labels === undefined) return {};
  const at = resolve(base, labels);
  return (await isFile(at)) ? { labels: at } : { labelColumn: labels };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Points of one file, their labels in it or in another: test points are drawn from what a sample does not train on. Its
 * identity is the content of the files and how they were read, not what they are called.
 *
 * @throws NtkitError what {@link readDataset} throws; `ERR_DATA_FORMAT` when there are no labels.
 */
export async function loadTable(
  name: string,
  path: string,
  options: ReadDatasetOptions,
): Promise<SweepData> {
  const read = await readDataset(path, { ...options, labelKind: 'classes' });
  const { features, labels } = read.dataset;
  if (labels?.kind !== 'classes') {
    throw new NtkitError(
      'ERR_DATA_FORMAT',
      `Expected labels for ${path} but found none: set "labels"`,
    );
  }
  const { rows: count, cols: inputs } = features;
  return {
    ...{ name, hashes: tableHashes(read), table: read.reading, inputs },
    classes: labels.names.length,
    train: { count, labels: labels.indices, rows: (indices) => features.selectRows(indices) },
    test: null,
    range: rangeOf(features),
    deviation: columnDeviations(features),
    bytes: 8 * count * inputs,
  };
}

/** Two readings of the same files are two data sets. */
function tableHashes({ points, labels, reading }: IdentifiedDataset): SweepData['hashes'] {
  const table = sha256(canonicalJson(reading, 'reading'));
  return labels === null ? { points, table } : { points, labels, table };
}

/** Images as rows of pixels in [0, 1]. */
export function imageData(dataset: ImageDataset): SweepData {
  const { width, height, channels } = dataset.train;
  const inputs = width * height * channels;
  const { pixelStd, name, hashes } = dataset;
  return {
    ...{ name, hashes, table: null, inputs },
    classes: dataset.classes.length,
    train: imageRows(dataset.train),
    test: imageRows(dataset.test),
    range: [0, 1],
    deviation: Float64Array.from({ length: inputs }, (_, j) => pixelStd[j % channels] ?? NaN),
    bytes: inputs * (dataset.train.count + dataset.test.count),
  };
}

function imageRows(split: LabelledImages): LabelledRows {
  const { count, labels } = split;
  return { count, labels, rows: (indices) => sampleImages(split, indices).pixels };
}

function syntheticData(name: string, options: SyntheticEntry['synthetic']): SweepData {
  const { points: n, inputs: d, classes, decay, rate, seed = 0 } = options;
  const made = syntheticDataset({ n, d, classes, seed, spectrum: { decay, rate } });
  const { inputs: matrix, labels } = made;
  return {
    name,
    hashes: { synthetic: sha256(canonicalJson({ ...options, seed }, 'synthetic')) },
    ...{ table: null, inputs: d, classes },
    train: { count: n, labels, rows: (indices) => matrix.selectRows(indices) },
    test: null,
    range: rangeOf(matrix),
    deviation: columnDeviations(matrix),
    bytes: 8 * n * d,
  };
}

function rangeOf({ data }: Matrix): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
