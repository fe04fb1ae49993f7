import { createHash } from 'node:crypto';

/** A hash of every number of a result, bit for bit: equal when and only when the results are. */
export function snapshot(value: unknown): string {
  const text = JSON.stringify([value], (_, part: unknown) => {
    if (ArrayBuffer.isView(part)) {
      const { buffer, byteOffset, byteLength } = part;
      return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
    }
    // JSON has one zero, no NaN and no infinities.
    if (typeof part === 'number') return Object.is(part, -0) ? '-0' : String(part);
    return part;
  });
  return createHash('sha256').update(text).digest('hex');
}
