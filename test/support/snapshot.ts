/** Every number of a result, bit for bit, as a string that can be compared. */
export function snapshot(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (ArrayBuffer.isView(part)) {
      const { buffer, byteOffset, byteLength } = part;
      return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
    }
    // JSON has one zero and no infinities.
    return typeof part === 'number' && !Number.isInteger(part) ? String(part) : part;
  });
}
