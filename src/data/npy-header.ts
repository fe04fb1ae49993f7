/**
 * The header of .npy, NumPy's format of one array: six magic bytes, a version, the length of the header and a Python
 * dictionary with the element type, the order and the shape. The dictionary is matched, never evaluated.
 */
import { formatError, quoted } from './format-error.js';

/** What elements are: numbers, or text of a fixed length (`text` in UTF-32, `bytes` in UTF-8). */
export type NpyKind = 'bool' | 'int' | 'uint' | 'float' | 'text' | 'bytes';

/** What the header declares. */
export interface NpyHeader {
  readonly kind: NpyKind;
  /** Bytes of an element. */
  readonly itemBytes: number;
  readonly littleEndian: boolean;
  /** Whether the first index runs fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Product of the shape. */
  readonly count: number;
  /** Where the elements start in the file. */
  readonly dataStart: number;
}

const MAGIC = '\x93NUMPY';
const VERSION_END = MAGIC.length + 2;
/** NumPy itself refuses longer headers unless told to trust the file. */
const LONGEST_HEADER = 10_000;
/** As many bytes of a file as any header that is read can take. */
export const NPY_HEADER_BYTES: number = VERSION_END + 4 + LONGEST_HEADER;
/** More than NumPy allows. */
const MAX_RANK = 64;
/** Elements of the largest typed array. */
const MAX_COUNT = 2 ** 32 - 1;
/** NumPy pads headers so that the elements start at a multiple of this. */
const ALIGNMENT = 64;

