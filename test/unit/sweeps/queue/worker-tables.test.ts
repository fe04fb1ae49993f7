/** A worker finds tables by content and reads them as the job says, whatever they are called in its own folders. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FilesEntry } from '../../../../src/sweeps/config/schema.js';
import { loadData } from '../../../../src/sweeps/data/sources.js';
import type { SweepData } from '../../../../src/sweeps/data/sweep-data.js';
import type { SweepJob } from '../../../../src/sweeps/queue/job.js';
import { WorkerData } from '../../../../src/sweeps/queue/worker-data.js';
import { writeIdxFolder } from '../../../support/idx-files.js';
import { idxFile } from '../../data/fixtures.js';
import { npyIntegers, npyRows, npzFile } from '../../../support/npy-files.js';

const POINTS = [
  [1, 2],
  [3, 4.5],
  [-5, 6],
  [7, 8],
];
const PARITY = [0, 1, 0, 1];
const THIRDS = [2, 1, 0, 1];
const CSV = [
  'a,b,parity,thirds',
  ...POINTS.map(([a, b], i) => [a, b, PARITY[i], THIRDS[i]].join()),
].join('\n');

type Table = Pick<SweepJob, 'hashes'> & {
  readonly source: Extract<SweepJob['source'], { kind: 'table' }>;
};

let root: string;
/** Of whoever submits. */
let theirs: string;
/** Of the worker. */
let mine: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ntkit-worker-tables-'));
  [theirs, mine] = [join(root, 'submitter'), join(root, 'worker')];
  for (const folder of [theirs, mine]) mkdirSync(folder);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, content: Uint8Array | string): string {
  const path = join(theirs, name);
  writeFileSync(path, content);
  return path;
}

function jobFor({ name, hashes, table }: SweepData): Table {
  if (table === null) throw new Error('no table');
  return { source: { kind: 'table', name, reading: table }, hashes };
}

const submit = async (entry: FilesEntry): Promise<SweepData> => loadData({ name: 'own', ...entry });

const load = async (job: Table): Promise<SweepData> =>
  new WorkerData({ folders: [mine] }).load(job);

function expectSame(found: SweepData, submitted: SweepData): void {
  const { name, hashes, table, classes, inputs, range, deviation } = submitted;
  expect(found).toMatchObject({ name, hashes, table, classes, inputs, range, deviation });
  const all = Int32Array.from({ length: submitted.train.count }, (_, i) => i);
  expect(found.train.rows(all).data).toEqual(submitted.train.rows(all).data);
  expect(found.train.labels).toEqual(submitted.train.labels);
}

function writeTable(format: string): FilesEntry {
  const column = (name: string, data: readonly number[]) => ({ name, data: [...data] });
  switch (format) {
    case 'csv':
      return { path: write('table.csv', CSV), labels: 'thirds' };
    case 'tsv':
      return { path: write('table.tsv', CSV.replaceAll(',', '\t')), labels: 'parity' };
    case 'parquet': {
      const columnData = [
        column(
          'a',
          POINTS.map(([a = 0]) => a),
        ),
        column('kind', THIRDS),
        column('parity', PARITY),
      ];
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
      return { path: write('table.parquet', bytes), labels: 'kind' };
    }
    case 'npz': {
      const arrays = { 'X.npy': npyRows(POINTS), 'kind.npy': npyIntegers(THIRDS) };
      return { path: write('arrays.npz', npzFile(arrays)), labels: 'kind' };
    }
    case 'npy': {
      const labels = write('labels.npy', npyIntegers(PARITY));
      return { path: write('points.npy', npyRows(POINTS)), labels };
    }
    default: {
      writeIdxFolder(theirs, { train: 9, test: 6, side: 3, classes: 3 });
      const [path, labels] = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];
      return { path: join(theirs, path), labels: join(theirs, labels) };
    }
  }
}

