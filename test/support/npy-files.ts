/** .npy and .npz files as NumPy writes them, for tests. */
import { zipSync } from 'fflate';

/** A .npy file of a given header and elements. */
export function npyFile(header: string, data: Uint8Array, version = 1): Buffer {
  const lengthBytes = version === 1 ? 2 : 4;
  const text = `${header}\n`;
  const start = Buffer.alloc(8 + lengthBytes);
  start.write('\x93NUMPY', 0, 'latin1');
  start.writeUInt8(version, 6);
  start.writeUIntLE(text.length, 8, lengthBytes);
  return Buffer.concat([start, Buffer.from(text, 'latin1'), data]);
}

/** The dictionary that a header is. */
export function npyHeader(descr: string, shape: string, fortran = 'False'): string {
  return `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
}

/** A float64 array of these rows. */
export function npyRows(rows: readonly (readonly number[])[]): Buffer {
  const data = Float64Array.from(rows.flat());
  const shape = `(${rows.length}, ${rows[0]?.length ?? 0})`;
  return npyFile(npyHeader("'<f8'", shape), new Uint8Array(data.buffer));
}

/** An int64 array. */
export function npyIntegers(values: readonly number[]): Buffer {
  const data = BigInt64Array.from(values, BigInt);
  return npyFile(npyHeader("'<i8'", `(${values.length},)`), new Uint8Array(data.buffer));
}

/** An archive of arrays. */
export function npzFile(arrays: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 6): Buffer {
  return Buffer.from(zipSync({ ...arrays }, { level }));
}
