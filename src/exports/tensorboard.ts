/**
 * Event files of TensorBoard, by hand: records framed as TFRecord (length, masked CRC-32C of the length, data, masked
 * CRC-32C of the data), each an `Event` of protocol buffers.
 */
import { crc32c } from './crc32c.js';

/** One value of a series. */
export interface ScalarPoint {
  readonly tag: string;
  readonly step: number;
  /** TensorBoard keeps it in single precision. */
  readonly value: number;
}

/** The first event of every file, by which readers know the format. */
const FILE_VERSION = 'brain.Event:2';

/**
 * A whole event file.
 *
 * @param wallTime - seconds since 1970, of every event.
 */
export function eventFile(points: readonly ScalarPoint[], wallTime: number): Uint8Array {
  const time = doubleField(1, wallTime);
  const first = record([...time, ...bytesField(3, Buffer.from(FILE_VERSION))]);
  const events = points.map(({ tag, step, value }) => {
    const scalar = [...bytesField(1, Buffer.from(tag)), ...floatField(2, value)];
    const summary = bytesField(1, scalar);
    return record([...time, ...varintField(2, step), ...bytesField(5, summary)]);
  });
  return Buffer.concat([first, ...events]);
}

function record(data: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(data);
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([head, maskedCrc(head), bytes, maskedCrc(bytes)]);
}

/** Rotated and shifted, so that a checksum over data that holds checksums is not weakened. */
function maskedCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const result = Buffer.alloc(4);
  result.writeUInt32LE(masked);
  return result;
}

/** Wire types of protocol buffers. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function key(field: number, wireType: number): number[] {
  return varint(field * 8 + wireType);
}

function varintField(field: number, value: number): number[] {
  return [...key(field, VARINT), ...varint(value)];
}

function doubleField(field: number, value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...key(field, FIXED64), ...bytes];
}

function floatField(field: number, value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [...key(field, FIXED32), ...bytes];
}

function bytesField(field: number, content: Iterable<number>): number[] {
  const bytes = [...content];
  return [...key(field, LENGTH), ...varint(bytes.length), ...bytes];
}
