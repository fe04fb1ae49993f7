/** What a sweep takes beside its cells, and how well its plan foretells it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { runNode } from '../support/child.js';
import { FULL, repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { median } from '../support/median.js';
import { PLANNED_SWEEPS, THOUSAND_CELLS } from './sweeps.js';

const CHILDREN = join(import.meta.dirname, 'children');
const CLI = join(ROOT, 'dist/cli/main.js');
const DEADLINE_MS = 600_000;
const MEBIBYTE = 2 ** 20;

let folder: string;

beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-sweep-figures-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a sweep of many cells', () => {
  interface Timed {
    readonly cells: number;
    readonly seconds: number;
    /** Of all cores together. */
    readonly coreSeconds: number;
    readonly cellSeconds: number;
    readonly threads: number;
  }

  const timed = async (mode: 'loop' | 'sweep', run: string): Promise<Timed> => {
    const args = [mode, JSON.stringify(THOUSAND_CELLS), run];
    const { code, stdout, stderr } = await runNode(join(CHILDREN, 'sweep-time.mjs'), args, {
      deadline: DEADLINE_MS,
    });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Timed;
  };

  // What its slots do beside cells is its overhead. What the cells themselves take beside it is printed, against a plain
  // loop over them, and not bounded: V8 collects small matrices in one of two rhythms, which differ by a fifth of the
  // time, and a process keeps the one that it happens to begin with.
  it('takes little more than its cells', { timeout: 6 * DEADLINE_MS }, async () => {
    const idle: number[] = [];
    let cells = 0;
    for (let round = 0; round < repeat(1, 3); round++) {
      const loop = await timed('loop', '');
      const sweep = await timed('sweep', join(folder, `overhead-${round}`));
      expect(sweep.cells).toBe(loop.cells);
      cells = sweep.cells;
      idle.push(100 * ((sweep.seconds * sweep.threads) / sweep.cellSeconds - 1));
      console.info(
        `${cells} cells: loop ${inWords(loop)}, sweep ${inWords(sweep)}; slots idle for ` +
          `${(idle.at(-1) ?? NaN).toFixed(1)} % of the cells' time`,
      );
    }
    reportFigure('sweep-idle', median(idle), `median of ${idle.length} turns with ${cells} cells`);
  });

  const inWords = ({ seconds, coreSeconds, cellSeconds, cells }: Timed): string =>
    `${seconds.toFixed(1)} s, of the cores ${coreSeconds.toFixed(1)} s, a cell ${((1000 * cellSeconds) / cells).toFixed(0)} ms`;
});

describe('a plan', () => {
  interface Plan {
    readonly seconds: number;
    readonly peakMemory: number;
  }

  const worst = { time: 0, memory: 0 };
  const details: { time: string[]; memory: string[] } = { time: [], memory: [] };

  // One that is not as promised leaves the other to be reported.
  afterAll(() => {
    reportFigure('plan-time-error', worst.time, details.time.join('; '));
  });
  afterAll(() => {
    reportFigure('plan-memory-error', worst.memory, details.memory.join('; '));
  });

  const run = async (args: readonly string[], peak: string): Promise<string> => {
    const { code, stdout, stderr } = await runNode(CLI, args, {
      node: ['--import', join(CHILDREN, 'peak.mjs')],
      env: { PEAK_FILE: peak },
      deadline: DEADLINE_MS,
    });
    expect(code, stderr).toBe(0);
    return stdout;
  };

  it.each(Object.entries(PLANNED_SWEEPS))(
    'of %s foretells time and memory',
    { timeout: 2 * DEADLINE_MS },
    async (name, config) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(config));
      const peak = join(folder, 'peak');
      const plan = JSON.parse(await run(['plan', file, '--json'], peak)) as Plan;
      const startedAt = performance.now();
      await run(['sweep', file, '--out', join(folder, name), '--progress', 'none'], peak);
      const seconds = (performance.now() - startedAt) / 1000;
      const bytes = Number(readFileSync(peak, 'utf8'));
      const time = 100 * Math.abs(plan.seconds / seconds - 1);
      const memory = 100 * Math.abs(plan.peakMemory / bytes - 1);
      worst.time = Math.max(worst.time, time);
      worst.memory = Math.max(worst.memory, memory);
      details.time.push(`${name} ${plan.seconds.toFixed(1)} s, seen ${seconds.toFixed(1)} s`);
      details.memory.push(
        `${name} ${(plan.peakMemory / MEBIBYTE).toFixed(0)} MiB, seen ${(bytes / MEBIBYTE).toFixed(0)} MiB`,
      );
      console.info(`plan of ${details.time.at(-1) ?? ''}; ${details.memory.at(-1) ?? ''}`);
      if (FULL) return;
      // Short sweeps beside other tests: only a plan that is far off is wrong.
      expect(plan.seconds / seconds).toBeGreaterThan(0.2);
      expect(plan.seconds / seconds).toBeLessThan(5);
      expect(memory).toBeLessThan(40);
    },
  );
});
