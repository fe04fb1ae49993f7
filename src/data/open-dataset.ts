/** The user's own data by path: arrays of NumPy, IDX, CIFAR-10 batches, CSV and Parquet tables. */
import { basename } from 'node:path';
import { requireText } from '../arguments.js';
import { invalidArgument, NtkitError } from '../errors.js';
import { requireOnlyOptions } from '../options.js';
import type { Block } from './blocks.js';
import { featuresOf, type Features } from './features.js';
import { quoted } from './format-error.js';
import { labelsOf, type LabelKind, type Labels } from './labels.js';
import { readBlocks, type DataFormat } from './read-blocks.js';

/** Options of {@link openDataset}. */
export interface OpenDatasetOptions {
  /** Path of a file that holds the labels, one a point, in any of the formats. Default: they are in the data's file. */
  readonly labels?: string | undefined;
  /**
   * The column or array that holds the labels, in the labels' file where there is one. Default: in a file of one column
   * or array for the labels, that one; otherwise the one called `label`, `labels`, `y` or `target`.
   */
  readonly labelColumn?: string | undefined;
  /**
   * Whether labels are classes or real targets. Default: text is classes; so are whole numbers, one a point, that
   * repeat: at most 20 different ones, or half as many as points. Other numbers are targets.
   */
  readonly labelKind?: LabelKind | undefined;
}

