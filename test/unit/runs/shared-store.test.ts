import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Claims } from '../../../src/runs/claims.js';
import type { RunDescription } from '../../../src/runs/manifest.js';
import { processState, thisProcess } from '../../../src/runs/process-identity.js';
import { encodeCell } from '../../../src/runs/results-file.js';
import { SharedStore } from '../../../src/runs/shared-store.js';

interface Cell {
  readonly key: string;
  readonly value: number;
}

const DESCRIPTION: RunDescription = {
  kind: 'sweep',
  command: 'ntkit sweep tiny.yaml',
  startedAt: '2026-03-01T12:00:00.000Z',
  config: { width: [4, 8] },
  numerics: '1 avx2 Haswell',
  planned: [{ part: 'distance', dataset: 'toy', cells: 60 }],
  dataHashes: { images: 'ab12' },
  machine: {
    ...{ package: '0.1.0', node: '20', platform: 'linux-x64', blas: 'OpenBLAS', core: 'Haswell' },
    ...{ isa: 'avx2', threads: 2 },
  },
};

const CELLS: readonly Cell[] = Array.from({ length: 60 }, (_, i) => ({
  key: `${(i * 37) % 60}`.padStart(4, '0'),
  value: 1 / (i + 1),
}));
const KEYS = CELLS.map(({ key }) => key);
const SORTED = [...CELLS]
  .sort((a, b) => (a.key < b.key ? -1 : 1))
  .map(encodeCell)
  .join('');

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ntkit-shared-'));
  folder = join(parent, 'run');
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const open = async (at = folder, description = DESCRIPTION): Promise<SharedStore<Cell>> =>
  SharedStore.open<Cell>(at, description);
const results = (): string => readFileSync(join(folder, 'results.jsonl'), 'utf8');

async function appendAll(store: SharedStore<Cell>, cells = CELLS): Promise<void> {
  await Promise.all(cells.map(async (cell) => store.append(cell)));
}

describe('two writers', () => {
  it('share a folder: each sees the other, and the end is the same bytes', async () => {
    const [a, b] = await Promise.all([open(), open()]);
    await Promise.all([appendAll(a, CELLS.slice(0, 40)), appendAll(b, CELLS.slice(30))]);
    await a.refresh();
    expect(KEYS.every((key) => a.has(key))).toBe(true);
    expect(await Promise.all([a.complete(KEYS), b.complete(KEYS)])).toEqual([true, true]);
    expect(results()).toBe(SORTED);
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'results.jsonl']);
  });

  it('of which one asks for another config, data or numerics are refused', async () => {
    await open();
    for (const change of [{ config: { width: [4] } }, { numerics: '2' }, { dataHashes: {} }]) {
      await expect(open(folder, { ...DESCRIPTION, ...change })).rejects.toThrow(
        /Expected to resume the run in .* with its own (config|numerics|dataHashes)/,
      );
    }
  });

  it('is not complete before every cell is there', async () => {
    const store = await open();
    await appendAll(store, CELLS.slice(1));
    expect(await store.complete(KEYS)).toBe(false);
    expect(results()).not.toBe(SORTED);
  });
});

