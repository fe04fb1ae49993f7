/** Decompression of Parquet pages, never beyond the size that a page declares. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { compressors, decompressZstd } from 'hyparquet-compressors';
import { decompressPage } from 'hyparquet/src/datapage.js';

/** Zlib's own decoders where there is one; every decoder gets the room that the page may fill. */
export const PAGE_CODECS: Compressors = {
  ...compressors,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
};

/** @throws Error when the content is damaged or not of the declared size. */
export function unpackPage(packed: Uint8Array, size: number, codec: CompressionCodec): Uint8Array {
  return decompressPage(packed, size, codec, PAGE_CODECS);
}
