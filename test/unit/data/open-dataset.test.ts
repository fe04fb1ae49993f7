import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import type { CompressionCodec, Encoding } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NtkitError, openDataset, type OpenDatasetOptions } from '../../../src/index.js';
import { encodeCifarBatch } from '../../../src/data/cifar-binary.js';
import { sha256 } from '../../../src/data/files.js';
import { readZip } from '../../../src/data/zip.js';
import { npyFile, npyHeader, npyIntegers, npyRows, npzFile } from '../../support/npy-files.js';
import { failure, idxFile } from './fixtures.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-own-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusal(path: string, options?: OpenDatasetOptions): Promise<NtkitError> {
  const error: unknown = await openDataset(path, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NtkitError);
  return error as NtkitError;
}

const ROWS = [
  [1, 2],
  [3, 4.5],
  [-5, 6],
];
const CLASSES = { kind: 'classes', indices: Int32Array.of(1, 0, 1), names: ['3', '8'] };

type Columns = Readonly<Record<string, readonly unknown[]>>;

function parquet(
  columns: Columns,
  codec?: CompressionCodec,
  encodings: Readonly<Record<string, Encoding>> = {},
): Buffer {
  const columnData = Object.entries(columns).map(([name, data]) => {
    const encoding = encodings[name];
    return { name, data: [...data], ...(encoding === undefined ? {} : { encoding }) };
  });
  const compressors = {
    GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
    BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes)),
  };
  return Buffer.from(
    parquetWriteBuffer({ columnData, compressors, ...(codec === undefined ? {} : { codec }) }),
  );
}

/** Its last column has, in place of a name, -1 columns inside. */
function withNegativeChildren(): Buffer {
  const bytes = parquet({ a: [1], b: ['x'] });
  const at = bytes.indexOf(Buffer.from([0x18, 1, 'b'.charCodeAt(0)]));
  bytes[at] = 0x25;
  return bytes;
}

