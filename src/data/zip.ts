/**
 * Reader of zip archives, as far as .npz files use them: entries that are stored or deflated, in one file below 2 GiB.
 * Nothing is inflated beyond the size that the directory declares, and every entry is checked against its CRC-32.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { formatError, quoted } from './format-error.js';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes when inflated. */
  readonly size: number;
  /**
   * The content.
   *
   * @throws NtkitError `ERR_DATA_FORMAT` when it is damaged.
   */
  read(): Uint8Array;
}

interface Directory {
  readonly entries: number;
  readonly start: number;
  readonly end: number;
}

/** An entry as the directory describes it. */
interface Record {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

const END = { signature: 0x06054b50, bytes: 22 } as const;
const RECORD = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
/** A comment of the archive, which is last in the file, is at most this long. */
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
/** No deflate stream expands further: its longest match is 258 bytes and costs at least two bits. */
const MAX_DEFLATE_RATIO = 1032;

/**
 * Lists the entries of an archive.
 *
 * @param archive - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` when the file is no such archive, an entry's name is used twice or names a folder,
 * or an entry claims bytes that the file does not have or that its compressed bytes cannot hold.
 */
export function readZip(bytes: Uint8Array, archive: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records = readDirectory(view, bytes, archive);
  const names = new Set<string>();
  let packed = 0;
  for (const record of records) {
    requirePlainName(record.name, archive);
    if (names.has(record.name)) {
      throw formatError(`Expected one ${quoted(record.name)} in ${archive} but received two`);
    }
    names.add(record.name);
    requirePossible(record, archive);
    packed += record.packed;
  }
  // Entries that share their bytes would let a small file inflate without end.
  if (packed > bytes.length) {
    throw formatError(
      `Expected entries of at most ${bytes.length} bytes together in ${archive} but received ${packed}`,
    );
  }
  return records.map((record) => ({
    name: record.name,
    size: record.size,
    read: () => readEntry(view, bytes, record, archive),
  }));
}

function readDirectory(view: DataView, bytes: Uint8Array, archive: string): Record[] {
  const { entries, start, end } = findDirectory(view, archive);
  const records: Record[] = [];
  let at = start;
  for (let i = 0; i < entries; i++) {
    if (at + RECORD.bytes > end || view.getUint32(at, true) !== RECORD.signature) {
      throw formatError(`Expected entry ${i} of the directory at byte ${at} of ${archive}`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    ) as [number, number, number];
    const next = at + RECORD.bytes + nameBytes + extraBytes + commentBytes;
    if (next > end) {
      throw formatError(`Expected a directory that ends at byte ${end} of ${archive}`);
    }
    const nameStart = at + RECORD.bytes;
    records.push({
      name: Buffer.from(bytes.subarray(nameStart, nameStart + nameBytes)).toString('utf8'),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return records;
}

/** The directory's place, from the record at the end of the file, which only a comment may follow. */
function findDirectory(view: DataView, archive: string): Directory {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const entries = view.getUint16(at + 10, true);
    const start = view.getUint32(at + 16, true);
    const end = start + view.getUint32(at + 12, true);
    if (end > at) throw formatError(`Expected a directory before byte ${at} of ${archive}`);
    return { entries, start, end };
  }
  throw formatError(`Expected a zip archive in ${archive} but found no directory at its end`);
}

/** Arrays have plain names: one that leads elsewhere was not written by NumPy. */
function requirePlainName(name: string, archive: string): void {
  if (!/^[^/\\:\p{Cc}]+$/u.test(name) || /^\.+$/.test(name)) {
    throw formatError(`Expected plain names of arrays in ${archive} but received ${quoted(name)}`);
  }
}

function requirePossible(record: Record, archive: string): void {
  const { name, flags, method, packed, size } = record;
  const where = `${quoted(name)} in ${archive}`;
  if ((flags & ENCRYPTED) !== 0) throw formatError(`Expected ${where} not to be encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw formatError(`Expected ${where} stored or deflated but received method ${method}`);
  }
  const most = method === STORED ? packed : packed * MAX_DEFLATE_RATIO;
  if (size > most) {
    throw formatError(
      `Expected at most ${most} bytes, by its compressed size, for ${where} but it declares ${size}`,
    );
  }
}

function readEntry(view: DataView, bytes: Uint8Array, record: Record, archive: string): Uint8Array {
  const { name, method, crc, packed, size, header } = record;
  const where = `${quoted(name)} in ${archive}`;
  if (header + LOCAL.bytes > bytes.length || view.getUint32(header, true) !== LOCAL.signature) {
    throw formatError(`Expected ${where} at byte ${header}`);
  }
  const start =
    header + LOCAL.bytes + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + packed > bytes.length) {
    throw formatError(
      `Expected ${packed} bytes for ${where} at byte ${start} but the file ends at ${bytes.length}`,
    );
  }
  const raw = bytes.subarray(start, start + packed);
  const content = method === STORED ? raw : inflate(raw, size, where);
  if (content.length !== size) {
    throw formatError(`Expected ${size} bytes for ${where} but received ${content.length}`);
  }
  if (crc32(content) !== crc) throw formatError(`Expected the CRC-32 of ${where} to be right`);
  return content;
}

function inflate(raw: Uint8Array, size: number, where: string): Uint8Array {
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    const more = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const reason = more ? `more than the ${size} declared` : (cause as Error).message;
    throw formatError(`Expected ${size} deflated bytes for ${where} but received ${reason}`, {
      cause,
    });
  }
}