/** Points of the user's, with their labels. */
export interface OwnDataset extends Features {
  /** The file's name. */
  readonly name: string;
  /** What the file was read as. */
  readonly format: DataFormat;
  /** Null when there are none. */
  readonly labels: Labels | null;
  /** SHA-256 of the content of each file, of an IDX file uncompressed: by its name, or by its path where both files have one name. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** What decides, beside the content of the files, which points and labels are read from them. */
export interface TableReading {
  /** Format of the points' file. */
  readonly format: DataFormat;
  /** Format of the labels' own file; null when the points' file holds them. */
  readonly labelFormat: DataFormat | null;
  /** Column or array of the labels; null when it has no name, as the one array of a `.npy` file. */
  readonly labelColumn: string | null;
}

/** Points of the user's, with all that decides what they are. */
export interface IdentifiedDataset {
  readonly dataset: OwnDataset;
  readonly reading: TableReading;
  /** SHA-256 of the content of the points' file, whatever it is called. */
  readonly points: string;
  /** SHA-256 of the content of the labels' own file; null when the points' file holds them. */
  readonly labels: string | null;
}

/** How files are read whose formats are known, whatever their endings say. */
export interface ReadDatasetOptions extends OpenDatasetOptions {
  readonly format?: DataFormat | undefined;
  readonly labelFormat?: DataFormat | undefined;
}

const LABEL_NAMES = ['label', 'labels', 'y', 'target'];
const KINDS: readonly unknown[] = [undefined, 'classes', 'targets'];

/**
 * Reads points and labels. The ending of the path says the format, its content where the ending says nothing:
 *
 * - `.npy`: an array of numbers whose first dimension runs over the points; an array of 3 dimensions are grey images,
 *   one of 4 with 1 or 3 channels last are images. Booleans, integers and floats of both byte orders and both orders
 *   of elements; Python objects are refused.
 * - `.npz`: such arrays by name, stored or deflated.
 * - IDX, also gzipped: images of unsigned bytes, scaled from 0-255 to [0, 1].
 * - `.bin`: CIFAR-10's binary version, labels included, scaled to [0, 1].
 * - `.csv`, `.tsv`: a table in UTF-8. The first line names the columns unless all its fields are numbers.
 * - `.parquet`: a table of flat columns without missing values.
 *
 * Nothing is guessed or filled in: what is no finite number is an error that names the file and the place.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` naming file and place when a file is not what its format promises, holds NaN,
 * or labels and points do not fit together; `ERR_DATA_UNAVAILABLE` when a file cannot be read; `ERR_SIZE_LIMIT` from
 * 2 GiB on; `ERR_MEMORY_BUDGET`; `ERR_INVALID_ARGUMENT`.
 */
export async function openDataset(
  path: string,
  options: OpenDatasetOptions = {},
): Promise<OwnDataset> {
  requireText(path, 'path');
  requireOnlyOptions(options, ['labels', 'labelColumn', 'labelKind']);
  const { labels: labelPath, labelColumn, labelKind } = options;
  if (labelPath !== undefined) requireText(labelPath, 'labels');
  if (labelColumn !== undefined) requireText(labelColumn, 'labelColumn');
  if (!KINDS.includes(labelKind)) {
    throw invalidArgument("'classes' or 'targets'", 'labelKind', labelKind);
  }
  return (await readDataset(path, options)).dataset;
}

/**
 * As {@link openDataset}, for files of known formats, too.
 *
 * @throws NtkitError as {@link openDataset}.
 */
export async function readDataset(
  path: string,
  { labels: labelPath, labelColumn, labelKind, format, labelFormat }: ReadDatasetOptions,
): Promise<IdentifiedDataset> {
  const data = await readBlocks(path, format);
  const separate = labelPath === undefined ? undefined : await readBlocks(labelPath, labelFormat);
  const labelBlock =
    separate === undefined
      ? labelsBeside(data.blocks, labelColumn, path)
      : labelsAlone(separate.blocks, labelColumn, labelPath ?? '');
  const features = featuresOf(
    data.blocks.filter((block) => block !== labelBlock),
    path,
  );
  const labelFile = labelPath ?? path;
  requireOneEach(labelBlock, features, labelFile, path);
  const labels = labelBlock === undefined ? null : labelsOf(labelBlock, labelKind, labelFile);
  const sameName = separate?.name === data.name;
  const hashes = {
    [sameName ? path : data.name]: data.hash,
    ...(separate && { [sameName ? labelFile : separate.name]: separate.hash }),
  };
  return {
    dataset: { name: basename(path), format: data.format, ...features, labels, hashes },
    reading: {
      format: data.format,
      labelFormat: separate?.format ?? null,
      labelColumn: nameOf(labelBlock),
    },
    points: data.hash,
    labels: separate?.hash ?? null,
  };
}

function nameOf(block: Block | undefined): string | null {
  return block === undefined || block.name === '' ? null : block.name;
}

/** The labels among the features: the one asked for, or the first that is called so. */
function labelsBeside(
  blocks: readonly Block[],
  column: string | undefined,
  path: string,
): Block | undefined {
  if (column !== undefined) return named(blocks, column, path);
  return LABEL_NAMES.map((name) => blocks.find((block) => block.name === name)).find(
    (block) => block !== undefined,
  );
}

/** The labels in a file of their own. */
function labelsAlone(blocks: readonly Block[], column: string | undefined, path: string): Block {
  const found =
    column === undefined && blocks.length === 1 ? blocks[0] : labelsBeside(blocks, column, path);
  return found ?? named(blocks, LABEL_NAMES.join(' or '), path);
}

function named(blocks: readonly Block[], name: string, path: string): Block {
  const found = blocks.find((block) => block.name === name);
  if (found !== undefined) return found;
  const names = blocks.slice(0, 8).map((block) => quoted(block.name));
  const more = blocks.length > names.length ? ', ...' : '';
  throw new NtkitError(
    'ERR_DATA_FORMAT',
    `Expected labels called ${quoted(name)} (labelColumn) in ${path} but it has ${names.join(', ')}${more}`,
  );
}

function requireOneEach(
  labels: Block | undefined,
  { features }: Features,
  labelFile: string,
  path: string,
): void {
  const [count = 0] = labels?.shape ?? [features.rows];
  if (count === features.rows) return;
  throw new NtkitError(
    'ERR_DATA_FORMAT',
    `Expected ${features.rows} labels in ${labelFile}, one for each point of ${path}, but received ${count}`,
  );
}
