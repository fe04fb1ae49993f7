/** Reader of TensorBoard's event files for tests; shares no code with the writer. */

/** One event; what it lacks is left out. */
export interface ReadEvent {
  wallTime?: number;
  step?: number;
  version?: string;
  tag?: string;
  value?: number;
}

/** A field of a message of protocol buffers: its number and its bytes or number. */
type Field = readonly [number: number, value: bigint | Buffer];

/** @throws Error when a checksum or a length is wrong. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const bytes = Buffer.from(file);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = at + 12;
    requireChecksum(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    requireChecksum(bytes.subarray(data, data + length), bytes.readUInt32LE(data + length));
    events.push(readEvent(bytes.subarray(data, data + length)));
    at = data + length + 4;
  }
  return events;
}

function requireChecksum(bytes: Uint8Array, masked: number): void {
  const rotated = (masked - 0xa282ead8) >>> 0;
  const expected = ((rotated >>> 17) | (rotated << 15)) >>> 0;
  if (bitwiseCrc(bytes) !== expected) throw new Error('A checksum is wrong');
}

/** CRC-32C by long division of the bits, most significant first, each byte reversed. */
function bitwiseCrc(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = BigInt((byte >> bit) & 1) ^ (remainder >> 31n);
      remainder = (remainder << 1n) & 0xffffffffn;
      if (next === 1n) remainder ^= 0x1edc6f41n;
    }
  }
  const digits = remainder.toString(2).padStart(32, '0');
  const reversed = Array.from(digits).reverse().join('');
  return Number(BigInt(`0b${reversed}`) ^ 0xffffffffn);
}

function readEvent(message: Buffer): ReadEvent {
  const event: ReadEvent = {};
  for (const [number, value] of fields(message)) {
    if (number === 1) event.wallTime = (value as Buffer).readDoubleLE();
    else if (number === 2) event.step = Number(value);
    else if (number === 3) event.version = (value as Buffer).toString('utf8');
    else if (number === 5) Object.assign(event, readSummary(value as Buffer));
    else throw new Error(`Field ${number} of an event`);
  }
  return event;
}

function readSummary(message: Buffer): Pick<ReadEvent, 'tag' | 'value'> {
  const scalar: Pick<ReadEvent, 'tag' | 'value'> = {};
  for (const [number, value] of fields(message)) {
    if (number !== 1) throw new Error(`Field ${number} of a summary`);
    for (const [inner, content] of fields(value as Buffer)) {
      if (inner === 1) scalar.tag = (content as Buffer).toString('utf8');
      else if (inner === 2) scalar.value = (content as Buffer).readFloatLE();
      else throw new Error(`Field ${inner} of a value`);
    }
  }
  return scalar;
}

function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (count: number): Buffer => {
    at += count;
    if (at > message.length) throw new Error('A field is longer than its message');
    return message.subarray(at - count, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const type = key & 7;
    if (type === 0) found.push([key >> 3, varint()]);
    else if (type === 1) found.push([key >> 3, take(8)]);
    else if (type === 2) found.push([key >> 3, take(Number(varint()))]);
    else if (type === 5) found.push([key >> 3, take(4)]);
    else throw new Error(`Wire type ${type}`);
  }
  return found;
}