/** An archive behind other bytes, which readers of archives pass over: its directory says where its parts are now. */
function behind(before: Uint8Array, archive: Buffer): Buffer {
  const shift = (at: number): void => {
    archive.writeUInt32LE(archive.readUInt32LE(at) + before.length, at);
  };
  shift(archive.indexOf('PK\x05\x06') + 16);
  for (let at = -1; (at = archive.indexOf('PK\x01\x02', at + 1)) >= 0;) shift(at + 42);
  return Buffer.concat([before, archive]);
}

describe('a table', () => {
  it.each(['csv', 'tsv', 'parquet', 'npz', 'npy', 'idx'])(
    'as %s is found by content and read as by whoever submitted it, whatever its ending',
    async (format) => {
      const entry = writeTable(format);
      const submitted = await submit(entry);
      copyFileSync(entry.path, join(mine, 'first.bin'));
      if (submitted.hashes['labels'] !== undefined) {
        copyFileSync(entry.labels ?? '', join(mine, 'second.csv'));
      }
      const found = await load(JSON.parse(JSON.stringify(jobFor(submitted))) as Table);
      expectSame(found, submitted);
    },
  );

  it('is found by its bytes also where they begin as compressed IDX', async () => {
    // Padding behind what is compressed is passed over, too.
    const idx = Buffer.concat([gzipSync(idxFile([1], [7])), Buffer.of(0)]);
    const arrays = npzFile({ 'X.npy': npyRows(POINTS), 'y.npy': npyIntegers(PARITY) });
    const submitted = await submit({ path: write('data.npz', behind(idx, arrays)) });
    copyFileSync(join(theirs, 'data.npz'), join(mine, 'data.npz'));
    expectSame(await load(jobFor(submitted)), submitted);
  });

  it('of other content, or whose labels are not there, is not taken for it', async () => {
    const submitted = await submit(writeTable('npy'));
    const unavailable = {
      code: 'ERR_DATA_UNAVAILABLE',
      message: expect.stringMatching(/^Expected a file of SHA-256 [0-9a-f]{64} for own/) as string,
    };
    writeFileSync(join(mine, 'points.npy'), npyRows([...POINTS].reverse()));
    await expect(load(jobFor(submitted))).rejects.toMatchObject(unavailable);
    copyFileSync(join(theirs, 'points.npy'), join(mine, 'points.npy'));
    await expect(load(jobFor(submitted))).rejects.toMatchObject(unavailable);
  });

  it('read in another way than its hashes say is refused', async () => {
    const submitted = await submit(writeTable('csv'));
    copyFileSync(join(theirs, 'table.csv'), join(mine, 'table.csv'));
    const { source, hashes } = jobFor(submitted);
    const reading = { ...source.reading, labelColumn: 'parity' };
    await expect(load({ source: { ...source, reading }, hashes })).rejects.toMatchObject({
      code: 'ERR_CHECKSUM',
      message: "Expected the data own of the job's content here",
    });
  });

  it('is not mixed up with another choice of labels in the same file', async () => {
    const { path } = writeTable('csv');
    copyFileSync(path, join(mine, 'table.csv'));
    const data = new WorkerData({ folders: [mine] });
    for (const labels of ['parity', 'thirds', 'parity']) {
      const submitted = await submit({ path, labels });
      expectSame(await data.load(jobFor(submitted)), submitted);
    }
  });

  it('has its labels in the column of that name, never in a file of that path', async () => {
    const { source, hashes } = jobFor(await submit(writeTable('csv')));
    copyFileSync(join(theirs, 'table.csv'), join(mine, 'table.csv'));
    const labels = write('labels.csv', ['kind', 0, 1, 0, 1].join('\n'));
    const reading = { ...source.reading, labelColumn: labels };
    await expect(load({ source: { ...source, reading }, hashes })).rejects.toMatchObject({
      code: 'ERR_DATA_FORMAT',
      message: expect.stringContaining('Expected labels called') as string,
    });
  });
});
