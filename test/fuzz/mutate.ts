/** Damage to files: what disks, downloads and hostile authors do to them. */

/** Random numbers that a seed decides. */
export type Draw = (below: number) => number;

/** xorshift32: a few nanoseconds a number, and a seed reproduces a finding. */
export function drawFrom(seed: number): Draw {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Where readers of sizes and counts go wrong. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

type Edit = (bytes: Buffer, draw: Draw, others: readonly Uint8Array[]) => Buffer;

const EDITS: readonly Edit[] = [
  (bytes, draw) => {
    const at = draw(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
    return bytes;
  },
  (bytes, draw) => {
    bytes[draw(bytes.length)] = draw(256);
    return bytes;
  },
  (bytes, draw) => {
    if (bytes.length < 4) return bytes;
    const at = draw(bytes.length - 3);
    const value = EDGES[draw(EDGES.length)] ?? 0;
    if (draw(2) === 0) bytes.writeUInt32LE(value, at);
    else bytes.writeUInt32BE(value, at);
    return bytes;
  },
  (bytes, draw) => bytes.subarray(0, draw(bytes.length + 1)),
  (bytes, draw) => {
    const at = draw(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draw(8))]);
  },
  (bytes, draw) => {
    const at = draw(bytes.length);
    const from = draw(bytes.length);
    const copied = bytes.subarray(from, from + 1 + draw(16));
    return Buffer.concat([bytes.subarray(0, at), copied, bytes.subarray(at)]);
  },
  (bytes, draw, others) => {
    const other = others[draw(others.length)] ?? bytes;
    return Buffer.concat([
      bytes.subarray(0, draw(bytes.length + 1)),
      other.subarray(draw(other.length + 1)),
    ]);
  },
];

/** One of the files after one to six edits; seldom, bytes without any order. */
export function damaged(files: readonly Uint8Array[], draw: Draw): Buffer {
  if (draw(32) === 0) return Buffer.from(Array.from({ length: draw(64) }, () => draw(256)));
  let bytes: Buffer = Buffer.from(files[draw(files.length)] ?? []);
  for (let edits = 1 + draw(6); edits > 0 && bytes.length > 0; edits--) {
    bytes = EDITS[draw(EDITS.length)]?.(bytes, draw, files) ?? bytes;
  }
  return bytes;
}