describe('openDataset', () => {
  it('reads .npy with labels in a second file', async () => {
    const data = npyRows(ROWS);
    const path = file('data.npy', data);
    const labels = file('labels.npy', npyIntegers([8, 3, 8]));
    const found = await openDataset(path, { labels });
    expect(found.features.toArray()).toEqual(ROWS);
    expect(found).toMatchObject({
      name: 'data.npy',
      format: 'npy',
      labels: CLASSES,
      names: ['x0', 'x1'],
      images: null,
      hashes: { 'data.npy': sha256(data), 'labels.npy': sha256(npyIntegers([8, 3, 8])) },
    });
    expect((await openDataset(path)).labels).toBeNull();
  });

  it('keeps the hashes of two files of one name apart, by their paths', async () => {
    const [data, own] = [npyRows(ROWS), npyIntegers([8, 3, 8])];
    const path = file('train.npy', data);
    mkdirSync(join(dirname(path), 'labels'), { recursive: true });
    const labels = file('labels/train.npy', own);
    const { hashes } = await openDataset(path, { labels });
    expect(hashes).toEqual({ [path]: sha256(data), [labels]: sha256(own) });
  });

  it.each([0, 6] as const)('reads .npz at level %i', async (level) => {
    const arrays = { 'images.npy': npyRows(ROWS), 'y.npy': npyIntegers([8, 3, 8]) };
    const path = file('data.npz', npzFile(arrays, level));
    const found = await openDataset(path);
    expect(found.features.toArray()).toEqual(ROWS);
    expect(found.labels).toEqual(CLASSES);
    expect(found.format).toBe('npz');
  });

  it('reads images of every kind as such', async () => {
    const grey = npyFile(
      npyHeader("'|u1'", '(2, 2, 3)'),
      Uint8Array.from({ length: 12 }, (_, i) => i),
    );
    expect(await openDataset(file('grey.npy', grey))).toMatchObject({
      images: { height: 2, width: 3, channels: 1 },
      features: { rows: 2, cols: 6 },
    });
    const colour = npyFile(npyHeader("'|u1'", '(1, 2, 2, 3)'), new Uint8Array(12));
    const { images } = await openDataset(file('colour.npy', colour));
    expect(images).toEqual({ height: 2, width: 2, channels: 3 });
    const other = npyFile(npyHeader("'|u1'", '(1, 2, 2, 2)'), new Uint8Array(8));
    expect((await openDataset(file('other.npy', other))).images).toBeNull();
  });

  it.each([
    ['plain', (bytes: Buffer) => bytes, ''],
    ['gzipped', (bytes: Buffer) => gzipSync(bytes), '.gz'],
  ])('reads %s IDX', async (_, pack, ending) => {
    const images = idxFile([2, 1, 2], [0, 255, 51, 102]);
    const path = file(`train-images-idx3-ubyte${ending}`, pack(images));
    const labels = file(`train-labels.idx1-ubyte${ending}`, pack(idxFile([2], [9, 4])));
    const found = await openDataset(path, { labels });
    expect(found.features.toArray()).toEqual([
      [0, 1],
      [0.2, 0.4],
    ]);
    expect(found).toMatchObject({
      images: { height: 1, width: 2, channels: 1 },
      labels: { indices: Int32Array.of(1, 0), names: ['4', '9'] },
    });
    expect(found.hashes[`train-images-idx3-ubyte${ending}`]).toBe(sha256(images));
  });

  it('reads CIFAR-10 batches with their labels', async () => {
    const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, i) => i % 256);
    const path = file('data_batch_1.bin', encodeCifarBatch(pixels, [3, 0]));
    const found = await openDataset(path);
    expect(found.features.data).toEqual(Float64Array.from(pixels, (byte) => byte / 255));
    expect(found).toMatchObject({
      images: { height: 32, width: 32, channels: 3 },
      labels: { kind: 'classes', indices: Int32Array.of(1, 0), names: ['airplane', 'cat'] },
    });
  });

  it('reads CSV with a label column, quotes, a byte order mark and empty lines', async () => {
    const text = '\ufeff"a, b",label,c\r\n1,"cat ""x""",2\r\n\r\n3e0,dog,-.5\r\n';
    const found = await openDataset(file('data.csv', text));
    expect(found.names).toEqual(['a, b', 'c']);
    expect(found.features.toArray()).toEqual([
      [1, 2],
      [3, -0.5],
    ]);
    expect(found.labels).toEqual({
      kind: 'classes',
      indices: Int32Array.of(0, 1),
      names: ['cat "x"', 'dog'],
    });
  });

  it('refuses a broken quote in one line, with whatever stands beside it', async () => {
    await expect(openDataset(file('broken.csv', 'a\n1,"b "\r\n3,4\r\n'))).rejects.toThrow(
      /^Expected CSV in .*broken\.csv but received another text: .* got "\\r" at line 2/,
    );
  });

  it('names the columns of a table without header by position', async () => {
    const found = await openDataset(file('bare.tsv', '1\t2\t0\n3\t4\t1\n'), { labelColumn: '3' });
    expect(found.names).toEqual(['1', '2']);
    expect(found.labels).toMatchObject({ kind: 'classes', names: ['0', '1'] });
  });

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI'] as const)(
    'reads Parquet, codec %s',
    async (codec) => {
      const columns = { a: [1, -5], b: [2.5, 4], label: ['dog', 'cat'], flag: [true, false] };
      const found = await openDataset(file('data.parquet', parquet(columns, codec)));
      expect(found.names).toEqual(['a', 'b', 'flag']);
      expect(found.features.toArray()).toEqual([
        [1, 2.5, 1],
        [-5, 4, 0],
      ]);
      expect(found.labels).toMatchObject({ indices: Int32Array.of(1, 0), names: ['cat', 'dog'] });
    },
  );

  it('reads Parquet of every encoding and of several row groups', async () => {
    const count = 5000;
    const column = (value: (i: number) => unknown): unknown[] =>
      Array.from({ length: count }, (_, i) => value(i));
    const columns = {
      plain: column((i) => i / 7),
      split: column((i) => -i / 7),
      delta: column((i) => (i * i) % 1009),
      few: column((i) => i % 3),
      flag: column((i) => i % 5 === 0),
      label: column((i) => (i % 2 === 0 ? 'even' : 'odd')),
    };
    const encodings = {
      split: 'BYTE_STREAM_SPLIT',
      delta: 'DELTA_BINARY_PACKED',
      flag: 'RLE',
      label: 'DELTA_LENGTH_BYTE_ARRAY',
    } as const;
    const columnData = Object.entries(columns).map(([name, data]) => ({
      name,
      data,
      ...(name in encodings ? { encoding: encodings[name as keyof typeof encodings] } : {}),
    }));
    const bytes = Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 1500 }));
    const found = await openDataset(file('encodings.parquet', bytes));
    expect(found.names).toEqual(['plain', 'split', 'delta', 'few', 'flag']);
    for (const i of [0, 1499, 1500, 4999]) {
      expect(Array.from(found.features.row(i))).toEqual([
        i / 7,
        -i / 7,
        (i * i) % 1009,
        i % 3,
        i % 5 === 0 ? 1 : 0,
      ]);
    }
    expect(found.labels).toMatchObject({ names: ['even', 'odd'] });
  });

  it('goes by the content where the ending says nothing', async () => {
    const contents = {
      npy: npyRows(ROWS),
      npz: npzFile({ 'X.npy': npyRows(ROWS) }),
      parquet: parquet({ a: [1], b: [2] }),
      idx: idxFile([1, 1, 1], [7]),
    };
    for (const [format, content] of Object.entries(contents)) {
      expect((await openDataset(file('data.bytes', content))).format).toBe(format);
    }
    expect((await refusal(file('data.bytes', 'hello'))).message).toMatch(/\.npy.*\.parquet/);
  });

  describe('takes labels', () => {
    const path = (labels: Uint8Array): OpenDatasetOptions => ({ labels: file('y.npy', labels) });
    const data = (): string => file('X.npy', npyRows(ROWS));

    it('that are whole and repeat for classes, others for targets', async () => {
      const real = npyRows([[0.5], [1], [0.5]]);
      expect((await openDataset(data(), path(real))).labels).toMatchObject({ kind: 'targets' });
      const whole = npyRows([[2], [1], [2]]);
      expect((await openDataset(data(), path(whole))).labels).toMatchObject({ names: ['1', '2'] });
      const many = file('many.npy', npyRows(Array.from({ length: 30 }, (_, i) => [i, i])));
      const distinct = npyIntegers(Array.from({ length: 30 }, (_, i) => 10 * i));
      expect((await openDataset(many, path(distinct))).labels).toMatchObject({ kind: 'targets' });
    });

    it('as they are asked for', async () => {
      const options = { ...path(npyRows([[2], [1], [2]])), labelKind: 'targets' } as const;
      expect((await openDataset(data(), options)).labels).toMatchObject({
        kind: 'targets',
        values: { rows: 3, cols: 1, data: Float64Array.of(2, 1, 2) },
      });
      const real = { ...path(npyRows([[0.5], [1], [0.5]])), labelKind: 'classes' } as const;
      expect((await openDataset(data(), real)).labels).toMatchObject({ names: ['0.5', '1'] });
    });

    it('of several outputs as targets', async () => {
      const { labels } = await openDataset(data(), path(npyRows(ROWS)));
      expect(labels).toMatchObject({ kind: 'targets', values: { rows: 3, cols: 2 } });
    });
  });

  const table = 'a,label\n1,x\n2,y\n';
  it.each([
    ['a word among numbers', 'd.csv', 'a,label\n1,x\ntwo,y\n', /"two" at line 3, column "a"/],
    ['an empty field', 'd.csv', 'a,label\n1,x\n,y\n', /"" at line 3, column "a"/],
    ['NaN in a table', 'd.csv', 'a,label\n1,x\nNaN,y\n', /"NaN" at line 3/],
    ['an infinity in a table', 'd.csv', 'a,label\n1e999,x\n', /"1e999" at line 2/],
    ['a hexadecimal number', 'd.csv', 'a,label\n0x10,x\n', /"0x10" at line 2/],
    ['a line that is too long', 'd.csv', 'a,label\n1,x\n1,2,3\n', /2 fields in line 3 .* 3$/],
    ['a missing label', 'd.csv', 'a,label\n1,x\n2,\n', /label in .* received none at line 3/],
    ['an open quote', 'd.csv', 'a,label\n1,"x\n', /another text/],
    ['two columns of one name', 'd.csv', 'a,a\n1,2\n', /one column "a"/],
    ['an empty table', 'd.csv', '', /no line/],
    ['a header alone', 'd.csv', 'a,b\n', /at least one point/],
    ['labels alone', 'd.csv', 'label\n1\n', /labels alone/],
    ['what is no UTF-8', 'd.csv', Uint8Array.of(0x61, 0xff, 0x0a), /UTF-8/],
    [
      'NaN in an array',
      'd.npy',
      npyRows([
        [1, 2],
        [3, NaN],
      ]),
      /NaN at row 1, column 1/,
    ],
    [
      'a text array',
      'd.npy',
      npyFile(npyHeader("'|S1'", '(1, 1)'), Buffer.from('a')),
      /"a" at row 0, column 0/,
    ],
    ['a single value', 'd.npy', npyFile(npyHeader("'<f8'", '()'), new Uint8Array(8)), /one point/],
    [
      'points without inputs',
      'd.npy',
      npyFile(npyHeader("'<f8'", '(5, 0)'), new Uint8Array(0)),
      /5 x 0/,
    ],
    [
      'two arrays',
      'd.npz',
      npzFile({ 'a.npy': npyRows(ROWS), 'b.npy': npyRows(ROWS) }),
      /one array of features.*"a", "b"/,
    ],
    ['no array', 'd.npz', npzFile({ 'a.txt': Buffer.from('x') }), /received "a.txt"/],
    ['half a batch', 'd.bin', new Uint8Array(3072), /3073 bytes/],
    ['other content than its ending', 'd.npy', table, /magic bytes/],
    ['no Parquet', 'd.parquet', table, /damaged/],
    [
      'a schema of Parquet that has no end',
      'd.parquet',
      withNegativeChildren(),
      /not a list|damaged/,
    ],
    ['a null in Parquet', 'd.parquet', parquet({ a: [1, null] }), /no value at row 1, column "a"/],
    ['a date in Parquet', 'd.parquet', parquet({ a: [new Date(0)] }), /another type at row 0/],
    ['a wide integer in Parquet', 'd.parquet', parquet({ a: [2n ** 60n] }), /2\^53 at row 0/],
    ['text as features in Parquet', 'd.parquet', parquet({ a: ['1'] }), /"1" at row 0, column "a"/],
  ])('refuses %s', async (_, name, content, message) => {
    const error = await refusal(file(name, content));
    expect(error.code).toBe('ERR_DATA_FORMAT');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(join(folder, name));
  });

  it('refuses labels that do not fit, are not there, or are ambiguous', async () => {
    const data = file('X.npy', npyRows(ROWS));
    const two = file('two.npy', npyIntegers([1, 2]));
    expect((await refusal(data, { labels: two })).message).toMatch(/3 labels in .*received 2/);
    const columns = file('two.csv', 'a,b\n1,2\n1,2\n3,4\n');
    expect((await refusal(data, { labels: columns })).message).toMatch(/called .* "a", "b"$/);
    expect((await refusal(columns, { labelColumn: 'c' })).message).toMatch(/"c" .*"a", "b"/);
    const nan = file('nan.npy', npyRows([[1], [NaN], [2]]));
    expect((await refusal(data, { labels: nan })).message).toMatch(/NaN at row 1, column 0/);
    const cube = file('cube.npy', npyFile(npyHeader("'|u1'", '(3, 1, 1)'), new Uint8Array(3)));
    expect((await refusal(data, { labels: cube })).message).toMatch(/1 or 2 dimensions/);
    expect((await refusal(join(folder, 'none.npy'))).code).toBe('ERR_DATA_UNAVAILABLE');
    expect((await refusal(folder)).message).toMatch(/is a folder/);
  });
});

