import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/experiments/results.js';
import { createRun } from '../../../src/runs/run-folder.js';
import { ensureBuilt } from '../../support/built-package.js';
import { readEvents } from '../exports/event-reader.js';
import { fakeRun } from '../report/fixture.js';
import { failureLine, ntkit, temporaryFolder } from './ntkit.js';

const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  ensureBuilt();
  const { cells, status, stages, totalSeconds, ...description } = fakeRun();
  const store = await createRun<Cell>(join(folder, 'run'), description);
  for (const cell of cells.filter(({ part }) => part === 'table1')) await store.append(cell);
  await store.setStatus(status === 'complete' ? status : 'incomplete', { stages, totalSeconds });
});

afterAll(remove);

async function exported(format: string, to: string): Promise<string[]> {
  const args = ['export', 'run', '--format', format, '--to', to];
  const { code, stdout, stderr } = await ntkit(args, { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('ntkit export', () => {
  it.each(['csv', 'parquet'])('writes a %s file a part that has rows', async (format) => {
    expect(await exported(format, `as-${format}`)).toEqual([`as-${format}/table1.${format}`]);
    expect(readdirSync(join(folder, `as-${format}`))).toEqual([`table1.${format}`]);
  });

  it('writes a file a measure of a sweep, its axes and what was measured', async () => {
    const synthetic = { points: 30, inputs: 5, classes: 2, decay: 'power', rate: 1 };
    const sweep = {
      measure: ['spectrum', 'kernel'],
      data: { name: 'toy', synthetic },
      ...{ n: 12, test: 6, seed: '0..1' },
    };
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(sweep));
    const swept = await ntkit(['sweep', 'sweep.json', '--out', 'grid', '--progress', 'none'], {
      cwd: folder,
    });
    expect(swept.code).toBe(0);
    const args = ['export', 'grid', '--format', 'csv', '--to', 'grid-csv'];
    const { code, stdout } = await ntkit(args, { cwd: folder });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      'grid-csv/kernel.csv',
      'grid-csv/spectrum.csv',
    ]);
    const [header = '', ...lines] = readFileSync(join(folder, 'grid-csv/spectrum.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(header.split(',')).toEqual(expect.arrayContaining(['key', 'data', 'n', 'seed']));
    expect(lines).toHaveLength(2);
  });

  it('writes a series of TensorBoard a seed, reading and model, with widths as steps', async () => {
    const paths = await exported('tensorboard', 'logs');
    expect(paths).toHaveLength(2 * 2 * 3);
    const path = paths.find((each) => each.includes('seed=1,') && each.includes('model=relu'));
    const [, ...events] = readEvents(readFileSync(join(folder, path ?? '')));
    const steps = events.filter(({ tag }) => tag === 'spectral').map(({ step }) => step);
    expect(steps).toEqual([16, 64, 256, 1024]);
  });

  it.each([
    ['no format', ['export', 'run', '--to', 'x'], 2, /--format/],
    ['an unknown format', ['export', 'run', '--format', 'xml', '--to', 'x'], 2, /'xml'.*csv/],
    [
      'a server that is no address',
      ['export', 'run', '--format', 'mlflow', '--to', 'x'],
      2,
      /--to/,
    ],
    ['no run', ['export', 'none', '--format', 'csv', '--to', 'x'], 1, /none.*\[ERR_STORE\]$/],
    [
      'a server that is not there',
      ['export', 'run', '--format', 'mlflow', '--to', 'http://127.0.0.1:9'],
      1,
      /Cannot reach.*\[ERR_STORE\]$/,
    ],
  ])('ends on %s with one line', async (_, args, code, line) => {
    expect(failureLine(await ntkit(args, { cwd: folder }), code)).toMatch(line);
  });
});
