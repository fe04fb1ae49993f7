/**
 * Reader of .npy arrays of numbers and text: every integer and float type of NumPy up to 64 bits, both byte orders,
 * both orders of the elements. The file must hold exactly what its header declares before memory is taken for it.
 */
import { formatError } from './format-error.js';
import { parseNpyHeader, type NpyHeader } from './npy-header.js';

/** An array, its elements in C order: the last index runs fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Numbers as float64, booleans as 0 and 1; text as it is. */
  readonly values: Float64Array | readonly string[];
}

/**
 * Parses a .npy file.
 *
 * @param bytes - the whole file.
 * @param name - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` as {@link parseNpyHeader}; when the length is not what the header declares; when
 * an integer is beyond 2^53, where float64 has no longer all of them; when text is damaged.
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = parseNpyHeader(bytes, name);
  requireNpyLength(header, bytes.length, name);
  const { kind, shape } = header;
  const data = bytes.subarray(header.dataStart);
  if (kind === 'text' || kind === 'bytes') {
    return { shape, values: decodeTexts(header, data, name) };
  }
  return { shape, values: decodeNumbers(header, data, name) };
}

/** @throws NtkitError `ERR_DATA_FORMAT` when a file of this length does not hold what its header declares. */
export function requireNpyLength(header: NpyHeader, bytes: number, name: string): void {
  const { count, itemBytes, dataStart, shape } = header;
  const expected = dataStart + count * itemBytes;
  if (bytes !== expected) {
    throw formatError(
      `Expected ${expected} bytes in ${name} (shape ${shapeText(shape)}, ${itemBytes} bytes an element) but received ${bytes}`,
    );
  }
}

/** A shape in words: `3 x 4`, or `of a single value`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'of a single value' : shape.join(' x ');
}

/** The place of element `k` in C order: a row and column in a matrix, a row in a list, indices elsewhere. */
export function placeOf(k: number, shape: readonly number[]): string {
  const indices: number[] = [];
  for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const [row = 0, column = 0] = indices;
  if (indices.length === 1) return `row ${row}`;
  return indices.length === 2 ? `row ${row}, column ${column}` : `index [${indices.join(', ')}]`;
}

/**
 * The elements of numeric data as float64 in C order.
 *
 * @param data - the bytes after the header.
 */
export function decodeNumbers(header: NpyHeader, data: Uint8Array, name: string): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = numberReader(header, view);
  const values = new Float64Array(header.count);
  forEachElement(header, (k, byte) => {
    const value = read(byte);
    values[k] = typeof value === 'bigint' ? exactNumber(value, k, header, name) : value;
  });
  return values;
}

function numberReader(header: NpyHeader, view: DataView): (byte: number) => number | bigint {
  const { kind, itemBytes, littleEndian } = header;
  if (kind === 'bool') return (byte) => (view.getUint8(byte) === 0 ? 0 : 1);
  if (kind === 'float') {
    if (itemBytes === 2) return (byte) => halfFloat(view.getUint16(byte, littleEndian));
    if (itemBytes === 4) return (byte) => view.getFloat32(byte, littleEndian);
    return (byte) => view.getFloat64(byte, littleEndian);
  }
  const signed = kind === 'int';
  switch (itemBytes) {
    case 1:
      return (byte) => (signed ? view.getInt8(byte) : view.getUint8(byte));
    case 2:
      return (byte) =>
        signed ? view.getInt16(byte, littleEndian) : view.getUint16(byte, littleEndian);
    case 4:
      return (byte) =>
        signed ? view.getInt32(byte, littleEndian) : view.getUint32(byte, littleEndian);
    default:
      return (byte) =>
        signed ? view.getBigInt64(byte, littleEndian) : view.getBigUint64(byte, littleEndian);
  }
}

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function exactNumber(value: bigint, k: number, { shape }: NpyHeader, name: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw formatError(
    `Expected integers of at most 2^53 - 1 in size in ${name} but received ${value} at ${placeOf(k, shape)}`,
  );
}

function decodeTexts(header: NpyHeader, data: Uint8Array, name: string): string[] {
  const { kind, itemBytes, littleEndian, shape, count } = header;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const texts = new Array<string>(count);
  forEachElement(header, (k, byte) => {
    try {
      texts[k] =
        kind === 'text'
          ? codePoints(view, byte, itemBytes, littleEndian)
          : utf8.decode(data.subarray(byte, byte + itemBytes)).replace(/\0+$/, '');
    } catch (cause) {
      throw formatError(
        `Expected text in ${name} but received no Unicode at ${placeOf(k, shape)}`,
        {
          cause,
        },
      );
    }
  });
  return texts;
}

/** Text in UTF-32; what is shorter than its place is filled up with zeros. */
function codePoints(view: DataView, start: number, bytes: number, littleEndian: boolean): string {
  let text = '';
  for (let byte = start; byte < start + bytes; byte += 4) {
    text += String.fromCodePoint(view.getUint32(byte, littleEndian));
  }
  return text.replace(/\0+$/, '');
}

/** Calls `visit` with each position in C order and the place of its element in the data. */
function forEachElement(
  { shape, count, itemBytes, fortran }: NpyHeader,
  visit: (k: number, byte: number) => void,
): void {
  if (!fortran) {
    for (let k = 0; k < count; k++) visit(k, k * itemBytes);
    return;
  }
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, size) => product * size, itemBytes),
  );
  const index = shape.map(() => 0);
  let byte = 0;
  for (let k = 0; k < count; k++) {
    visit(k, byte);
    // The next position: the last axis that has one goes on, those behind it start again.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        byte += stride;
        break;
      }
      byte -= stride * (next - 1);
      index[axis] = 0;
    }
  }
}
