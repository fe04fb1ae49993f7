import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Matrix, loadNpy, saveNpy } from '../../../src/index.js';
import { parseNpy } from '../../../src/data/npy.js';
import { npyFile, npyHeader, npyIntegers, npyRows } from '../../support/npy-files.js';
import { parseNpy as parseGolden } from '../../support/npy.js';
import { failure } from './fixtures.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-npy-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The bytes of numbers in a given type and byte order. */
function bytes(
  count: number,
  size: number,
  write: (view: DataView, byte: number, i: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * size));
  for (let i = 0; i < count; i++) write(view, i * size, i);
  return new Uint8Array(view.buffer);
}

function parsed(descr: string, shape: string, data: Uint8Array, fortran = 'False'): unknown {
  return parseNpy(npyFile(npyHeader(descr, shape, fortran), data), 'file').values;
}

describe('parseNpy', () => {
  const values = [0, 1, 100];
  it.each([
    ["'|b1'", Uint8Array.of(0, 1, 1), [0, 1, 1]],
    ["'|i1'", Int8Array.of(0, -1, 100), [0, -1, 100]],
    ["'|u1'", Uint8Array.of(0, 255, 100), [0, 255, 100]],
    ["'<i2'", bytes(3, 2, (v, at, i) => v.setInt16(at, -(values[i] ?? 0), true)), [0, -1, -100]],
    ["'>u2'", bytes(3, 2, (v, at, i) => v.setUint16(at, values[i] ?? 0)), values],
    ["'>i4'", bytes(3, 4, (v, at, i) => v.setInt32(at, -(values[i] ?? 0))), [0, -1, -100]],
    ["'<u4'", bytes(3, 4, (v, at, i) => v.setUint32(at, values[i] ?? 0, true)), values],
    ["'<i8'", bytes(3, 8, (v, at, i) => v.setBigInt64(at, BigInt(-i), true)), [0, -1, -2]],
    ["'>u8'", bytes(3, 8, (v, at, i) => v.setBigUint64(at, BigInt(i))), [0, 1, 2]],
    // 1, -2, and the smallest positive number of half precision.
    ["'<f2'", Uint8Array.of(0, 0x3c, 0, 0xc0, 1, 0), [1, -2, 2 ** -24]],
    ["'>f4'", bytes(3, 4, (v, at, i) => v.setFloat32(at, i / 2)), [0, 0.5, 1]],
    ["'>f8'", bytes(3, 8, (v, at, i) => v.setFloat64(at, i / 3)), [0, 1 / 3, 2 / 3]],
  ])('reads %s', (descr, data, expected) => {
    const raw = new Uint8Array(data.buffer);
    expect(parsed(descr, '(3,)', raw)).toEqual(
      Float64Array.from(expected, (value) => (Object.is(value, -0) ? -0 : value)),
    );
  });

  it('reads text of both kinds', () => {
    const wide = bytes(4, 4, (v, at, i) => v.setUint32(at, 'hié\0'.codePointAt(i) ?? 0, true));
    expect(parsed("'<U2'", '(2,)', wide)).toEqual(['hi', 'é']);
    expect(parsed("'|S3'", '(2,)', Buffer.from('abcd\0\0'))).toEqual(['abc', 'd']);
  });

  it('reads Fortran order of any rank', () => {
    const shape = [2, 3, 4] as const;
    const elements = new Float64Array(24);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 4; k++) elements[i + 2 * j + 6 * k] = 100 * i + 10 * j + k;
      }
    }
    const read = parsed("'<f8'", `(${shape.join(', ')})`, new Uint8Array(elements.buffer), 'True');
    const expected = Float64Array.from({ length: 24 }, (_, at) => {
      return 100 * Math.floor(at / 12) + 10 * (Math.floor(at / 4) % 3) + (at % 4);
    });
    expect(read).toEqual(expected);
  });

  it('reads versions 2 and 3', () => {
    for (const version of [2, 3]) {
      const content = npyFile(npyHeader("'|u1'", '()'), Uint8Array.of(7), version);
      expect(parseNpy(content, 'file')).toEqual({ shape: [], values: Float64Array.of(7) });
    }
  });

  const plain = (descr: string, shape = '(1,)'): Buffer =>
    npyFile(npyHeader(descr, shape), new Uint8Array(8));
  it.each([
    ['an empty file', Buffer.alloc(0), /magic bytes.*byte 0 of file but received an empty file/],
    ['another magic', Buffer.from('PK\x03\x04abc'), /received 0x504b03046162/],
    [
      'another version',
      npyFile('', new Uint8Array(0), 4),
      /version 1, 2 or 3 at byte 6.*received 4/,
    ],
    ['Python objects', plain("'|O'"), /Python objects/],
    ['complex numbers', plain("'<c16'"), /complex/],
    ['fields', plain("[('a', '<f8')]"), /records/],
    ['raw bytes', plain("'|V8'"), /records/],
    ['dates', plain("'<M8[ns]'"), /descr in file but received/],
    ['long doubles', plain("'<f16'"), /descr in file but received "'<f16'"/],
    ['text without length', plain("'<U0'"), /descr in file but received "'<U0'"/],
    ['no descr', npyFile("{'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)), /descr/],
    ['a key twice', npyFile("{'shape': (1,), 'shape': (1,), }", new Uint8Array(8)), /at byte 25/],
    ['code', npyFile("{'descr': __import__('os'), }", new Uint8Array(8)), /at byte 11/],
    ['a shape that is no tuple', plain("'<f8'", '(1)'), /tuple of sizes/],
    ['a negative size', plain("'<f8'", '(-1,)'), /header of file/],
    ['a huge shape', plain("'<f8'", '(65536, 65536, 65536)'), /4294967295 elements/],
    ['a shape beyond 2^53', plain("'<f8'", '(99999999999999999,)'), /tuple of sizes/],
    ['a missing element', plain("'<f8'", '(2,)'), /Expected 84 bytes.*shape 2,.*received 76/],
    ['an extra element', plain("'<f4'"), /Expected \d+ bytes/],
    ['a header longer than the file', npyRows([[1]]).subarray(0, 20), /byte 8 declares/],
    [
      'an integer beyond 2^53',
      npyFile(npyHeader("'<i8'", '(1,)'), new Uint8Array(8).fill(127)),
      /2\^53.*row 0/,
    ],
    [
      'damaged text',
      npyFile(npyHeader("'<U1'", '(1,)'), new Uint8Array(4).fill(255)),
      /Unicode at row 0/,
    ],
    ['text that is not UTF-8', npyFile(npyHeader("'|S1'", '(1,)'), Uint8Array.of(0xff)), /Unicode/],
  ])('refuses %s', (_, content, message) => {
    expect(() => parseNpy(content, 'file')).toThrow(failure('ERR_DATA_FORMAT', message));
  });
});

