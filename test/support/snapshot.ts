import { createHash, type Hash } from 'node:crypto';

/** A hash of every number of a result, bit for bit: equal when and only when the results are. */
export function snapshot(value: unknown): string {
  const hash = createHash('sha256');
  feed(hash, value);
  return hash.digest('hex');
}

function feed(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength} `).update(value as Uint8Array);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    hash.update(`${entries.length} entries `);
    for (const [key, part] of entries) {
      hash.update(`${key} `);
      feed(hash, part);
    }
  } else {
    // String() knows one zero only.
    hash.update(`${typeof value} ${Object.is(value, -0) ? '-0' : String(value)} `);
  }
}
