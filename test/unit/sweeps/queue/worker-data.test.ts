/** A worker finds data by content, wherever it lies in the folders that it was given, and nowhere else. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadData } from '../../../../src/sweeps/data/sources.js';
import type { SweepData } from '../../../../src/sweeps/data/sweep-data.js';
import type { SweepJob } from '../../../../src/sweeps/queue/job.js';
import { WorkerData } from '../../../../src/sweeps/queue/worker-data.js';
import { writeIdxFolder } from '../../../support/idx-files.js';

const SIZES = { train: 9, test: 6, side: 3, classes: 3 };
const TOY = {
  name: 'toy',
  synthetic: { points: 20, inputs: 3, classes: 2, decay: 'power', rate: 1 },
} as const;

let root: string;
/** The worker's folder. */
let folder: string;
let submitted: SweepData;
let job: Pick<SweepJob, 'source' | 'hashes'>;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ntkit-worker-data-'));
  const [theirs, mine] = ['submitter', 'worker'].map((name) => join(root, name));
  folder = mine ?? '';
  writeIdxFolder(theirs ?? '', SIZES);
  writeIdxFolder(folder, SIZES);
  submitted = await loadData({ path: theirs ?? '', name: 'own' });
  job = { source: { kind: 'files', name: 'own' }, hashes: submitted.hashes };
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const worker = (...folders: string[]): WorkerData => new WorkerData({ folders });

function expectSame(found: SweepData): void {
  const { name, hashes, classes, inputs, deviation } = submitted;
  expect(found).toMatchObject({ name, hashes, classes, inputs, deviation });
  const all = Int32Array.from({ length: SIZES.train }, (_, i) => i);
  expect(found.train.rows(all).data).toEqual(submitted.train.rows(all).data);
  expect(Array.from(found.train.labels)).toEqual(Array.from(submitted.train.labels));
}

const unavailable = {
  code: 'ERR_DATA_UNAVAILABLE',
  message: expect.stringMatching(/^Expected a file of SHA-256 [0-9a-f]{64} for own but/) as string,
};

describe('files', () => {
  it('are found by content, under any name, compressed, folders deep', async () => {
    const deep = join(folder, 'a/b');
    mkdirSync(deep, { recursive: true });
    for (const [i, file] of readdirSync(folder)
      .filter((name) => name !== 'a')
      .entries()) {
      renameSync(join(folder, file), join(deep, `${i}.bin`));
    }
    writeFileSync(join(deep, '0.bin'), gzipSync(readFileSync(join(deep, '0.bin'))));
    expectSame(await worker(join(root, 'absent'), folder).load(job));
  });

  it('of another content are not taken for it', async () => {
    const path = join(folder, 'train-labels-idx1-ubyte');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(worker(folder).load(job)).rejects.toMatchObject(unavailable);
  });

  it('are found beside a file that nobody can read', async () => {
    const large = join(folder, 'a-large-one');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 31 + 1);
    expectSame(await worker(folder).load(job));
  });

  it('outside the folders are not looked for, also not behind links', async () => {
    await expect(worker().load(job)).rejects.toMatchObject(unavailable);
    const links = join(root, 'links');
    mkdirSync(links);
    symlinkSync(folder, join(links, 'folder'));
    for (const file of readdirSync(folder)) symlinkSync(join(folder, file), join(links, file));
    await expect(worker(links).load(job)).rejects.toMatchObject(unavailable);
  });

  it('that come later are found later, and those that were changed are read again', async () => {
    const later = join(root, 'later');
    mkdirSync(later);
    const data = worker(later);
    await expect(data.load(job)).rejects.toMatchObject(unavailable);
    for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(later, file));
    expectSame(await data.load(job));
    await data.load({
      source: { kind: 'synthetic', entry: TOY },
      hashes: (await loadData(TOY)).hashes,
    });
    writeFileSync(join(later, 'train-images-idx3-ubyte'), 'something else');
    await expect(data.load(job)).rejects.toMatchObject(unavailable);
  });

  it('are read once for jobs that follow each other', async () => {
    const data = worker(folder);
    const first = await data.load(job);
    rmSync(folder, { recursive: true });
    expect(await data.load(job)).toBe(first);
  });
});

describe('data that is made up', () => {
  it('is that of the submitter, or refused', async () => {
    const { hashes } = await loadData(TOY);
    const source = { kind: 'synthetic', entry: TOY } as const;
    expect(await worker().load({ source, hashes })).toMatchObject({ name: 'toy', inputs: 3 });
    const other = { source, hashes: { synthetic: '0'.repeat(64) } };
    await expect(worker().load(other)).rejects.toMatchObject({ code: 'ERR_CHECKSUM' });
  });
});
