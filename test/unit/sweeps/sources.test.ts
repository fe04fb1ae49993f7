/** The data of a sweep from the user's own files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../../src/sweeps/data/sources.js';
import { drawDataSample } from '../../../src/sweeps/data/sweep-data.js';
import { writeIdxFolder } from '../../support/idx-files.js';

const folder = mkdtempSync(join(tmpdir(), 'sweep-data-'));
const configPath = join(folder, 'sweep.yaml');

beforeAll(() => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i + 1},${2 * i},${i % 3 === 0 ? 'b' : 'a'}`);
  writeFileSync(join(folder, 'table.csv'), ['x,y,kind', ...rows].join('\n'));
  writeFileSync(join(folder, 'points.csv'), ['u,v', '1,2', '3,4', '5,6'].join('\n'));
  writeFileSync(join(folder, 'kinds.csv'), ['kind', 'p', 'q', 'p'].join('\n'));
  writeIdxFolder(join(folder, 'idx'), { train: 9, test: 6, side: 3, classes: 3 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('own data', () => {
  it('of a table has its rows, its classes, and test points apart from the training', async () => {
    const entry = { name: 'own', path: 'table.csv', labels: 'kind' };
    const data = await loadData(entry, { configPath });
    expect(data).toMatchObject({ name: 'own', inputs: 2, classes: 2, test: null, range: [0, 22] });
    expect(Object.keys(data.hashes)).toEqual(['table.csv']);
    expect(Array.from(data.train.labels)).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(data.train.rows(Int32Array.of(2)).toArray()).toEqual([[3, 4]]);
    const sample = drawDataSample(data, { n: 8, test: 4, seed: 0 });
    const drawn = [...sample.points.toArray().map(([x]) => x)];
    expect(new Set(drawn).size).toBe(8);
    expect([sample.X.rows, sample.Z.rows, sample.Y.cols]).toEqual([8, 4, 2]);
  });

  it('takes labels from a file of their own', async () => {
    const entry = { path: 'points.csv', labels: 'kinds.csv' };
    const data = await loadData(entry, { configPath });
    expect(Array.from(data.train.labels)).toEqual([0, 1, 0]);
    expect(Object.keys(data.hashes).sort()).toEqual(['kinds.csv', 'points.csv']);
  });

  it('of a folder are IDX files with their own test points', async () => {
    const data = await loadData({ path: 'idx' }, { configPath });
    expect(data).toMatchObject({ inputs: 9, classes: 3, train: { count: 9 }, test: { count: 6 } });
  });

  it('is refused without labels, and with labels beside a folder', async () => {
    await expect(loadData({ path: 'points.csv' }, { configPath })).rejects.toMatchObject({
      code: 'ERR_DATA_FORMAT',
      message: expect.stringContaining('Expected labels for') as unknown,
    });
    await expect(loadData({ path: 'idx', labels: 'kind' }, { configPath })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
});
