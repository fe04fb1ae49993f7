/** Sweeps whose processes are killed with -9 at random points end, after resume, with the bytes of one that was not. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { reportFigure } from '../support/figures.js';
import { KILLS, pause, randomFrom, start, type Spawned } from '../support/kills.js';
import { TestRedis, hasRedis } from '../support/redis.js';

const CONFIG = {
  measure: ['spectrum', 'kernel', 'distance', 'flips'],
  data: {
    name: 'toy',
    synthetic: { points: 100, inputs: 12, classes: 3, decay: 'power', rate: 1 },
  },
  ...{ n: 48, test: 16, width: '8..32 x2', seed: '0..3', model: ['relu', 'attention'] },
  ...{ epochs: 4, batch: 16, attack: ['fgsm', 'pgd'] },
};
const CELLS = 4 + 8 + 24 + 48;
const PROGRAM = join(import.meta.dirname, 'children/sweep.mjs');
const CLI = join(ROOT, 'dist/cli/main.js');

let folder: string;
let log: string;
let uninterrupted: string;
let milliseconds: number;

const resultsOf = (run: string): string => readFileSync(join(run, 'results.jsonl'), 'utf8');

function sweepInto(run: string): Spawned {
  return start([PROGRAM, run, JSON.stringify(CONFIG)], log);
}

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-kills-'));
  log = join(folder, 'log');
  const startedAt = performance.now();
  expect(await sweepInto(join(folder, 'reference')).ended, readFileSync(log, 'utf8')).toBe(0);
  milliseconds = performance.now() - startedAt;
  uninterrupted = resultsOf(join(folder, 'reference'));
  expect(uninterrupted.split('\n')).toHaveLength(CELLS + 1);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('kill -9', () => {
  it('of one or two local processes', { timeout: 3_600_000 }, async () => {
    const random = randomFrom(1);
    let kills = 0;
    let interrupted = 0;
    for (let round = 0; kills < KILLS; round++) {
      const run = join(folder, `local-${round}`);
      const together = 1 + (round % 2);
      for (let done = false; !done;) {
        const processes = Array.from({ length: together }, () => sweepInto(run));
        const delay = random() * milliseconds;
        const endings = processes.map(async ({ child, ended }, i) => {
          const timer = setTimeout(() => child.kill('SIGKILL'), delay * (1 + i / 3));
          const code = await ended;
          clearTimeout(timer);
          if (code === null) kills++;
          return code;
        });
        const codes = await Promise.all(endings);
        expect(
          codes.every((code) => code === 0 || code === null),
          readFileSync(log, 'utf8'),
        ).toBe(true);
        done = codes.includes(0) || kills >= KILLS;
        if (!codes.includes(0)) interrupted++;
      }
      expect(await sweepInto(run).ended).toBe(0);
      expect(resultsOf(run)).toBe(uninterrupted);
    }
    expect(interrupted).toBeGreaterThan(0);
    reportFigure('sweep-kills', kills, `${interrupted} times every process of a sweep`);
  });

  it.runIf(hasRedis)('of two workers and of who submits', { timeout: 3_600_000 }, async () => {
    const redis = await TestRedis.start();
    const random = randomFrom(2);
    const worker = (): Spawned => start([CLI, 'worker', '--redis', redis.url, '--lock', '1'], log);
    const workers = [worker(), worker()];
    let kills = 0;
    let sweeps = 0;
    try {
      while (kills < KILLS) {
        const run = join(folder, `queue-${sweeps}`);
        const config = join(ROOT, 'test/lifecycle/children/kills.json');
        const submit = (): Spawned =>
          start(
            [CLI, 'sweep', config, '--out', run, '--queue', redis.url, '--progress', 'none'],
            log,
          );
        let submitter = submit();
        for (let code: number | null = null; code !== 0;) {
          code = await Promise.race([
            submitter.ended,
            pause(random() * milliseconds).then(() => -1),
          ]);
          if (code === -1 && kills < KILLS) {
            kills++;
            const victim = Math.floor(random() * 3);
            const { child, ended } = workers[victim] ?? submitter;
            child.kill('SIGKILL');
            await ended;
            if (victim < 2) workers[victim] = worker();
            else submitter = submit();
          } else if (code === 1 || code === null) {
            // Failed cells, of jobs whose workers died too often: the same command tries them again.
            submitter = submit();
          } else {
            expect(code, readFileSync(log, 'utf8')).toBeLessThan(1);
          }
        }
        expect(resultsOf(run)).toBe(uninterrupted);
        redis.clear();
        sweeps++;
      }
      reportFigure('worker-kills', kills, `in ${sweeps} sweeps`);
    } finally {
      for (const { child } of workers) child.kill('SIGKILL');
      await redis.end();
    }
  });
});
