/** A long training whose process is killed or stopped in its middle: what was saved is not computed again. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Checkpoints } from '../../src/runs/checkpoints.js';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { pause, randomFrom, start } from '../support/kills.js';

const CLI = join(ROOT, 'dist/cli/main.js');
const PROGRAM = join(import.meta.dirname, 'children/saved-training.mjs');
const KILLS = repeat(4, 50);

/** One cell whose training takes seconds, two that share its network. */
const CONFIG = {
  measure: ['distance', 'flips'],
  data: {
    name: 'toy',
    synthetic: { points: 300, inputs: 20, classes: 3, decay: 'power', rate: 1 },
  },
  ...{ n: 200, test: 50, width: 256, epochs: 2000, batch: 20, attack: ['fgsm', 'pgd'] },
};
/** Never before it is time, and after each epoch. */
const [NEVER, SOON] = ['1000', '0.05'];

let folder: string;
let uninterrupted: string;

const resultsOf = (run: string): string => readFileSync(join(run, 'results.jsonl'), 'utf8');

/** Cells are stored as they end, and put in order when all have. */
const sortedLines = (text: string): string => text.split('\n').toSorted().join('\n');

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-training-kills-'));
  const { ended, log } = trainInto(join(folder, 'reference'), NEVER);
  expect(await ended, readFileSync(log, 'utf8')).toBe(0);
  expect(callsIn(log)).toEqual([[0, CONFIG.epochs]]);
  uninterrupted = resultsOf(join(folder, 'reference'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let logs = 0;

function trainInto(
  run: string,
  seconds: string,
): ReturnType<typeof start> & { readonly log: string } {
  const log = join(folder, `log-${logs++}`);
  return { log, ...start([PROGRAM, run, JSON.stringify(CONFIG), seconds], log) };
}

/** Epochs before and after each call of a training that returned. */
function callsIn(log: string): [before: number, after: number][] {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number) as [number, number]);
}

/** Waits for the first of them, which is the first to be saved. */
async function firstCallIn(log: string): Promise<void> {
  for (let look = 0; look < 1000 && callsIn(log).length === 0; look++) await pause(10);
}

const saved = (run: string): string[] => {
  const at = join(run, 'checkpoints');
  return existsSync(at) ? readdirSync(at).filter((name) => !name.endsWith('.part')) : [];
};

/** The epochs that a run's one checkpoint has behind it; 0 without. */
async function savedEpochs(run: string): Promise<number> {
  const [name] = saved(run);
  if (name === undefined) return 0;
  const [losses] = (await new Checkpoints(run).read(name)) ?? [];
  return (losses?.length ?? 0) / 8;
}

describe('kill -9 in the middle of a training', () => {
  it('costs what was not saved, and no bit', { timeout: 1_800_000 }, async () => {
    const random = randomFrom(3);
    let kills = 0;
    let spared = 0;
    for (let round = 0; kills < KILLS; round++) {
      const run = join(folder, `run-${round}`);
      let stored = false;
      for (let behind = 0; ;) {
        const { child, ended, log } = trainInto(run, kills < KILLS ? SOON : NEVER);
        if (kills < KILLS) {
          await Promise.race([ended, firstCallIn(log).then(async () => pause(300 * random()))]);
          child.kill('SIGKILL');
        }
        const code = await ended;
        const calls = callsIn(log);
        // It goes on where the one before was last saved, and no epoch is computed twice by one process.
        calls.forEach(([before], i) => {
          expect(before).toBe(calls[i - 1]?.[1] ?? behind);
        });
        if (code === 0) {
          if (!stored) expect(calls.at(-1)?.[1] ?? behind).toBe(CONFIG.epochs);
          break;
        }
        kills++;
        // Results that are stored need their training no more.
        stored = sortedLines(resultsOf(run)) === sortedLines(uninterrupted);
        if (stored) continue;
        const after = await savedEpochs(run);
        expect(after).toBeGreaterThanOrEqual(behind);
        expect(after === behind || calls.some(([, end]) => end === after)).toBe(true);
        if (after > 0) spared++;
        behind = after;
      }
      expect(resultsOf(run)).toBe(uninterrupted);
      expect(existsSync(join(run, 'checkpoints'))).toBe(false);
    }
    expect(spared).toBeGreaterThan(0);
    reportFigure('training-kills', kills, `${spared} times with epochs that were saved`);
  });
});

describe('Ctrl-C once', () => {
  it('saves a training of hours and stops; the same command goes on with it', async () => {
    const run = join(folder, 'hours');
    const config = join(folder, 'hours.json');
    writeFileSync(config, JSON.stringify({ ...CONFIG, epochs: 2 ** 24 }));
    let behind = 0;
    for (let turn = 0; turn < 2; turn++) {
      const args = [CLI, 'sweep', config, '--out', run, '--progress', 'none'];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
      await Promise.race([closed, claimed(run).then(async () => pause(300))]);
      child.kill('SIGINT');
      expect(await closed, stderr).toBe(130);
      expect(stderr).toContain('0 of 3 cells');
      expect(stderr).toContain('incomplete: the same command goes on with it');
      const after = await savedEpochs(run);
      expect(after).toBeGreaterThan(behind);
      behind = after;
    }
    expect(resultsOf(run)).toBe('');
  });
});

/** Waits until a process has claimed cells of a run. */
async function claimed(run: string): Promise<void> {
  const claims = join(run, 'claims');
  const isClaimed = (): boolean =>
    existsSync(claims) && readdirSync(claims).some((name) => !name.endsWith('.owner'));
  for (let look = 0; look < 500 && !isClaimed(); look++) await pause(20);
}