/** Whether a file starts as .npy files do. */
export function isNpy(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Parses the header at the start of a file of version 1, 2 or 3.
 *
 * @param bytes - the start of the file, with the whole header.
 * @param name - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` when the header is damaged, or declares objects, fields or another element type
 * that is no number and no text.
 */
export function parseNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const { start, end } = headerBounds(bytes, name);
  const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  const { descr, order, shape } = parseDictionary(text, start, name);
  const sizes = parseShape(shape, name);
  return {
    ...parseDescr(descr, name),
    fortran: order === 'True',
    shape: sizes,
    count: elementCount(sizes, name),
    dataStart: end,
  };
}

/** The header of a little-endian float array in C order, padded as NumPy pads it. */
export function encodeNpyHeader(itemBytes: 4 | 8, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const text = `{'descr': '<f${itemBytes}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const fixed = VERSION_END + 2;
  const total = Math.ceil((fixed + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(total, ' ', 'latin1');
  bytes.write(`${MAGIC}\x01\x00`, 0, 'latin1');
  bytes.writeUInt16LE(total - fixed, VERSION_END);
  bytes.write(text, fixed, 'latin1');
  bytes.write('\n', total - 1, 'latin1');
  return bytes;
}

function headerBounds(bytes: Uint8Array, name: string): { start: number; end: number } {
  if (!isNpy(bytes)) {
    throw formatError(
      `Expected the magic bytes of .npy at byte 0 of ${name} but received ${hex(bytes, MAGIC.length)}`,
    );
  }
  const major = bytes[MAGIC.length] ?? 0;
  if (major < 1 || major > 3) {
    throw formatError(
      `Expected .npy version 1, 2 or 3 at byte ${MAGIC.length} of ${name} but received ${major}`,
    );
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const start = VERSION_END + lengthBytes;
  if (bytes.length < start) {
    throw formatError(`Expected at least ${start} bytes in ${name} but received ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length =
    major === 1 ? view.getUint16(VERSION_END, true) : view.getUint32(VERSION_END, true);
  if (length > LONGEST_HEADER || start + length > bytes.length) {
    const most = Math.min(LONGEST_HEADER, bytes.length - start);
    throw formatError(
      `Expected a header of at most ${most} bytes in ${name} but byte ${VERSION_END} declares ${length}`,
    );
  }
  return { start, end: start + length };
}

function hex(bytes: Uint8Array, count: number): string {
  if (bytes.length === 0) return 'an empty file';
  return `0x${Buffer.from(bytes.subarray(0, count)).toString('hex')}`;
}

/** One `'key': value,` of the dictionary: a string, a truth value, a tuple of sizes or a list of fields. */
const ENTRY = /\s*'(\w+)'\s*:\s*('[^'\n]*'|True|False|\([\d,\s]*\)|\[[^\n]*\])\s*(?:,|(?=\}))/y;

function parseDictionary(
  text: string,
  start: number,
  name: string,
): { descr: string; order: string; shape: string } {
  const entries = new Map<string, string>();
  ENTRY.lastIndex = 1;
  let end = 1;
  for (let match = ENTRY.exec(text); match !== null; match = ENTRY.exec(text)) {
    const [, key = '', value = ''] = match;
    if (entries.has(key)) throw badHeader(start + end, name, text.slice(end));
    entries.set(key, value);
    end = ENTRY.lastIndex;
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => entries.get(key));
  const closed = text.startsWith('{') && /^\s*\}\s*$/.test(text.slice(end));
  if (descr === undefined || order === undefined || shape === undefined || !closed) {
    throw badHeader(start + end, name, text.slice(end));
  }
  if (entries.size !== 3 || !/^(True|False)$/.test(order)) {
    throw badHeader(start, name, text);
  }
  return { descr, order, shape };
}

function badHeader(byte: number, name: string, received: string): Error {
  return formatError(
    `Expected descr, fortran_order and shape of an array in the header of ${name} but received ${quoted(received)} at byte ${byte}`,
  );
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  O: 'Python objects, which only code in the file could make: save the array with a numeric dtype',
  c: 'complex numbers: save their real and imaginary parts as columns',
  V: 'records: save each field as a column',
  M: 'dates: save them as numbers',
  m: 'time spans: save them as numbers',
};

const KINDS: Readonly<
  Record<string, { readonly kind: NpyKind; readonly sizes: readonly number[] }>
> = {
  b: { kind: 'bool', sizes: [1] },
  i: { kind: 'int', sizes: [1, 2, 4, 8] },
  u: { kind: 'uint', sizes: [1, 2, 4, 8] },
  f: { kind: 'float', sizes: [2, 4, 8] },
};

/** More characters than a class name has, so that a few bytes cannot ask for gigabytes of text. */
const MAX_TEXT = 10_000;

function parseDescr(
  descr: string,
  name: string,
): Pick<NpyHeader, 'kind' | 'itemBytes' | 'littleEndian'> {
  if (descr.startsWith('[')) throw unsupported(descr, name, UNSUPPORTED['V']);
  const [, order, letter = '', digits = ''] = /^'([<>|=])(\w)(\d*)'$/.exec(descr) ?? [];
  if (order === undefined) throw unsupported(descr, name);
  const size = Number(digits);
  const littleEndian = order !== '>';
  const number = KINDS[letter];
  if (number?.sizes.includes(size) === true) {
    return { kind: number.kind, itemBytes: size, littleEndian };
  }
  if ((letter === 'U' || letter === 'S') && size >= 1 && size <= MAX_TEXT) {
    return letter === 'U'
      ? { kind: 'text', itemBytes: 4 * size, littleEndian }
      : { kind: 'bytes', itemBytes: size, littleEndian };
  }
  throw unsupported(descr, name, UNSUPPORTED[letter]);
}

function unsupported(descr: string, name: string, reason?: string): Error {
  return formatError(
    `Expected real numbers, booleans or text for descr in ${name} but received ${quoted(descr)}${reason === undefined ? '' : `, ${reason}`}`,
  );
}

function parseShape(shape: string, name: string): number[] {
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  const tuple = /^\(\s*(?:|\d+\s*,|\d+(?:\s*,\s*\d+)+\s*,?)\s*\)$/.test(shape);
  if (tuple && sizes.length <= MAX_RANK && sizes.every(Number.isSafeInteger)) return sizes;
  throw formatError(`Expected a tuple of sizes for shape in ${name} but received ${quoted(shape)}`);
}

function elementCount(sizes: readonly number[], name: string): number {
  const count = sizes.includes(0) ? 0 : sizes.reduce((product, size) => product * size, 1);
  if (count <= MAX_COUNT) return count;
  throw formatError(
    `Expected at most ${MAX_COUNT} elements in ${name} but its header declares ${sizes.join(' x ')}`,
  );
}
