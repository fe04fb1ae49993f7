/** Reader of tables as Parquet: flat columns of numbers, booleans and text, in any compression. */
import {
  parquetMetadataAsync,
  parquetScan,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet';
import { NtkitError } from '../errors.js';
import { requireDistinct, type Block } from './blocks.js';
import { formatError, quoted } from './format-error.js';
import { PAGE_CODECS } from './parquet-codecs.js';
import { requirePossiblePages } from './parquet-pages.js';
import { requireRoom } from './read-file.js';

/**
 * The columns of a table; booleans become 0 and 1.
 *
 * @param name - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` when the file is damaged, declares more than it holds, has nested or repeated
 * columns, a value is missing, is no number and no text, or is an integer beyond 2^53; `ERR_MEMORY_BUDGET`.
 */
export async function parseParquet(bytes: Uint8Array, name: string): Promise<Block[]> {
  try {
    return await readColumns(bytes, name);
  } catch (cause) {
    if (cause instanceof NtkitError) throw cause;
    const [reason = ''] = (cause as Error).message.split('\n');
    throw formatError(`Expected a Parquet table in ${name} but it is damaged: ${reason}`, {
      cause,
    });
  }
}

async function readColumns(bytes: Uint8Array, name: string): Promise<Block[]> {
  const file = {
    byteLength: bytes.length,
    slice: (start: number, end?: number) =>
      bytes.buffer.slice(
        bytes.byteOffset + start,
        bytes.byteOffset + (end ?? bytes.length),
      ) as ArrayBuffer,
  };
  // Columns of GeoParquet are not asked for; looking for them does not end where a damaged schema has fewer than no children.
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const elements = flatColumns(metadata, name);
  requirePossiblePages(bytes, metadata, elements, name);
  const rows = Number(metadata.num_rows);
  requireRoom(8 * rows * elements.length, name);
  const columns = elements.map((element) => new Column(rows, element.name, name));
  const scan = await parquetScan({
    file,
    metadata,
    compressors: PAGE_CODECS,
    useOffsetIndex: false,
  });
  // One after another: what fails in one of several reads at once would be nobody's to catch.
  for (const column of columns) {
    for (const { rowStart, rowEnd } of scan.ranges) {
      column.fill(await scan.readColumn({ column: column.name, rowStart, rowEnd }), rowStart);
    }
  }
  return columns.map((column) => column.block());
}

/** The columns of a table that has no nested and no repeated ones. */
function flatColumns({ schema }: FileMetaData, name: string): SchemaElement[] {
  const [, ...elements] = schema;
  for (const { name: column, num_children: children, repetition_type: repetition } of elements) {
    if (children !== undefined || repetition === 'REPEATED') {
      throw formatError(
        `Expected one value a row in column ${quoted(column)} of ${name}, not a list`,
      );
    }
  }
  requireDistinct(
    elements.map(({ name: column }) => column),
    name,
  );
  return elements;
}

/** A column as its chunks come. */
class Column {
  readonly name: string;
  readonly #file: string;
  readonly #numbers: Float64Array;
  readonly #texts: string[] = [];
  #filled = 0;

  constructor(rows: number, name: string, file: string) {
    this.#numbers = new Float64Array(rows);
    this.name = name;
    this.#file = file;
  }

  fill(values: ArrayLike<unknown>, start: number): void {
    if (start !== this.#filled || start + values.length > this.#numbers.length) {
      throw this.#error(start, `${values.length} values in place of those that the file declares`);
    }
    for (let k = 0; k < values.length; k++) this.#set(start + k, values[k]);
    this.#filled += values.length;
  }

  block(): Block {
    if (this.#filled < this.#numbers.length) throw this.#error(this.#filled, 'the end of the data');
    const texts = this.#texts;
    const isText = texts.length > 0;
    return {
      name: this.name,
      shape: [this.#numbers.length],
      values: isText ? texts : this.#numbers,
      images: false,
      place: (i) => this.#place(i),
    };
  }

  #set(i: number, value: unknown): void {
    if (typeof value === 'string') {
      if (this.#texts.length !== i) throw this.#error(i, 'text among numbers');
      this.#texts.push(value);
      return;
    }
    const number = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number') {
      throw this.#error(i, value === null || value === undefined ? 'no value' : 'another type');
    }
    if (typeof value === 'bigint' && !Number.isSafeInteger(number)) {
      throw this.#error(i, `${value}, which is beyond 2^53`);
    }
    if (this.#texts.length > 0) throw this.#error(i, 'a number among text');
    this.#numbers[i] = number;
  }

  #place(i: number): string {
    return `row ${i}, column ${quoted(this.name)}`;
  }

  #error(i: number, received: string): NtkitError {
    return formatError(
      `Expected numbers or text in ${this.#file} but received ${received} at ${this.#place(i)}`,
    );
  }
}
