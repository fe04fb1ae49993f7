/** A data file of any known format as the named arrays that it holds. Readers of tables are loaded with the first table. */
import { basename } from 'node:path';
import type { Block } from './blocks.js';
import { CIFAR10_CLASSES } from './cifar10.js';
import { parseCifarBatches } from './cifar-binary.js';
import { sha256 } from './files.js';
import { formatError, quoted } from './format-error.js';
import { inflateIdx, parseIdx } from './idx.js';
import { isNpy } from './npy-header.js';
import { parseNpy, placeOf, type NpyArray } from './npy.js';
import { readDataFile, requireRoom } from './read-file.js';
import { readZip } from './zip.js';

/** Formats of the user's own data. */
export type DataFormat = 'npy' | 'npz' | 'idx' | 'cifar10' | 'csv' | 'tsv' | 'parquet';

/** A file as read. */
export interface DataFile {
  readonly name: string;
  readonly format: DataFormat;
  readonly blocks: readonly Block[];
  /** SHA-256 of the content; of an IDX file uncompressed. */
  readonly hash: string;
}

const ENDINGS: readonly (readonly [RegExp, DataFormat])[] = [
  [/\.npy$/i, 'npy'],
  [/\.npz$/i, 'npz'],
  [/\.csv$/i, 'csv'],
  [/\.tsv$/i, 'tsv'],
  [/\.parquet$/i, 'parquet'],
  [/[.-](idx\d?(-ubyte)?|ubyte)(\.gz)?$/i, 'idx'],
  [/\.bin$/i, 'cifar10'],
];

/** The first bytes of a Parquet file. */
const PARQUET_MAGIC = 'PAR1';

/** Every format: each has an ending. */
export const DATA_FORMATS: readonly DataFormat[] = ENDINGS.map(([, format]) => format);

/**
 * Reads a file.
 *
 * @param known - its format. Default: its ending says it, its first bytes where the ending says nothing.
 * @throws NtkitError as {@link openDataset}.
 */
export async function readBlocks(path: string, known?: DataFormat): Promise<DataFile> {
  const bytes = await readDataFile(path);
  const format = known ?? formatByEnding(path) ?? formatByContent(bytes, path);
  const content = format === 'idx' ? inflateIdx(bytes, path) : bytes;
  const blocks = await parse(format, content, path);
  return { name: basename(path), format, blocks, hash: sha256(content) };
}

function formatByEnding(path: string): DataFormat | undefined {
  return ENDINGS.find(([ending]) => ending.test(path))?.[1];
}

function formatByContent(bytes: Uint8Array, path: string): DataFormat {
  const [first, second, third] = bytes;
  if (isNpy(bytes)) return 'npy';
  if (isParquet(bytes)) return 'parquet';
  if (first === 0x50 && second === 0x4b) return 'npz';
  if ((first === 0 && second === 0 && third === 8) || (first === 0x1f && second === 0x8b)) {
    return 'idx';
  }
  throw formatError(
    `Expected .npy, .npz, IDX, CIFAR-10's .bin, .csv, .tsv or .parquet but received ${path}`,
  );
}

function isParquet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, PARQUET_MAGIC.length)).toString('latin1') === PARQUET_MAGIC;
}

async function parse(format: DataFormat, bytes: Uint8Array, path: string): Promise<Block[]> {
  switch (format) {
    case 'npy':
      requireNumpyRoom(bytes, path);
      return [arrayBlock('', parseNpy(bytes, path))];
    case 'npz':
      return parseNpz(bytes, path);
    case 'idx':
      return [idxBlock(bytes, path)];
    case 'cifar10':
      return cifarBlocks(bytes, path);
    case 'csv':
    case 'tsv': {
      const { parseCsv } = await import('./csv.js');
      return parseCsv(bytes, path, format === 'csv' ? ',' : '\t');
    }
    case 'parquet': {
      const { parseParquet } = await import('./parquet.js');
      return parseParquet(bytes, path);
    }
  }
}

/** An element takes at least a byte in the file and 8 in memory. */
function requireNumpyRoom(bytes: Uint8Array, path: string): void {
  requireRoom(8 * bytes.length, path);
}

/** The arrays of an archive, each in an entry `<name>.npy`. */
function parseNpz(bytes: Uint8Array, path: string): Block[] {
  const entries = readZip(bytes, path);
  requireRoom(
    entries.reduce((sum, { size }) => sum + 9 * size, 0),
    path,
  );
  return entries.map((entry) => {
    const where = `${path}/${entry.name}`;
    if (!entry.name.endsWith('.npy')) {
      throw formatError(`Expected .npy arrays in ${path} but received ${quoted(entry.name)}`);
    }
    return arrayBlock(entry.name.slice(0, -'.npy'.length), parseNpy(entry.read(), where));
  });
}

function arrayBlock(name: string, { shape, values }: NpyArray): Block {
  const images = shape.length === 3 || shape.length === 4;
  const array = name === '' ? '' : ` of ${quoted(name)}`;
  return { name, shape, values, images, place: (k) => `${placeOf(k, shape)}${array}` };
}

/** Images with pixels in [0, 1], or labels as they are. */
function idxBlock(bytes: Uint8Array, path: string): Block {
  const { dims, data } = parseIdx(bytes, path);
  requireRoom(8 * data.length, path);
  const images = dims.length === 3;
  const values = Float64Array.from(data, images ? (byte) => byte / 255 : (byte) => byte);
  return { name: '', shape: dims, values, images, place: (k) => placeOf(k, dims) };
}

function cifarBlocks(bytes: Uint8Array, path: string): Block[] {
  requireRoom(9 * bytes.length, path);
  const batch = parseCifarBatches([{ path, content: bytes }]);
  const { pixels, labels, count, height, width, channels } = batch;
  const shape = [count, height, width, channels];
  const values = Float64Array.from(pixels, (byte) => byte / 255);
  const names = Array.from(labels, (label) => CIFAR10_CLASSES[label] ?? '');
  return [
    { name: 'images', shape, values, images: true, place: (k) => placeOf(k, shape) },
    { name: 'label', shape: [count], values: names, images: false, place: (k) => `record ${k}` },
  ];
}
