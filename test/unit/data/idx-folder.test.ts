import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/data/files.js';
import { loadIdxFolder } from '../../../src/data/idx-folder.js';
import { TINY_IDX, failure, idxFile, writeFiles } from './fixtures.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ntkit-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('loadIdxFolder', () => {
  it('reads the four files', async () => {
    await writeFiles(folder, TINY_IDX);
    const dataset = await loadIdxFolder(folder, 'tiny');
    expect(dataset).toMatchObject({
      name: 'tiny',
      train: { count: 2, width: 2, height: 1, channels: 1 },
      test: { count: 1, width: 2, height: 1, channels: 1 },
      classes: ['0', '1', '2'],
      pixelStd: [0.5],
    });
    expect([...dataset.train.pixels]).toEqual([0, 255, 255, 0]);
    expect([...dataset.train.labels]).toEqual([0, 2]);
    expect([...dataset.test.pixels]).toEqual([51, 102]);
  });

  it('names the data set after the folder', async () => {
    await writeFiles(join(folder, 'garments'), TINY_IDX);
    expect((await loadIdxFolder(join(folder, 'garments'))).name).toBe('garments');
  });

  it('reads the other spellings and hashes the uncompressed content', async () => {
    await writeFiles(folder, {
      'train-images.idx3-ubyte': TINY_IDX['train-images-idx3-ubyte'],
      'train-labels-idx1-ubyte.gz': gzipSync(TINY_IDX['train-labels-idx1-ubyte']),
      't10k-images.idx3-ubyte.gz': gzipSync(TINY_IDX['t10k-images-idx3-ubyte']),
      't10k-labels-idx1-ubyte': TINY_IDX['t10k-labels-idx1-ubyte'],
    });
    const { hashes } = await loadIdxFolder(folder);
    expect(hashes).toEqual(
      Object.fromEntries(Object.entries(TINY_IDX).map(([name, bytes]) => [name, sha256(bytes)])),
    );
  });

  it('names a missing file', async () => {
    await writeFiles(folder, TINY_IDX);
    await rm(join(folder, 't10k-labels-idx1-ubyte'));
    await expect(loadIdxFolder(folder)).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /Expected t10k-labels-idx1-ubyte/),
    );
  });

  it.each([
    ['too few labels', { 'train-labels-idx1-ubyte': idxFile([1], [0]) }, /Expected 2 labels/],
    ['labels for images', { 'train-images-idx3-ubyte': idxFile([2], [0, 2]) }, /Expected images/],
    ['images for labels', { 't10k-labels-idx1-ubyte': idxFile([1, 1, 1], [0]) }, /1 labels/],
    ['no images', { 'train-images-idx3-ubyte': idxFile([0, 1, 2], []) }, /sizes 0 x 1 x 2/],
    [
      'taller test images',
      { 't10k-images-idx3-ubyte': idxFile([1, 2, 2], [0, 0, 0, 0]) },
      /2 x 2$/,
    ],
    ['narrower test images', { 't10k-images-idx3-ubyte': idxFile([1, 1, 1], [0]) }, /1 x 1$/],
  ])('refuses %s', async (_, replaced, message) => {
    await writeFiles(folder, { ...TINY_IDX, ...replaced });
    await expect(loadIdxFolder(folder)).rejects.toThrow(failure('ERR_DATA_FORMAT', message));
  });
});