/** An archive of one deflated entry whose declared sizes can be wrong. */
function archive(name: string, content: Uint8Array, declared = content.length): Buffer {
  const packed = deflateRawSync(content);
  const sizes = Buffer.alloc(16);
  sizes.writeUInt32LE(crc32(content), 4);
  sizes.writeUInt32LE(packed.length, 8);
  sizes.writeUInt32LE(declared, 12);
  const local = Buffer.concat([
    Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0]),
    sizes,
    Buffer.from([name.length, 0, 0, 0]),
    Buffer.from(name, 'latin1'),
  ]);
  const record = Buffer.concat([
    Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 8, 0]),
    sizes,
    Buffer.from([name.length, 0, ...Array<number>(16).fill(0)]),
    Buffer.from(name, 'latin1'),
  ]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(record.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, record, end]);
}

describe('readZip', () => {
  const content = Buffer.from('an array');

  it('reads what the test writes', () => {
    const [entry] = readZip(archive('a.npy', content), 'file');
    expect(Buffer.from(entry?.read() ?? []).toString()).toBe('an array');
  });

  it.each(['../a.npy', '/a.npy', 'b/a.npy', '..', 'C:a.npy', 'b\\a.npy', 'a\0.npy', ''])(
    'refuses the name %j',
    (name) => {
      expect(() => readZip(archive(name, content), 'file')).toThrow(
        failure('ERR_DATA_FORMAT', /plain names/),
      );
    },
  );

  it('refuses a bomb, before and while it is inflated', () => {
    const zeros = new Uint8Array(1e6);
    const [small] = readZip(archive('a.npy', zeros, 100), 'file');
    expect(() => small?.read()).toThrow(failure('ERR_DATA_FORMAT', /more than the 100 declared/));
    expect(() => readZip(archive('a.npy', content, 2 ** 31), 'file')).toThrow(
      failure('ERR_DATA_FORMAT', /by its compressed size/),
    );
  });

  it('refuses damage that keeps the length', () => {
    const bytes = npzFile({ 'a.npy': npyRows(ROWS) }, 0);
    bytes[120] = (bytes[120] ?? 0) ^ 1;
    expect(() => readZip(bytes, 'file')[0]?.read()).toThrow(failure('ERR_DATA_FORMAT', /CRC-32/));
  });

  it('refuses a name used twice and entries that share bytes', () => {
    const bytes = npzFile({ 'a.npy': npyRows(ROWS), 'b.npy': npyRows(ROWS) }, 0);
    const twice = Buffer.from(bytes.toString('latin1').replaceAll('b.npy', 'a.npy'), 'latin1');
    expect(() => readZip(twice, 'file')).toThrow(failure('ERR_DATA_FORMAT', /received two/));
    const [one] = readZip(archive('a.npy', content), 'file');
    expect(one?.size).toBe(8);
    const single = archive('a.npy', content);
    const record = single.subarray(single.length - 22 - 51, single.length - 22);
    const copies = Array.from({ length: 40 }, (_, i) => {
      const copy = Buffer.from(record);
      copy.write(
        String.fromCharCode(0x61 + (i % 26)) + String.fromCharCode(0x30 + Math.floor(i / 26)),
        46,
        'latin1',
      );
      return copy;
    });
    // Forty entries that all claim a large part of the file.
    copies.forEach((copy) => copy.writeUInt32LE(1000, 20));
    const end = Buffer.from(single.subarray(-22));
    end.writeUInt16LE(40, 10);
    end.writeUInt32LE(40 * 51, 12);
    const shared = Buffer.concat([single.subarray(0, -22 - 51), ...copies, end]);
    expect(() => readZip(shared, 'file')).toThrow(failure('ERR_DATA_FORMAT', /together/));
  });
});
