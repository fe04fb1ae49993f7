import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateIdx, parseIdx } from '../../../src/data/idx.js';
import { failure, idxFile } from './fixtures.js';

const images = idxFile([2, 1, 3], [1, 2, 3, 4, 5, 6]);

function parsing(bytes: Uint8Array): () => unknown {
  return () => parseIdx(bytes, 'file');
}

describe('parseIdx', () => {
  it('reads images and labels', () => {
    expect(parseIdx(images, 'file')).toEqual({
      dims: [2, 1, 3],
      data: Buffer.from([1, 2, 3, 4, 5, 6]),
    });
    expect(parseIdx(idxFile([3], [7, 8, 9]), 'file').data).toEqual(Buffer.from([7, 8, 9]));
  });

  it('reads gzipped files', () => {
    expect(parseIdx(gzipSync(images), 'file').dims).toEqual([2, 1, 3]);
    expect(inflateIdx(gzipSync(images), 'file')).toEqual(images);
  });

  it('reads a file that starts inside a larger buffer', () => {
    const shifted = Buffer.concat([Buffer.alloc(3, 0xff), images]).subarray(3);
    expect(parseIdx(shifted, 'file').dims).toEqual([2, 1, 3]);
  });

  it.each([
    [0x09, 'signed byte'],
    [0x0b, 'short'],
    [0x0c, 'int'],
    [0x0d, 'float'],
    [0x0e, 'double'],
    [0x42, 'unknown type 0x42'],
  ])('names element type %i, which it does not read', (type, name) => {
    expect(parsing(idxFile([1], [0], type))).toThrow(
      failure('ERR_DATA_FORMAT', new RegExp(`unsigned byte elements in file but received ${name}`)),
    );
  });

  it.each([
    ['an empty file', Buffer.alloc(0), /received an empty file/],
    ['another magic number', Buffer.from('PK\x03\x04'), /received 0x504b0304/],
    ['two dimensions', idxFile([1, 1], [0]), /1 or 3 dimensions in file but received 2/],
    ['half a header', images.subarray(0, 15), /header of 16 bytes in file but received 15/],
    ['a missing element', images.subarray(0, 21), /Expected 22 bytes .* but received 21/],
    ['an extra element', Buffer.concat([images, Buffer.alloc(1)]), /Expected 22 .* received 23/],
    ['more than it holds', idxFile([2 ** 31 - 1], [0]), /Expected 2147483655 bytes/],
    ['sizes whose product overflows', idxFile([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []), /most/],
  ])('refuses %s', (_, bytes, message) => {
    expect(parsing(bytes)).toThrow(failure('ERR_DATA_FORMAT', message));
  });

  it.each([
    ['a torn stream', gzipSync(images).subarray(0, -6), /damaged stream/],
    ['content that is not IDX', gzipSync('hello, hello'), /magic number/],
    ['a bomb', gzipSync(idxFile([10], Array<number>(1e6).fill(0))), /more than the 18 bytes/],
    ['a size no stream of its length can have', gzipSync(idxFile([2e9], [0])), /compressed size/],
  ])('refuses gzip with %s', (_, bytes, message) => {
    expect(parsing(bytes)).toThrow(failure('ERR_DATA_FORMAT', message));
  });
});
