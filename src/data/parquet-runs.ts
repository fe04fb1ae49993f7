/** Runs of values as Parquet packs them, counted without unpacking them. */
import { formatError } from './format-error.js';

/**
 * Checks that runs between two bytes of a page hold no more values than it declares.
 *
 * A run starts with a varint h. If h is odd, (h >> 1) groups of 8 values follow, packed; if it is even, one value that
 * stands for h >> 1.
 *
 * @param width - bits of a value.
 * @throws NtkitError `ERR_DATA_FORMAT` naming `place`.
 */
export function requireRuns(
  content: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
  place: string,
): void {
  if (width > 32) throw formatError(`Expected values of at most 32 bits in ${place}, not ${width}`);
  let at = start;
  let seen = 0;
  // Nulls have no value, so that the runs may end before the count.
  while (seen < count && at < end) {
    const header = readVarint(content, at, end, place);
    at = header.end;
    const packed = header.value % 2 === 1;
    const length = Math.floor(header.value / 2) * (packed ? 8 : 1);
    // The last group is filled up to 8 values.
    if (length === 0 || seen + length > count + (packed ? 7 : 0)) {
      throw formatError(
        `Expected runs of ${count} values in ${place} but received one of ${length} behind ${seen}`,
      );
    }
    seen += length;
    at += packed ? (length * width) / 8 : Math.ceil(width / 8);
  }
}

/** More values than any writer puts into a block. */
const MAX_BLOCK = 2 ** 20;

/**
 * Checks the header of delta encoding: blocks of a multiple of 128 values, cut into mini blocks of a multiple of 8.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` naming `place`.
 */
export function requireDeltaBlocks(content: Uint8Array, place: string): void {
  const block = readVarint(content, 0, content.length, place);
  const { value: cuts } = readVarint(content, block.end, content.length, place);
  const size = block.value;
  if (size > 0 && size <= MAX_BLOCK && size % 128 === 0 && cuts > 0 && size % (8 * cuts) === 0) {
    return;
  }
  throw formatError(
    `Expected delta blocks in ${place} but received ${size} values in ${cuts} parts`,
  );
}

/** An unsigned number of at most 32 bits in groups of 7, the lowest first. */
function readVarint(
  content: Uint8Array,
  start: number,
  end: number,
  place: string,
): { value: number; end: number } {
  let value = 0;
  for (let at = start, scale = 1; at < end && scale < 2 ** 35; at++, scale *= 128) {
    const byte = content[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80 && value < 2 ** 31) return { value, end: at + 1 };
  }
  throw formatError(`Expected runs inside ${place} but they end at byte ${end} of their page`);
}
