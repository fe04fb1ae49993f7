import { spawnSync } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDescription } from '../../../src/runs/manifest.js';
import { readRun } from '../../../src/runs/read-run.js';
import { createRun, holdsRun, resumeRun, type RunStore } from '../../../src/runs/run-folder.js';

interface Cell {
  readonly seed: number;
  readonly value: number;
}

const DESCRIPTION: RunDescription = {
  command: 'ntkit reproduce --preset tiny',
  startedAt: '2026-03-01T12:00:00.000Z',
  config: { widths: [4, 8] },
  numerics: '1 avx2 Haswell',
  planned: [{ part: 'table1', dataset: 'mnist', cells: 2 }],
  dataHashes: { images: 'ab12' },
  machine: {
    package: '0.1.0',
    node: 'v20.20.2',
    platform: 'linux-x64',
    blas: 'OpenBLAS 0.3',
    core: 'Haswell',
    isa: 'avx2',
    threads: 2,
  },
};

const CELLS: readonly Cell[] = [
  { seed: 0, value: 0.1 },
  { seed: 1, value: 1 / 3 },
  { seed: 2, value: -1e-300 },
];

let parent: string;
let folder: string;
let results: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ntkit-'));
  folder = join(parent, 'runs', 'first');
  results = join(folder, 'results.jsonl');
});

afterEach(async () => {
  await rm(parent, { recursive: true });
});

async function runWith(cells: readonly Cell[]): Promise<RunStore<Cell>> {
  const store = await createRun<Cell>(folder, DESCRIPTION);
  for (const cell of cells) await store.append(cell);
  return store;
}

function storeError(message: RegExp): unknown {
  return expect.objectContaining({
    name: 'NtkitError',
    code: 'ERR_STORE',
    message: expect.stringMatching(message) as unknown,
  });
}

/** Rewrites the manifest as if another process had written it. */
async function changeManifest(changes: Record<string, unknown>): Promise<void> {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...manifest, ...changes }));
}

describe('createRun', () => {
  it('writes what is known of the run before any cell', async () => {
    await createRun(folder, DESCRIPTION);
    const run = await readRun(folder);
    expect(run).toMatchObject({ status: 'running', cells: [], damaged: [] });
    expect(run.manifest).toMatchObject({ ...DESCRIPTION, status: 'running', pid: process.pid });
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'results.jsonl']);
  });

  it.each(['manifest.json', 'results.jsonl'])('refuses a folder with a %s', async (file) => {
    await createRun(folder, DESCRIPTION);
    await rm(join(folder, file === 'manifest.json' ? 'results.jsonl' : 'manifest.json'));
    await expect(createRun(folder, DESCRIPTION)).rejects.toThrow(
      storeError(new RegExp(`without a run but ${folder} has ${join(folder, file)}$`)),
    );
  });

  it('gives a folder to one of several that ask at once', async () => {
    const asked = Array.from({ length: 8 }, async () => createRun(folder, DESCRIPTION));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual(
      Array(7).fill(storeError(/without a run/)),
    );
    expect((await readRun(folder)).status).toBe('running');
  });

  it('leaves nothing behind when the folder cannot be made', async () => {
    await expect(createRun(join(folder, 'x'.repeat(300)), DESCRIPTION)).rejects.toThrow(
      storeError(/Cannot create a run in .*ENAMETOOLONG/),
    );
    expect(await readdir(parent)).toEqual([]);
  });

  it('refuses a path through a file', async () => {
    await writeFile(join(parent, 'file'), 'content');
    await expect(createRun(join(parent, 'file', 'run'), DESCRIPTION)).rejects.toThrow(
      storeError(/ENOTDIR/),
    );
    expect(await readdir(parent)).toEqual(['file']);
  });

  it('refuses a folder that cannot be written, even by root', async () => {
    await expect(createRun('/proc', DESCRIPTION)).rejects.toThrow(
      storeError(/Cannot create a run/),
    );
  });

  it('leaves nothing behind when the config cannot be stored', async () => {
    const description = { ...DESCRIPTION, config: { eps: NaN } };
    await expect(createRun(folder, description)).rejects.toThrow(
      storeError(/manifest\.config\.eps but received NaN/),
    );
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('RunStore', () => {
  it('stores cells that read back the same, in order', async () => {
    await runWith(CELLS);
    expect((await readRun(folder)).cells).toEqual(CELLS);
  });

  it('writes one line a cell with the SHA-256 of its canonical JSON', async () => {
    const store = await createRun<Record<string, number>>(folder, DESCRIPTION);
    await store.append({ b: 2, a: 1 });
    expect(await readFile(results, 'utf8')).toBe(
      '{"sha256":"43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777","cell":{"a":1,"b":2}}\n',
    );
  });

  it('keeps cells apart that are appended at once', async () => {
    const store = await createRun<Cell>(folder, DESCRIPTION);
    const cells = Array.from({ length: 50 }, (_, seed) => ({ seed, value: seed / 7 }));
    await Promise.all(cells.map(async (cell) => store.append(cell)));
    expect((await readRun(folder)).cells).toEqual(cells);
  });

  it.each([NaN, Infinity])('refuses %d and writes nothing', async (value) => {
    const store = await runWith([]);
    await expect(store.append({ seed: 0, value })).rejects.toThrow(storeError(/for cell\.value/));
    expect((await stat(results)).size).toBe(0);
  });

  it('goes on after a refused cell', async () => {
    const store = await runWith([]);
    await expect(store.append({ seed: 0, value: NaN })).rejects.toThrow();
    await store.append({ seed: 1, value: 1 });
    expect((await readRun(folder)).cells).toEqual([{ seed: 1, value: 1 }]);
  });

  it('refuses to begin again when the results have vanished', async () => {
    const store = await runWith(CELLS);
    await rm(results);
    await expect(store.append({ seed: 3, value: 0 })).rejects.toThrow(storeError(/Cannot append/));
    expect(await readdir(folder)).toEqual(['manifest.json']);
  });

  it('goes on after a failed write', async () => {
    const store = await runWith([]);
    await rm(results);
    await expect(store.append({ seed: 0, value: 0 })).rejects.toThrow(storeError(/Cannot append/));
    await writeFile(results, '');
    await store.append({ seed: 1, value: 1 });
    expect((await readRun(folder)).cells).toEqual([{ seed: 1, value: 1 }]);
  });

  it('records how the run ended', async () => {
    const store = await runWith(CELLS);
    const timing = { stages: [{ stage: 'train', seconds: 2 }], totalSeconds: 3 };
    await store.setStatus('complete', timing);
    const { status, manifest } = await readRun(folder);
    expect(status).toBe('complete');
    expect(manifest).toMatchObject({ ...DESCRIPTION, status: 'complete', timing });
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'results.jsonl']);
  });

  it('ends a torn line once before it appends the next', async () => {
    const store = await runWith(CELLS);
    await truncate(results, (await stat(results)).size - 10);
    const later = [3, 4, 5, 6].map((seed) => ({ seed, value: seed }));
    await Promise.all(later.map(async (cell) => store.append(cell)));
    const { cells, damaged } = await readRun(folder);
    expect(cells).toEqual([CELLS[0], CELLS[1], ...later]);
    expect(damaged).toMatchObject([{ line: 3, reason: 'not JSON' }]);
  });
});