describe('damage', () => {
  it(
    '1,000 random flips and truncations: no damaged cell is used, and what is left is recomputed',
    { timeout: 600_000 },
    async () => {
      let state = 5;
      const random = (below: number): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const values = new Map(CELLS.map(({ key, value }) => [key, value]));
      let lost = 0;
      const store = await open();
      await appendAll(store, CELLS.slice(0, 20));
      const whole = readFileSync(join(folder, 'results.jsonl'));
      for (let round = 0; round < 1000; round++) {
        const bytes = Buffer.from(whole);
        const at = random(bytes.length);
        if (round % 2 === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        const damaged = round % 2 === 0 ? bytes : bytes.subarray(0, at);
        writeFileSync(join(folder, 'results.jsonl'), damaged);
        const again = await open();
        for (const { key, value } of again.cells()) expect(value).toBe(values.get(key));
        lost += 20 - again.cells().length;
        if (round % 50 > 0) continue;
        await appendAll(
          again,
          CELLS.filter(({ key }) => !again.has(key)),
        );
        expect(await again.complete(KEYS)).toBe(true);
        expect(results()).toBe(SORTED);
      }
      expect(lost).toBeGreaterThan(1000);
    },
  );
});

describe('disks', () => {
  const root = process.getuid?.() === 0;
  const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;

  it.runIf(root)('a full small tmpfs loses nothing that was stored', async () => {
    mkdirSync(folder);
    if (!mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder)) {
      console.warn('NOT RUN: this container may not mount a tmpfs');
      return;
    }
    try {
      const store = await open();
      const stored: string[] = [];
      const big = (key: string): Cell & { text: string } => ({
        key,
        value: 1,
        text: 'x'.repeat(5000),
      });
      const failure = await (async (): Promise<unknown> => {
        for (const { key } of CELLS) {
          try {
            await store.append(big(key));
          } catch (error) {
            return error;
          }
          stored.push(key);
        }
        return undefined;
      })();
      expect(failure).toMatchObject({
        code: 'ERR_STORE',
        message: expect.stringMatching(/Cannot append/) as unknown,
      });
      expect(stored.length).toBeGreaterThan(5);
      expect(mount('-o', 'remount,size=1m', folder)).toBe(true);
      const again = await open();
      expect(again.cells().map(({ key }) => key)).toEqual(stored.sort());
      await appendAll(
        again,
        CELLS.filter(({ key }) => !again.has(key)).map(({ key }) => big(key)),
      );
      expect(await again.complete(KEYS)).toBe(true);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it.runIf(root)('a read-only mount is refused in one line, and can be read', async () => {
    const store = await open();
    await appendAll(store, CELLS.slice(0, 3));
    if (!mount('--bind', folder, folder)) {
      console.warn('NOT RUN: this container may not mount');
      return;
    }
    try {
      expect(mount('-o', 'remount,ro,bind', folder)).toBe(true);
      const again = await open();
      expect(again.cells()).toHaveLength(3);
      const refused = { code: 'ERR_STORE', message: expect.stringMatching(/read-only/) as unknown };
      await expect(again.claims.take('ab')).rejects.toMatchObject(refused);
      await expect(again.append({ key: '9', value: 1 })).rejects.toMatchObject(refused);
      await expect(open(join(folder, 'new'))).rejects.toMatchObject(refused);
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('claims', () => {
  it('are taken by one of many at once, and again after release', async () => {
    const many = Array.from({ length: 8 }, () => new Claims(parent));
    const taken = await Promise.all(many.map(async (claims) => claims.take('ab')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const owner = many[taken.indexOf(true)];
    expect(await owner?.take('ab')).toBe(true);
    await owner?.release('ab');
    expect(await many[3]?.take('ab')).toBe(true);
  });

  it.each([
    ['a process that has ended', { pid: 2 ** 22 + 1 }],
    ['a pid that was given again', { started: '1' }],
    ['a machine that was started again', { boot: 'earlier' }],
  ])('of %s are outbid, by one', async (_, change) => {
    const claims = join(parent, 'claims');
    mkdirSync(claims);
    const dead = { ...thisProcess(), ...change };
    expect(processState(dead, thisProcess())).toBe('gone');
    writeFileSync(join(claims, 'ab.0'), JSON.stringify(dead));
    const many = Array.from({ length: 8 }, () => new Claims(parent));
    const taken = await Promise.all(many.map(async (one) => one.take('ab')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    await many[taken.indexOf(true)]?.release('ab');
    expect(await many[0]?.take('ab')).toBe(true);
    await Promise.all(many.map(async (one) => one.releaseAll()));
    // Nobody removes what is not his: it goes when the run is complete.
    expect(readdirSync(claims)).toEqual(['ab.0']);
  });

  it.each([
    ['this one', 0],
    ['a year earlier', -1],
    ['a year later', 1],
  ])('of a machine whose clock says %s hold until it was silent for minutes', async (_, years) => {
    const claims = join(parent, 'claims');
    mkdirSync(claims);
    const claim = join(claims, 'ab.0');
    writeFileSync(claim, JSON.stringify({ ...thisProcess(), host: 'elsewhere' }));
    const beat = (minute: number): void => {
      const there = Date.now() / 1000 + 60 * minute + years * 365 * 86_400;
      utimesSync(claim, there, there);
    };
    beat(0);
    let now = 0;
    const observer = new Claims(parent, () => now);
    expect(await observer.take('ab')).toBe(false);
    now = 299_000;
    beat(5);
    expect(await observer.take('ab')).toBe(false);
    now = 598_000;
    expect(await observer.take('ab')).toBe(false);
    now = 600_000;
    expect(await observer.take('ab')).toBe(true);
  });
});