describe('saveNpy and loadNpy', () => {
  const K = Matrix.from([
    [1, 0.1, -2e-300],
    [3, 4, 5],
  ]);

  it('keep every bit, in both precisions', async () => {
    const path = join(folder, 'kernel.npy');
    await saveNpy(path, K);
    expect(await loadNpy(path)).toEqual(K);
    expect(await loadNpy(path, { precision: 'float32' })).toEqual(K.toFloat32());
    await saveNpy(path, K.toFloat32());
    expect(await loadNpy(path, { precision: 'float32' })).toEqual(K.toFloat32());
    expect(await loadNpy(path)).toEqual(K.toFloat32().toFloat64());
  });

  it('write what another reader reads', async () => {
    const path = join(folder, 'golden.npy');
    await saveNpy(path, K);
    const { readFileSync } = await import('node:fs');
    const content = readFileSync(path);
    expect(parseGolden(content)).toEqual({ shape: [2, 3], data: K.data });
    // NumPy maps elements that start at a multiple of 64 without copying them.
    expect((content.length - 48) % 64).toBe(0);
  });

  it('read integers, Fortran order and a single dimension', async () => {
    expect(await loadNpy(file('integers.npy', npyIntegers([3, -4])))).toEqual(
      Matrix.from([[3], [-4]]),
    );
    const fortran = npyFile(npyHeader("'|u1'", '(2, 3)', 'True'), Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(await loadNpy(file('fortran.npy', fortran))).toEqual(
      Matrix.from([
        [1, 3, 5],
        [2, 4, 6],
      ]),
    );
  });

  it.each([
    [
      'NaN',
      npyRows([
        [1, 2],
        [3, NaN],
      ]),
      'ERR_NOT_FINITE',
      /NaN at row 1, column 1/,
    ],
    [
      'text',
      npyFile(npyHeader("'<U1'", '(1,)'), Buffer.from('a\0\0\0')),
      'ERR_DATA_FORMAT',
      /text/,
    ],
    [
      'a cube',
      npyFile(npyHeader("'|u1'", '(1, 1, 1)'), Buffer.alloc(1)),
      'ERR_DATA_FORMAT',
      /1 x 1 x 1/,
    ],
    ['a cut file', npyRows([[1, 2]]).subarray(0, -1), 'ERR_DATA_FORMAT', /received \d+$/],
  ] as const)('refuse %s', async (_, content, code, message) => {
    await expect(loadNpy(file('bad.npy', content))).rejects.toThrow(failure(code, message));
  });

  it('refuse what is not there, and a folder', async () => {
    await expect(loadNpy(join(folder, 'missing.npy'))).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /missing\.npy/),
    );
    await expect(loadNpy(folder)).rejects.toThrow(failure('ERR_DATA_UNAVAILABLE', /EISDIR/));
  });

  it('leave nothing behind where they cannot write', async () => {
    const before = readdirSync(folder);
    await expect(saveNpy(join(folder, 'no', 'such.npy'), K)).rejects.toThrow(
      failure('ERR_STORE', /ENOENT/),
    );
    await expect(saveNpy(join(folder, 'nan.npy'), Matrix.from([[NaN]]))).rejects.toThrow(
      failure('ERR_NOT_FINITE', /row 0, column 0/),
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  const python = spawnSync('python3', ['-c', 'import numpy'], { encoding: 'utf8' });
  it.skipIf(python.status !== 0)('agree with NumPy both ways', async () => {
    const [ours, theirs] = [join(folder, 'ours.npy'), join(folder, 'theirs.npy')];
    await saveNpy(ours, K);
    const code = [
      'import numpy, sys',
      'a = numpy.load(sys.argv[1])',
      'numpy.save(sys.argv[2], numpy.asfortranarray(a.astype(">f8") * 2))',
      'print(a.dtype, a.shape, a.flags.c_contiguous, float(a[0, 2]))',
    ].join('\n');
    const { stdout, stderr } = spawnSync('python3', ['-c', code, ours, theirs], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({
      stdout: 'float64 (2, 3) True -2e-300\n',
      stderr: '',
    });
    expect((await loadNpy(theirs)).data).toEqual(K.data.map((value) => 2 * value));
  });
});
