/** Reader for the .npy files of the golden fixtures: version 1.0, float64, little-endian, C order. */

/** An n-dimensional array, its elements in C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const MAGIC = '\x93NUMPY\x01\x00';
const PREAMBLE = MAGIC.length + 2;
const HEADER =
  /^\{'descr': '<f8', 'fortran_order': False, 'shape': \((?<shape>\d+,|\d+(?:, \d+)+)\), \} *\n$/;

/** @throws Error when the file is anything else than what this reader is for. */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC) {
    throw new Error('Expected an .npy file of version 1.0');
  }
  const start = PREAMBLE + view.getUint16(MAGIC.length, true);
  const header = Buffer.from(bytes.subarray(PREAMBLE, start)).toString('latin1');
  const shape = HEADER.exec(header)?.groups?.['shape']?.split(',').filter(Boolean).map(Number);
  if (shape === undefined) {
    throw new Error(`Expected a float64 array in C order but received the header ${header}`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.byteLength !== start + 8 * count) {
    throw new Error(
      `Expected ${count} float64 elements but received ${bytes.byteLength - start} bytes`,
    );
  }
  return {
    shape,
    data: Float64Array.from({ length: count }, (_, i) => view.getFloat64(start + 8 * i, true)),
  };
}
