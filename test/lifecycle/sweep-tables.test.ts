/** A sweep on tables that two workers compute, each with files of its own under other names, has the bytes of one process. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { runNode } from '../support/child.js';
import { pause, start, type Spawned } from '../support/kills.js';
import { npyIntegers, npyRows, npzFile } from '../support/npy-files.js';
import { TestRedis, hasRedis } from '../support/redis.js';

const CLI = join(ROOT, 'dist/cli/main.js');
const POINTS = 40;
const INPUTS = ['a', 'b', 'c', 'd'];
const FILES = ['table.csv', 'table.parquet', 'arrays.npz', 'points.npy', 'kinds.npy'];
const CONFIG = {
  measure: ['spectrum', 'distance'],
  data: [
    { name: 'csv', path: 'table.csv', labels: 'kind' },
    { name: 'csv-otherwise', path: 'table.csv', labels: 'other' },
    { name: 'parquet', path: 'table.parquet', labels: 'kind' },
    { name: 'npz', path: 'arrays.npz', labels: 'kind' },
    { name: 'npy', path: 'points.npy', labels: 'kinds.npy' },
  ],
  ...{ n: 24, test: 8, width: [8, 16], seed: '0..2', epochs: 3, batch: 8 },
};
const CELLS = 5 * 3 * (1 + 2);

let folder: string;
let config: string;

const forEachPoint = <T>(make: (i: number) => T): T[] =>
  Array.from({ length: POINTS }, (_, i) => make(i));
const textOf = (...parts: string[]): string => readFileSync(join(folder, ...parts), 'utf8');

function writeTables(): void {
  const points = forEachPoint((i) => INPUTS.map((_, j) => Math.sin(1 + i * INPUTS.length + j)));
  const labelled = points.map((point, i) => [...point, i % 3, (i >> 1) % 2]);
  const names = [...INPUTS, 'kind', 'other'];
  const columnData = names.map((name, j) => ({ name, data: labelled.map((row) => row[j]) }));
  const kinds = npyIntegers(forEachPoint((i) => i % 3));
  const contents = {
    'table.csv': [names, ...labelled].map((fields) => fields.join()).join('\n'),
    'table.parquet': new Uint8Array(parquetWriteBuffer({ columnData })),
    'arrays.npz': npzFile({ 'X.npy': npyRows(points), 'kind.npy': kinds }),
    'points.npy': npyRows(points),
    'kinds.npy': kinds,
  };
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(folder, name), content);
  }
}

beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-tables-'));
  config = join(folder, 'sweep.json');
  writeFileSync(config, JSON.stringify(CONFIG));
  writeTables();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(hasRedis)('two workers', () => {
  it('compute tables of every kind as one process does', { timeout: 120_000 }, async () => {
    const sweep = [CLI, 'sweep', config, '--progress', 'none', '--out'];
    const { code, stderr } = await runNode(CLI, [...sweep.slice(1), join(folder, 'alone')]);
    expect(code, stderr).toBe(0);
    expect(textOf('alone', 'results.jsonl').split('\n')).toHaveLength(CELLS + 1);

    const redis = await TestRedis.start();
    const workers = ['one', 'two'].map((name) => startWorker(name, redis.url));
    try {
      // Both are there when the first job comes.
      for (const { ended, log } of workers) {
        const hasEnded = ended.then(() => true);
        while (!textOf(log).includes('waiting for jobs')) {
          const over = await Promise.race([hasEnded, pause(20).then(() => false)]);
          expect(over, textOf(log)).toBe(false);
        }
      }
      const run = join(folder, 'together');
      const submitter = start([...sweep, run, '--queue', redis.url], join(folder, 'submitter.log'));
      expect(await submitter.ended, textOf('submitter.log')).toBe(0);
      expect(textOf('together', 'results.jsonl')).toBe(textOf('alone', 'results.jsonl'));
      for (const { log } of workers) {
        expect(textOf(log)).toMatch(/job \w+: \d+ cells, 0 failed/);
      }
    } finally {
      for (const { child } of workers) child.kill('SIGTERM');
      await Promise.all(workers.map(async ({ ended }) => ended));
      await redis.end();
    }
  });
});

/** A worker has the files in a folder of its own, where no ending says what they are. */
function startWorker(name: string, url: string): Spawned & { readonly log: string } {
  const own = join(folder, name, 'deeper');
  mkdirSync(own, { recursive: true });
  FILES.forEach((file, i) => {
    copyFileSync(join(folder, file), join(own, `${i}.bin`));
  });
  const args = ['worker', '--redis', url, '--data', join(folder, name), '--threads', '1'];
  const log = `${name}.log`;
  return { ...start([CLI, ...args], join(folder, log)), log };
}
