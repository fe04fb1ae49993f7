/** A Redis that is started again in the middle of a sweep, or is not there at all. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { runNode } from '../support/child.js';
import { pause, start, type Spawned } from '../support/kills.js';
import { TestRedis, hasRedis } from '../support/redis.js';

const CLI = join(ROOT, 'dist/cli/main.js');
const CHILDREN = join(import.meta.dirname, 'children');

let folder: string;
let config: string;
let uninterrupted: string;

/** The sweep that is killed elsewhere, of more seeds: the fastest machine has jobs left when the first result comes. */
function writeConfig(file: string): void {
  const short = JSON.parse(readFileSync(join(CHILDREN, 'kills.json'), 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...short, seed: '0..31' }));
}

const linesOf = (text: string): number => text.split('\n').length - 1;
const textOf = (...parts: string[]): string => readFileSync(join(folder, ...parts), 'utf8');

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-redis-restart-'));
  config = join(folder, 'sweep.json');
  writeConfig(config);
  const program = join(CHILDREN, 'sweep.mjs');
  const { code, stderr } = await runNode(program, [
    join(folder, 'reference'),
    readFileSync(config, 'utf8'),
  ]);
  expect(code, stderr).toBe(0);
  uninterrupted = textOf('reference', 'results.jsonl');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(hasRedis)('Redis started again in the middle of a sweep', () => {
  it.each([
    ['with what it had', true],
    ['without: who submitted submits again what was lost', false],
  ])('%s', { timeout: 180_000 }, async (_, keeps) => {
    const redis = await TestRedis.start({ keeps });
    const name = keeps ? 'kept' : 'lost';
    const log = (whose: string): string => join(folder, `${name}-${whose}.log`);
    const worker = (i: number): Spawned =>
      start([CLI, 'worker', '--redis', redis.url, '--lock', '2'], log(`worker-${i}`));
    const workers = [worker(0), worker(1)];
    try {
      const run = join(folder, name);
      const submitter = start(
        [CLI, 'sweep', config, '--progress', 'none', '--out', run, '--queue', redis.url],
        log('submitter'),
      );
      const hasEnded = submitter.ended.then(() => true);
      // Some results have come and others have not.
      const results = (): number => linesOf(textOf(name, 'results.jsonl'));
      while (!existsSync(join(run, 'results.jsonl')) || results() === 0) {
        expect(await Promise.race([hasEnded, pause(20).then(() => false)])).toBe(false);
      }
      expect(results()).toBeLessThan(linesOf(uninterrupted));
      await redis.down();
      await pause(1500);
      await redis.up();
      expect(await submitter.ended, textOf(`${name}-submitter.log`)).toBe(0);
      expect(textOf(name, 'results.jsonl')).toBe(uninterrupted);
      for (const i of [0, 1]) {
        const said = textOf(`${name}-worker-${i}.log`);
        expect(said).not.toMatch(/Missing|moveTo|\bat .*:\d+:\d+/);
        expect(said).toMatch(/job \w+: \d+ cells, 0 failed/);
      }
    } finally {
      for (const { child } of workers) child.kill('SIGTERM');
      await Promise.all(workers.map(async ({ ended }) => ended));
      await redis.end();
    }
  });
});

describe('a Redis that is not there', () => {
  it.each([['worker'], ['queue status'], ['queue drain']])(
    'ends %s with one line and code 1',
    async (command) => {
      const args = [...command.split(' '), '--redis', 'redis://127.0.0.1:1'];
      const { code, stdout, stderr } = await runNode(CLI, args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe(
        'ntkit: Cannot reach Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 [ERR_QUEUE]\n',
      );
    },
  );
});
