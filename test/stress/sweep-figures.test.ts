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

  it('takes little longer than a loop over them', { timeout: 6 * DEADLINE_MS }, async () => {
    const overheads: number[] = [];
    let last: Timed | undefined;
    // In turns: a machine that slows down slows both.
    for (let round = 0; round < repeat(1, 3); round++) {
      const loop = await timed('loop', '');
      last = await timed('sweep', join(folder, `overhead-${round}`));
      expect(last.cells).toBe(loop.cells);
      const overhead = 100 * (last.seconds / loop.seconds - 1);
      const idle = 100 * ((last.seconds * last.threads) / last.cellSeconds - 1);
      overheads.push(overhead);
      console.info(
        `${loop.cells} cells of ${((1000 * loop.cellSeconds) / loop.cells).toFixed(0)} ms: loop ${loop.seconds.toFixed(1)} s, ` +
          `sweep ${last.seconds.toFixed(1)} s, ${overhead.toFixed(1)} % more; ` +
          `its ${last.threads} slots were idle for ${idle.toFixed(1)} % of its own cells' time`,
      );
    }
    const { cells = 0, cellSeconds = 0 } = last ?? {};
    reportFigure(
      'sweep-overhead',
      median(overheads),
      `median of ${overheads.length} turns with ${cells} cells of ${((1000 * cellSeconds) / cells).toFixed(0)} ms`,
    );
  });
});

describe('a plan', () => {
  interface Plan {
    readonly seconds: number;
    readonly peakMemory: number;
  }

  const worst = { time: 0, memory: 0 };
  const details: { time: string[]; memory: string[] } = { time: [], memory: [] };

  afterAll(() => {
    reportFigure('plan-time-error', worst.time, details.time.join('; '));
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
