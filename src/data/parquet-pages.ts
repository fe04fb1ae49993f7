/**
 * What the pages of a Parquet file declare, looked at before they are decoded: the decoder takes memory and time by
 * what a page says of itself, and its process ends when an array grows beyond what V8 can hold.
 */
import type { ColumnMetaData, FileMetaData, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { formatError, quoted } from './format-error.js';
import { unpackPage } from './parquet-codecs.js';
import { requireDeltaBlocks, requireRuns } from './parquet-runs.js';

/** Writers aim at pages of 1 MiB. */
const MAX_PAGE_BYTES = 2 ** 28;
/** Half of what an array of V8 holds. */
const MAX_PAGE_VALUES = 2 ** 26;

/** A chunk of a column, as an error names it. */
interface Chunk {
  readonly meta: ColumnMetaData;
  readonly element: SchemaElement;
  readonly rows: number;
  readonly name: string;
}

/**
 * Checks every page of every column chunk: it lies inside the file, and holds no more values than its row group has
 * rows, by its header and by the runs inside it.
 *
 * @param elements - the columns of the schema.
 * @throws NtkitError `ERR_DATA_FORMAT` naming column and byte; Error when compressed data is damaged.
 */
export function requirePossiblePages(
  bytes: Uint8Array,
  { row_groups: groups, num_rows: total }: FileMetaData,
  elements: readonly SchemaElement[],
  file: string,
): void {
  const rows = groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== total || groups.some(({ num_rows: count }) => count < 0n)) {
    throw formatError(`Expected ${total} rows in ${file} but its row groups have ${rows}`);
  }
  for (const group of groups) {
    if (group.columns.length !== elements.length) {
      throw formatError(
        `Expected ${elements.length} columns in every row group of ${file} but received ${group.columns.length}`,
      );
    }
    elements.forEach((element, j) => {
      const { meta_data: meta, file_path: elsewhere } = group.columns[j] ?? {};
      const name = `column ${quoted(element.name)} of ${file}`;
      const path = meta?.path_in_schema ?? [];
      if (meta === undefined || elsewhere !== undefined || meta.type !== element.type) {
        throw formatError(`Expected the data of ${name} in the file itself, of the declared type`);
      }
      if (path.length !== 1 || path[0] !== element.name) {
        throw formatError(`Expected ${name} but received ${quoted(path.join('.'))}`);
      }
      requirePossibleChunk(bytes, { meta, element, rows: Number(group.num_rows), name });
    });
  }
}

function requirePossibleChunk(bytes: Uint8Array, chunk: Chunk): void {
  const { meta, rows, name } = chunk;
  const { dictionary_page_offset: dictionary = 0n, data_page_offset: data } = meta;
  const start = Number(dictionary === 0n ? data : dictionary);
  const end = start + Number(meta.total_compressed_size);
  if (!(start >= 0 && end >= start && end <= bytes.length)) {
    throw formatError(
      `Expected ${name} between bytes 0 and ${bytes.length} but its directory says ${start} to ${end}`,
    );
  }
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, end), offset: start };
  let values = 0;
  while (values < rows) {
    const at = reader.offset;
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    const place = `${name} at byte ${at}`;
    if (!isCount(packed, end - reader.offset) || !isCount(size, MAX_PAGE_BYTES)) {
      throw formatError(
        `Expected a page inside ${place} but it declares ${packed} bytes for ${size}`,
      );
    }
    const content = bytes.subarray(reader.offset, reader.offset + packed);
    values += requirePossiblePage(header, content, rows - values, chunk, place);
    reader.offset += packed;
  }
}

/** Checks one page and returns how many values it adds. */
function requirePossiblePage(
  header: PageHeader,
  content: Uint8Array,
  left: number,
  chunk: Chunk,
  place: string,
): number {
  const {
    data_page_header: v1,
    data_page_header_v2: v2,
    dictionary_page_header: dictionary,
  } = header;
  const count = (v1 ?? v2 ?? dictionary)?.num_values;
  // A value of a dictionary takes at least a bit of its page.
  const most = dictionary === undefined ? left : 8 * header.uncompressed_page_size;
  if (!isCount(count, Math.min(MAX_PAGE_VALUES, most))) {
    throw formatError(
      `Expected a page of at most ${most} values in ${place} but received ${count}`,
    );
  }
  if (v1 !== undefined) requireDataPage(header, content, count, chunk, place);
  else if (v2 !== undefined) requireDataPageV2(header, content, count, chunk, place);
  return dictionary === undefined ? count : 0;
}

/** Version 1: levels and values compressed together, the levels behind their length. */
function requireDataPage(
  { uncompressed_page_size: size, data_page_header: page }: PageHeader,
  packed: Uint8Array,
  count: number,
  { meta, element }: Chunk,
  place: string,
): void {
  const content = unpackPage(packed, size, meta.codec);
  let start = 0;
  if (element.repetition_type === 'OPTIONAL') {
    start = requireRunsBehindLength(content, 0, count, place);
  }
  requireValues(content.subarray(start), page?.encoding, count, meta, place);
}

/** Version 2: the levels as they are, the values compressed behind them. */
function requireDataPageV2(
  { uncompressed_page_size: size, data_page_header_v2: page }: PageHeader,
  packed: Uint8Array,
  count: number,
  { meta, element }: Chunk,
  place: string,
): void {
  const levels = page?.definition_levels_byte_length ?? 0;
  const { repetition_levels_byte_length: repetitions = 0, num_nulls: nulls = 0 } = page ?? {};
  if (
    repetitions !== 0 ||
    !isCount(levels, Math.min(packed.length, size)) ||
    !isCount(nulls, count)
  ) {
    throw formatError(
      `Expected levels inside ${place} but received ${levels} bytes of them, ${nulls} nulls`,
    );
  }
  if (element.repetition_type === 'OPTIONAL') requireRuns(packed, 0, levels, 1, count, place);
  const values = packed.subarray(levels);
  const content =
    page?.is_compressed === false ? values : unpackPage(values, size - levels, meta.codec);
  requireValues(content, page?.encoding, count, meta, place);
}

/** The values of a page, behind its levels. */
function requireValues(
  content: Uint8Array,
  encoding: string | undefined,
  count: number,
  { type }: ColumnMetaData,
  place: string,
): void {
  switch (encoding) {
    case 'PLAIN':
    case 'BYTE_STREAM_SPLIT':
      return;
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const width = content[0] ?? 0;
      if (width > 0) requireRuns(content, 1, content.length, width, count, place);
      return;
    }
    case 'RLE':
      if (type === 'BOOLEAN') {
        requireRunsBehindLength(content, 0, count, place);
        return;
      }
      break;
    case 'DELTA_BINARY_PACKED':
    case 'DELTA_LENGTH_BYTE_ARRAY':
      requireDeltaBlocks(content, place);
      return;
  }
  throw formatError(`Expected values encoded otherwise than by ${encoding} in ${place}`);
}

/** Runs of one bit a value behind their length in bytes; returns where they end. */
function requireRunsBehindLength(
  content: Uint8Array,
  start: number,
  count: number,
  place: string,
): number {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const end = start + 4 + view.getUint32(start, true);
  if (end > content.length) throw formatError(`Expected runs inside ${place}`);
  requireRuns(content, start + 4, end, 1, count, place);
  return end;
}

/** Whether a number of a header is whole and from 0 to `most`. */
function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
