/**
 * Reader of IDX, the format of the MNIST files: a magic number (two zero bytes, element type, rank), one
 * big-endian 32-bit size per dimension, then the elements. Only unsigned bytes of rank 1 (labels) and 3
 * (grey images) are read.
 *
 * A header is not trusted: its sizes are compared with what the file holds before memory is taken for them.
 */
import { constants, gunzipSync } from 'node:zlib';
import { formatError } from './format-error.js';

/** The content of one IDX file. */
export interface IdxArray {
  /** `[count]`, or `[count, height, width]`. */
  readonly dims: number[];
  /** The elements, row-major. A view on the bytes that were parsed when those were not compressed. */
  readonly data: Uint8Array;
}

interface IdxHeader {
  readonly dims: number[];
  readonly headerBytes: number;
  /** Header and elements together. */
  readonly totalBytes: number;
}

const UNSIGNED_BYTE = 0x08;
const OTHER_ELEMENT_TYPES: Readonly<Record<number, string>> = {
  0x09: 'signed byte',
  0x0b: 'short',
  0x0c: 'int',
  0x0d: 'float',
  0x0e: 'double',
};
const MAX_ELEMENTS = 2 ** 31 - 1;

/** No deflate stream expands further: its longest match is 258 bytes and costs at least two bits. */
const MAX_DEFLATE_RATIO = 1032;
/** Enough compressed bytes to hold the first 16 of the content, whatever the compressor. */
const GZIP_PROBE_BYTES = 1024;

/**
 * Parses an IDX file of unsigned bytes, gzipped or not.
 *
 * @param bytes - the whole file.
 * @param name - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` when the file is no IDX file of unsigned bytes of rank 1 or 3, or
 * its length is not exactly what its header declares.
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const content = inflateIdx(bytes, name);
  const { dims, headerBytes, totalBytes } = parseHeader(content, name);
  if (content.length !== totalBytes) {
    throw formatError(
      `Expected ${totalBytes} bytes in ${name} (sizes ${dims.join(' x ')}) but received ${content.length}`,
    );
  }
  return { dims, data: content.subarray(headerBytes) };
}

/**
 * The raw content of an IDX file: decompressed when it is gzipped, the same bytes otherwise. Decompression
 * stops at the size that the IDX header inside declares.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` when the gzip stream is damaged, holds no IDX header, or holds more
 * than that header declares.
 */
export function inflateIdx(bytes: Uint8Array, name: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const probe = gunzip(bytes.subarray(0, GZIP_PROBE_BYTES), name, {
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  const { totalBytes } = parseHeader(probe, name);
  if (totalBytes > bytes.length * MAX_DEFLATE_RATIO) {
    throw formatError(
      `Expected at most ${bytes.length * MAX_DEFLATE_RATIO} bytes in ${name}, by its compressed size, but its header declares ${totalBytes}`,
    );
  }
  return gunzip(bytes, name, { maxOutputLength: totalBytes });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function gunzip(
  bytes: Uint8Array,
  name: string,
  options: { finishFlush?: number; maxOutputLength?: number },
): Uint8Array {
  try {
    return gunzipSync(bytes, options);
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? `more than the ${String(options.maxOutputLength)} bytes its header declares`
        : `a damaged stream (${(cause as Error).message})`;
    throw formatError(`Expected a gzipped IDX file in ${name} but received ${reason}`, { cause });
  }
}

function parseHeader(bytes: Uint8Array, name: string): IdxHeader {
  const rank = parseMagic(bytes, name);
  const headerBytes = 4 + 4 * rank;
  if (bytes.length < headerBytes) {
    throw formatError(
      `Expected an IDX header of ${headerBytes} bytes in ${name} but received ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elements = dims.reduce((product, size) => product * size, 1);
  if (elements > MAX_ELEMENTS) {
    throw formatError(
      `Expected at most ${MAX_ELEMENTS} elements in ${name} but its header declares ${dims.join(' x ')}`,
    );
  }
  return { dims, headerBytes, totalBytes: headerBytes + elements };
}

/** Checks the magic number and returns the rank. */
function parseMagic(bytes: Uint8Array, name: string): 1 | 3 {
  const [first, second, type, rank] = bytes;
  if (first !== 0 || second !== 0 || type === undefined || rank === undefined) {
    const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    throw formatError(
      `Expected an IDX magic number in ${name} but received ${start === '' ? 'an empty file' : `0x${start}`}`,
    );
  }
  if (type !== UNSIGNED_BYTE) {
    const received = OTHER_ELEMENT_TYPES[type] ?? `unknown type 0x${type.toString(16)}`;
    throw formatError(`Expected unsigned byte elements in ${name} but received ${received}`);
  }
  if (rank !== 1 && rank !== 3) {
    throw formatError(`Expected 1 or 3 dimensions in ${name} but received ${rank}`);
  }
  return rank;
}
