/** Ctrl-C on a sweep, once, twice and too late, and the report of one that runs. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { endOf, runNode } from '../support/child.js';
import { pause } from '../support/kills.js';

const CLI = join(ROOT, 'dist/cli/main.js');
const CELLS = 4;

/** Cells of a second or more, one after another, so that signals can come in the middle of one. */
const CONFIG = {
  measure: 'distance',
  data: {
    name: 'toy',
    synthetic: { points: 400, inputs: 20, classes: 3, decay: 'power', rate: 1 },
  },
  ...{ n: 200, test: 50, width: 256, seed: `0..${CELLS - 1}`, epochs: 6000, batch: 20 },
};

/** From the end of a cell to the middle of the next, which a busy machine does not start at once. */
const INTO_CELL_MS = 300;

let folder: string;
let config: string;
let uninterrupted: string;

const resultsOf = (run: string): string => readFileSync(join(run, 'results.jsonl'), 'utf8');
const countOf = (run: string): number => resultsOf(run).split('\n').length - 1;
const argumentsFor = (run: string): string[] => [
  ...['sweep', config, '--out', run, '--threads', '1', '--progress', 'json'],
];

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-interrupt-'));
  config = join(folder, 'sweep.json');
  writeFileSync(config, JSON.stringify(CONFIG));
  const run = join(folder, 'reference');
  const { code, stderr } = await runNode(CLI, argumentsFor(run));
  expect(code, stderr).toBe(0);
  uninterrupted = resultsOf(run);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Interrupted {
  readonly code: number | null;
  readonly stderr: string;
  /** Cells that were finished after the first signal. */
  readonly after: number;
}

/** Runs the sweep and sends so many SIGINTs in the middle of its third cell. */
async function interrupted(run: string, signals: number): Promise<Interrupted> {
  const child = spawn(process.execPath, [CLI, ...argumentsFor(run)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const finished = (): number => stderr.split('"finished":"distance').length - 1;
  let stderr = '';
  let before = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (before > 0 || finished() < 2) return;
    before = finished();
    for (let i = 0; i < signals; i++) {
      setTimeout(() => child.kill('SIGINT'), INTO_CELL_MS + 30 * i);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr, after: finished() - before };
}

async function resumed(run: string): Promise<void> {
  const { code, stderr } = await runNode(CLI, argumentsFor(run));
  expect(code, stderr).toBe(0);
  expect(resultsOf(run)).toBe(uninterrupted);
}

describe('Ctrl-C', () => {
  it('once finishes the cells in hand and starts no other', async () => {
    const run = join(folder, 'once');
    const { code, stderr, after } = await interrupted(run, 1);
    expect(code, stderr).toBe(130);
    expect(after).toBe(1);
    expect(countOf(run)).toBe(3);
    expect(stderr).toContain('incomplete: the same command goes on with it');
    await resumed(run);
  });

  it('twice stops now', async () => {
    const run = join(folder, 'twice');
    const { code, stderr, after } = await interrupted(run, 2);
    expect(code, stderr).toBe(130);
    expect(after).toBe(0);
    expect(countOf(run)).toBe(2);
    expect(stderr).toContain('[ERR_ABORTED]');
    await resumed(run);
  });
});

describe('a signal that comes while an interrupted process ends', () => {
  const CHILD = join(ROOT, 'test/lifecycle/children/end-slowly.mjs');

  // What listens for the second signal stops `work` no more: it has ended.
  it.each([
    ['drainable', 7],
    ['interruptible', 130],
  ])('leaves it an exit code (%s)', async (kind, expected) => {
    const child = spawn(process.execPath, [CHILD, kind], { stdio: ['ignore', 'pipe', 'pipe'] });
    const sent = new Set<string>();
    child.stderr.on('data', (text: Buffer) => {
      for (const line of text.toString().trim().split('\n')) {
        sent.add(line);
        child.kill('SIGINT');
      }
    });
    const { code, signal } = await endOf(child);
    expect([...sent]).toEqual(['working', 'ending']);
    expect({ code, signal }).toEqual({ code: expected, signal: null });
  });
});

describe('ntkit report', () => {
  it('of a sweep that runs shows what is there and who is at work', async () => {
    const run = join(folder, 'running');
    const child = spawn(process.execPath, [CLI, ...argumentsFor(run)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stderr.resume();
    // Some results are on the disk; a fast machine would have all of them there before the report is made.
    while (!existsSync(join(run, 'results.jsonl')) || countOf(run) === 0) await pause(2);
    child.kill('SIGSTOP');
    const { code, stdout, stderr } = await runNode(CLI, ['report', run, '--json']);
    child.kill('SIGCONT');
    expect(code, stderr).toBe(0);
    const record = JSON.parse(stdout) as Record<string, unknown>;
    expect(record).toMatchObject({ planned: CELLS, complete: false, atWork: 1, failures: [] });
    const cells = record['cells'] as unknown[];
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.length).toBeLessThan(CELLS);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain(`of ${CELLS} cells`);
    expect(await ended).toBe(0);
    expect(resultsOf(run)).toBe(uninterrupted);
  });
});
