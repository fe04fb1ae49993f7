import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/experiments/results.js';
import { ensureBuilt } from '../../support/built-package.js';
import type { Ended } from '../../support/child.js';
import { writeIdxFolder } from '../../support/idx-files.js';
import { contentOf, failureLine, ntkit, temporaryFolder } from './ntkit.js';

const { folder, remove } = temporaryFolder();
const data = join(folder, 'data');

/** `reproduce` at sizes that take an instant. */
async function reproduce(out: string, ...more: string[]): Promise<Ended> {
  const sizes = [
    '--train',
    '20',
    '--test',
    '10',
    '--widths',
    '4,8',
    '--seeds',
    '0',
    '--epochs',
    '2',
  ];
  const args = ['reproduce', '--dataset', 'idx', '--data', data, ...sizes, '--out', out, ...more];
  return ntkit(args, { cwd: folder });
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
}

let finished: Ended;

beforeAll(async () => {
  ensureBuilt();
  writeIdxFolder(data, { train: 60, test: 60, side: 4, classes: 3 });
  finished = await reproduce('run', '--json', '--progress', 'plain', '--threads', '1');
});

afterAll(remove);

describe('a finished run', () => {
  it('ends with 0 and says where it is', () => {
    const { code, stderr } = finished;
    expect(code).toBe(0);
    expect(stderr).toContain(`run folder ${join(folder, 'run')}`);
    expect(stderr).toContain(`report ${join(folder, 'run/report.html')}`);
  });

  it('shows its progress line by line up to 100 %', () => {
    const shares = [...finished.stderr.matchAll(/^ *(\d+) %/gm)].map(([, share]) => Number(share));
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(100);
  });

  it('has a folder with manifest, results, report and figures', () => {
    expect(readJson('run/manifest.json')).toMatchObject({
      status: 'complete',
      config: {
        trainCount: 20,
        testCount: 10,
        widths: [4, 8],
        seeds: [0],
        influenceWidth: 8,
        epochs: 2,
      },
      machine: { threads: 1, node: process.versions.node },
      command: expect.stringMatching(/^ntkit reproduce --dataset idx/) as unknown,
    });
    expect(readdirSync(join(folder, 'run')).sort()).toEqual([
      'figures',
      'manifest.json',
      'report.html',
      'results.jsonl',
      'spectrum.csv',
      'spectrum.json',
      'table1.csv',
      'table1.json',
      'table2.csv',
      'table2.json',
    ]);
    const figures = readdirSync(join(folder, 'run/figures'));
    for (const name of ['spectrum', 'distance', 'flips']) {
      expect(figures).toEqual(
        expect.arrayContaining([`${name}-idx.svg`, `${name}-idx.csv`, `${name}-idx.vl.json`]),
      );
    }
  });

  it('has every cell', () => {
    const lines = readFileSync(join(folder, 'run/results.jsonl'), 'utf8').trimEnd().split('\n');
    const kinds = lines.map((line) => (JSON.parse(line) as { cell: { kind: string } }).cell.kind);
    const count = (kind: string): number => kinds.filter((found) => found === kind).length;
    // One seed, stacks of 2, 3 and 4 layers in both readings; no number of points that is small enough.
    expect(['spectrum', 'cube', 'layers', 'condition'].map(count)).toEqual([1, 1, 6, 0]);
    // Two models, two readings, two widths, three attacks and the control.
    expect(['distance', 'flip', 'images'].map(count)).toEqual([8, 16, 4]);
    expect(kinds).toHaveLength(36);
  });

  it('prints the run as JSON, as report does', async () => {
    const printed = JSON.parse(finished.stdout) as RunRecord;
    expect(printed.status).toBe('complete');
    expect(printed.cells).toHaveLength(36);
    const again = await ntkit(['report', 'run', '--json'], { cwd: folder });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(printed);
  });

  it('has a report of one page that holds its figures and images', () => {
    const page = readFileSync(join(folder, 'run/report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('<svg');
    expect(page).toContain('data:image/png;base64,');
    expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="https?:/);
    expect(page).not.toContain('did not finish');
  });

  it('writes a document of its numbers where that is asked for', async () => {
    const { code } = await ntkit(['report', 'run', '--markdown', 'numbers.md'], { cwd: folder });
    expect(code).toBe(0);
    const document = readFileSync(join(folder, 'numbers.md'), 'utf8');
    expect(document).toContain('## What did not reproduce');
    expect(document).toContain('`ntkit reproduce --dataset idx');
  });

  it('reads as text when JSON is not asked for', async () => {
    const { code, stdout } = await ntkit(['report', 'run'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('20 training points');
    expect(stdout).not.toContain('\x1b');
  });

  it('is the same run another time, on other threads', async () => {
    const again = await reproduce('again', '--threads', '2', '--progress', 'none');
    expect(again.code).toBe(0);
    const cells = (run: string): string[] =>
      readFileSync(join(folder, run, 'results.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .sort();
    expect(cells('again')).toEqual(cells('run'));
  });
});

describe('a run that is resumed', () => {
  const lines = (run: string): string[] =>
    readFileSync(join(folder, run, 'results.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');

  /** The finished run as one that was stopped: some cells missing, one damaged, one torn. */
  function stopped(name: string): string[] {
    cpSync(join(folder, 'run'), join(folder, name), { recursive: true });
    const kept = lines('run').slice(0, 9);
    const damaged = (lines('run')[9] ?? '').replace('"seed":0', '"seed":1');
    const torn = (lines('run')[10] ?? '').slice(0, 40);
    writeFileSync(join(folder, name, 'results.jsonl'), [...kept, damaged, torn].join('\n'));
    const manifest = { ...(readJson('run', 'manifest.json') as object), status: 'incomplete' };
    writeFileSync(join(folder, name, 'manifest.json'), JSON.stringify(manifest));
    return kept;
  }

  it('computes what is missing alone and ends with the same cells', async () => {
    const kept = stopped('resumed');
    const { code, stderr } = await reproduce('resumed', '--progress', 'plain');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`run folder ${join(folder, 'resumed')}, resumed with 9 cells`);
    const all = lines('resumed');
    expect(all.slice(0, 9)).toEqual(kept);
    // The damaged line and the torn one stay where they are, and never count.
    expect(all).toHaveLength(lines('run').length + 2);
    expect(all.filter((line) => lines('run').includes(line)).sort()).toEqual(lines('run').sort());
    expect(readJson('resumed/manifest.json')).toMatchObject({
      status: 'complete',
      startedAt: (readJson('run/manifest.json') as { startedAt: string }).startedAt,
    });
    const table = readFileSync(join(folder, 'resumed/table1.csv'), 'utf8');
    expect(table.trimEnd().split('\r\n').sort()).toEqual(
      readFileSync(join(folder, 'run/table1.csv'), 'utf8').trimEnd().split('\r\n').sort(),
    );
  });

  it('with another config is refused with the reason and left untouched', async () => {
    stopped('other');
    const file = (name: string): string => readFileSync(join(folder, 'other', name), 'utf8');
    const before = [file('manifest.json'), file('results.jsonl')];
    const line = failureLine(await reproduce('other', '--epochs', '3', '--progress', 'none'), 1);
    expect(line).toMatch(/its own config\.epochs 2 but was asked for 3 \[ERR_STORE\]$/);
    expect([file('manifest.json'), file('results.jsonl')]).toEqual(before);
  });
});

describe('--plan', () => {
  it('lists the parts with cells, time and memory, and runs nothing', async () => {
    const before = readdirSync(folder);
    const { code, stdout } = await reproduce('planned', '--plan', '--only', 'table1,epsilon');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^idx +table1 +8 cells +< 1 s +0\.00 GiB$/m);
    expect(stdout).toMatch(/^idx +epsilon +20 cells +< 1 s +0\.00 GiB$/m);
    expect(stdout).toMatch(/^all +28 cells /m);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('prints the same as JSON', async () => {
    const plan = ['--plan', '--json', '--only', 'table1,epsilon', '--threads', '2'];
    const { code, stdout } = await reproduce('planned', ...plan);
    expect(code).toBe(0);
    const printed = JSON.parse(stdout) as {
      parts: { part: string; cells: number; cost: number; seconds: number; memory: number }[];
      cells: number;
      cost: number;
      seconds: number;
      memory: number;
      threads: number;
      flopsPerSecond: number;
    };
    const counts = Object.fromEntries(printed.parts.map(({ part, cells }) => [part, cells]));
    expect(counts).toEqual({ table1: 8, epsilon: 20 });
    const sum = printed.parts.reduce((total, { cost }) => total + cost, 0);
    expect(printed).toMatchObject({ cells: 28, threads: 2 });
    expect(printed.cost).toBeCloseTo(sum, 0);
    expect(printed.seconds).toBeCloseTo(printed.cost / printed.flopsPerSecond, 12);
    expect(printed.memory).toBe(2 * Math.max(...printed.parts.map(({ memory }) => memory)));
  });

  it('needs no data where the shape is known', async () => {
    const args = ['reproduce', '--plan', '--preset', 'paper', '--dataset', 'cifar10', '--offline'];
    const { code, stdout } = await ntkit([...args, '--only', 'figure1', '--data', folder], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cifar10 +table1 +220 cells/m);
  });
});

describe('--out', () => {
  it('of a run that is there fails and leaves it untouched', async () => {
    const before = contentOf(join(folder, 'run'));
    const line = failureLine(await reproduce('run', '--progress', 'none'), 1);
    expect(line).toMatch(/\[ERR_STORE\]$/);
    expect(contentOf(join(folder, 'run'))).toEqual(before);
  });

  it.each([
    ['a file', 'file'],
    ['a path below a file', 'file/run'],
  ])('of %s fails in one line and leaves nothing', async (_, out) => {
    writeFileSync(join(folder, 'file'), 'mine');
    const before = readdirSync(folder);
    const line = failureLine(await reproduce(out, '--progress', 'none'), 1);
    expect(line).toMatch(/file.*\[ERR_STORE\]$/);
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
  });

  // For root no folder of its own is read-only; the folder of kernel objects takes none.
  it.runIf(process.platform === 'linux')(
    'of a folder that cannot be made fails in one line',
    async () => {
      const line = failureLine(await reproduce('/sys/ntkit/run', '--progress', 'none'), 1);
      expect(line).toMatch(/\/sys\/ntkit\/run.*\[ERR_STORE\]$/);
    },
  );
});

describe('sizes that the data does not have', () => {
  it('are refused before a run is begun', async () => {
    const before = readdirSync(folder);
    const { code, stderr } = await reproduce('too-large', '--train', '61', '--progress', 'none');
    expect(code).toBe(2);
    expect(stderr).toMatch(/train/);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a run that is interrupted', () => {
  /** A run that would take for ever gets a signal when its first cell has been stored. */
  async function interrupted(out: string, signal: NodeJS.Signals): Promise<Ended> {
    const sizes = ['--train', '20', '--test', '10', '--widths', '4', '--epochs', '10000000'];
    const args = ['reproduce', '--dataset', 'idx', '--data', data, ...sizes, '--out', out];
    return ntkit([...args, '--progress', 'plain'], {
      cwd: folder,
      interrupt: { signal, after: 'spectrum, seed 0' },
    });
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130, marked and reported as incomplete',
    async (signal) => {
      const run = `stopped-by-${signal}`;
      const { code, stderr } = await interrupted(run, signal);
      expect(code).toBe(130);
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
      expect(stderr).toContain(`incomplete: what was finished is in ${join(folder, run)}`);
      expect(readJson(run, 'manifest.json')).toMatchObject({ status: 'incomplete' });
      expect(readFileSync(join(folder, run, 'report.html'), 'utf8')).toContain('did not finish');
      const report = await ntkit(['report', run], { cwd: folder });
      expect(report.code).toBe(0);
      expect(report.stdout).toMatch(/did not finish.*idx spectrum [1-8] of 16 cells/);
    },
  );

  it('by SIGKILL is known as incomplete to whoever reads it', async () => {
    const { signal } = await interrupted('killed', 'SIGKILL');
    expect(signal).toBe('SIGKILL');
    const report = await ntkit(['report', 'killed', '--json'], { cwd: folder });
    const { status, cells } = JSON.parse(report.stdout) as RunRecord;
    expect(status).toBe('incomplete');
    expect(cells.map(({ kind }) => kind)).toContain('spectrum');
    expect(new Set(cells.map(({ part }) => part))).toEqual(new Set(['spectrum']));
  });
});