describe('readRun', () => {
  it('returns damaged lines apart and copies them to the quarantine', async () => {
    await runWith(CELLS);
    const text = await readFile(results, 'utf8');
    const damagedText = text
      .replace('"seed":1', '"seed":7')
      .replace('"value":-1e-300', '"value":1e999');
    await writeFile(results, `${damagedText}[1]\n`);
    const { cells, damaged } = await readRun(folder);
    expect(cells).toEqual([CELLS[0]]);
    expect(damaged.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'the cell does not match its sha256'],
      [3, expect.any(String)],
      [4, 'no sha256 and cell'],
    ]);
    const lines = `${damagedText}[1]\n`.split('\n');
    const quarantine = join(folder, 'results.damaged.jsonl');
    expect(await readFile(quarantine, 'utf8')).toBe(lines.slice(1).join('\n'));
    expect(await readFile(results, 'utf8')).toBe(`${damagedText}[1]\n`);
  });

  it('quarantines the same lines once, however often they are read', async () => {
    await runWith(CELLS);
    await appendFile(results, 'torn\n');
    await readRun(folder);
    await readRun(folder);
    expect(await readFile(join(folder, 'results.damaged.jsonl'), 'utf8')).toBe('torn\n');
  });

  it('takes a line without end for one being written while the run goes on', async () => {
    const store = await runWith(CELLS);
    await appendFile(results, '{"sha256":"0');
    expect(await readRun(folder)).toMatchObject({ cells: CELLS, damaged: [] });
    await store.setStatus('incomplete');
    expect((await readRun(folder)).damaged).toMatchObject([{ line: 4, reason: 'not JSON' }]);
  });

  it('keeps a last cell that lost only the end of its line', async () => {
    const store = await runWith(CELLS);
    await store.setStatus('complete');
    await truncate(results, (await stat(results)).size - 1);
    expect((await readRun(folder)).cells).toEqual(CELLS);
  });

  it('never uses what random damage leaves', async () => {
    const store = await runWith(CELLS);
    await store.setStatus('complete');
    const intact = await readFile(results);
    const damage = fc.record({ at: fc.nat(intact.length - 1), bit: fc.nat(7), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, bit, cut }) => {
        const bytes = Buffer.from(cut ? intact.subarray(0, at) : intact);
        if (!cut) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        await writeFile(results, bytes);
        const { cells } = await readRun(folder);
        for (const cell of cells) expect(CELLS).toContainEqual(cell);
        // One flipped bit spoils at most its own line, or two that it joins.
        if (!cut) expect(cells.length).toBeGreaterThanOrEqual(CELLS.length - 2);
      }),
      { numRuns: 200 },
    );
  });

  it('calls a run incomplete whose process is gone', async () => {
    await runWith(CELLS);
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    await changeManifest({ pid });
    expect(await readRun(folder)).toMatchObject({ status: 'incomplete', cells: CELLS });
  });

  it('cannot tell of a process on another machine', async () => {
    await runWith(CELLS);
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    await changeManifest({ pid, host: 'elsewhere.invalid' });
    expect((await readRun(folder)).status).toBe('running');
  });

  it.each([
    ['another format', { format: 2 }, /format: /],
    ['a status that is none', { status: 'done' }, /status: /],
    ['no machine', { machine: null }, /machine: /],
  ])('refuses a manifest with %s', async (_, changes, message) => {
    await runWith(CELLS);
    await changeManifest(changes);
    await expect(readRun(folder)).rejects.toThrow(storeError(message));
  });

  it('refuses a folder without a run', async () => {
    await expect(readRun(parent)).rejects.toThrow(storeError(/manifest.*ENOENT/));
  });
});

