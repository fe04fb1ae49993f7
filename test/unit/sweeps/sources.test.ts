/** The data of a sweep from the user's own files. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../../src/sweeps/data/sources.js';
import { dataId, drawDataSample } from '../../../src/sweeps/data/sweep-data.js';
import type { FilesEntry } from '../../../src/sweeps/config/schema.js';
import { prepareSweep } from '../../../src/sweeps/prepare.js';
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
    expect(data.table).toEqual({ format: 'csv', labelFormat: null, labelColumn: 'kind' });
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
    expect(data.table).toEqual({ format: 'csv', labelFormat: 'csv', labelColumn: 'kind' });
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

describe('the identity of a table', () => {
  const idOf = async (entry: FilesEntry): Promise<string> =>
    dataId(await loadData({ name: 'own', ...entry }, { configPath }));

  it('is another with other labels: two sweeps on one file share no cell', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i + 1},${i % 2},${i % 3}`);
    writeFileSync(join(folder, 'both.csv'), ['x,parity,rest', ...rows].join('\n'));
    const keysFor = async (labels: string): Promise<string[]> => {
      const data = { name: 'own', path: 'both.csv', labels };
      const request = { measure: 'spectrum', data, n: 8, test: 4, seed: '0..2' };
      const { cells } = await prepareSweep(request, { configPath });
      return cells.map(({ key }) => key);
    };
    const keys = [...(await keysFor('parity')), ...(await keysFor('rest'))];
    expect(keys).toHaveLength(6);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is another in another format, of the points or of their labels', async () => {
    for (const name of ['single.csv', 'single.tsv']) {
      writeFileSync(join(folder, name), ['single', '1', '2', '1'].join('\n'));
    }
    const ids = [
      await idOf({ path: 'single.csv', labels: 'single.csv' }),
      await idOf({ path: 'single.tsv', labels: 'single.csv' }),
      await idOf({ path: 'single.csv', labels: 'single.tsv' }),
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('is that of both files, also where they have one name', async () => {
    mkdirSync(join(folder, 'labels'));
    copyFileSync(join(folder, 'kinds.csv'), join(folder, 'labels/points.csv'));
    const entry = { path: 'points.csv', labels: 'labels/points.csv' };
    const before = await idOf(entry);
    expect(before).toBe(await idOf({ path: 'points.csv', labels: 'kinds.csv' }));
    writeFileSync(join(folder, 'points.csv'), ['u,v', '1,2', '3,4', '5,7'].join('\n'));
    const changedPoints = await idOf(entry);
    writeFileSync(join(folder, 'labels/points.csv'), ['kind', 'p', 'p', 'q'].join('\n'));
    expect(new Set([before, changedPoints, await idOf(entry)]).size).toBe(3);
  });

  it('is neither what the file is called nor whether its labels were found by their name', async () => {
    const rows = ['x,label', '1,p', '2,q', '3,p'].join('\n');
    for (const name of ['first.csv', 'second.csv']) writeFileSync(join(folder, name), rows);
    expect(await idOf({ path: 'second.csv', labels: 'label' })).toBe(
      await idOf({ path: 'first.csv' }),
    );
  });
});