describe('resumeRun', () => {
  const timing = { stages: [{ stage: 'training', seconds: 3 }], totalSeconds: 4 };

  it('goes on with the cells that are there, under its first command', async () => {
    expect(await holdsRun(folder)).toBe(false);
    const first = await runWith(CELLS.slice(0, 2));
    await first.setStatus('incomplete', timing);
    expect(await holdsRun(folder)).toBe(true);
    const later = { ...DESCRIPTION, command: 'ntkit again', startedAt: '2027-01-01T00:00:00.000Z' };
    const { store, cells, timing: earlier } = await resumeRun<Cell>(folder, later);
    expect(cells).toEqual(CELLS.slice(0, 2));
    expect(earlier).toEqual(timing);
    expect(await readRun(folder)).toMatchObject({
      status: 'running',
      manifest: { command: DESCRIPTION.command, startedAt: DESCRIPTION.startedAt, timing },
    });
    await store.append({ seed: 2, value: 5 });
    await store.setStatus('complete');
    expect((await readRun(folder)).cells).toEqual([...CELLS.slice(0, 2), { seed: 2, value: 5 }]);
  });

  it('never uses a line that is torn', async () => {
    const first = await runWith(CELLS);
    await first.setStatus('incomplete');
    const { size } = await stat(results);
    await truncate(results, size - 5);
    const { cells, damaged, store } = await resumeRun<Cell>(folder, DESCRIPTION);
    expect(cells).toEqual(CELLS.slice(0, 2));
    expect(damaged).toHaveLength(1);
    await store.append({ seed: 9, value: 9 });
    expect((await readRun(folder)).cells).toEqual([...CELLS.slice(0, 2), { seed: 9, value: 9 }]);
  });

  it.each([
    [
      'config',
      { config: { widths: [4, 16] } },
      /config\.widths \[4,8\] but was asked for \[4,16\]/,
    ],
    ['more config', { config: { widths: [4, 8], n: 1 } }, /config\.n none but was asked for 1/],
    ['data', { dataHashes: { images: 'cd34' } }, /dataHashes\.images "ab12" but .* "cd34"/],
    [
      'numerics',
      { numerics: '2 avx2 Haswell' },
      /numerics "1 avx2 Haswell" but .* "2 avx2 Haswell"/,
    ],
  ])('refuses another %s', async (_, changes, message) => {
    const store = await runWith(CELLS);
    await store.setStatus('incomplete');
    await expect(resumeRun(folder, { ...DESCRIPTION, ...changes })).rejects.toThrow(
      storeError(message),
    );
    expect((await readRun(folder)).status).toBe('incomplete');
  });

  it('refuses a run that is complete, and one that is still written', async () => {
    const store = await runWith(CELLS);
    await expect(resumeRun(folder, DESCRIPTION)).rejects.toThrow(
      storeError(/has one that process \d+ writes$/),
    );
    await store.setStatus('complete');
    await expect(resumeRun(folder, DESCRIPTION)).rejects.toThrow(storeError(/has a complete one$/));
  });
});
