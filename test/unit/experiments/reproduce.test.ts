import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NtkitError } from '../../../src/errors.js';
import { labelOf, totalCost } from '../../../src/experiments/plan.js';
import type { Cell } from '../../../src/experiments/results.js';
import { runtimeInfo, setThreads } from '../../../src/native/runtime.js';
import { TINY_CONFIG, runTiny, tinyWorks, type TinyRun } from './tiny.js';

const { cores } = runtimeInfo();
const works = tinyWorks();

let run: TinyRun;

beforeAll(async () => {
  run = await runTiny();
});

afterEach(() => {
  setThreads(cores);
});

/** Cells as they are stored, in an order that does not depend on which finished first. */
function stored(cells: readonly Cell[]): string[] {
  return cells.map((cell) => JSON.stringify(cell)).sort();
}

/** A name for every cell that a configuration asks for. */
function nameOf(cell: Cell): string {
  if (cell.kind === 'condition') return `condition ${cell.seed} ${cell.n} ${cell.draw}`;
  if (cell.kind === 'layers') return `layers ${cell.seed} ${cell.layers} ${cell.stack}`;
  if (!('model' in cell && 'reading' in cell)) return `${cell.kind} ${cell.seed}`;
  const { kind, seed, model, reading, width } = cell;
  const attack = cell.kind === 'flip' ? ` ${cell.attack}` : '';
  return `${kind}${attack} ${seed} ${model} ${reading} ${width}`;
}

function expectedNames(): string[] {
  const { seeds, models, readings, widths, attacks, influenceWidth } = TINY_CONFIG;
  const settingsOf = (seed: number): string[] =>
    models.flatMap((model) => readings.map((reading) => `${seed} ${model} ${reading}`));
  return [
    ...seeds.flatMap((seed) => [
      ...[`spectrum ${seed}`, `cube ${seed}`],
      ...[12, 24].flatMap((n) => [0, 1].map((draw) => `condition ${seed} ${n} ${draw}`)),
      ...[2, 3, 4].flatMap((layers) => [
        `layers ${seed} ${layers} context`,
        `layers ${seed} ${layers} self`,
      ]),
    ]),
    ...seeds
      .flatMap(settingsOf)
      .flatMap((setting) => [
        ...widths.map((width) => `distance ${setting} ${width}`),
        ...[...attacks, 'reseed'].map((attack) => `flip ${attack} ${setting} ${influenceWidth}`),
      ]),
    ...seeds
      .slice(0, 1)
      .flatMap(settingsOf)
      .map((setting) => `images ${setting} ${influenceWidth}`),
  ].sort();
}

describe('a run', () => {
  it('yields every cell of its configuration once', () => {
    expect(run.cells.map(nameOf).sort()).toEqual(expectedNames());
  });

  it('yields cells that JSON holds: finite numbers and nulls', () => {
    for (const cell of run.cells) expect(JSON.parse(JSON.stringify(cell))).toEqual(cell);
  });

  it('reports every planned cell as finished once', () => {
    expect([...run.finished].sort()).toEqual(works.map(labelOf).sort());
  });

  it('reports the cost that was planned', () => {
    expect(run.cost / totalCost(works)).toBeCloseTo(1, 10);
  });

  it('times its stages', () => {
    expect([...run.stages].sort()).toEqual([
      'NTK distance',
      'attacks and flips',
      'infinite-width kernels',
      'influence',
      'spectra',
      'training',
    ]);
  });

  it('has cells that differ between seeds, models and readings', () => {
    const distances = run.cells.flatMap((cell) =>
      cell.kind === 'distance' ? [cell.spectral] : [],
    );
    expect(new Set(distances).size).toBe(distances.length);
  });
});

describe('the bits of a run', () => {
  it('are the same the next time', async () => {
    expect(stored((await runTiny()).cells)).toEqual(stored(run.cells));
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
  ])('are the same on %d threads with %d trainings at once', async (threads, concurrency) => {
    setThreads(threads);
    expect(stored((await runTiny(TINY_CONFIG, { concurrency })).cells)).toEqual(stored(run.cells));
  });

  it('of a cell do not depend on what else is asked for', async () => {
    const [seed = 0] = TINY_CONFIG.seeds;
    const part = {
      seeds: [seed],
      models: ['attention'],
      readings: ['best-fit'],
      attacks: ['mim'],
    } as const;
    const { cells } = await runTiny({ ...TINY_CONFIG, ...part, widths: [8] });
    expect(stored(run.cells)).toEqual(expect.arrayContaining(stored(cells)));
  });
});

describe('a run that is stopped', () => {
  it.each([1, 4, 12])('at cell %d rejects, and what it has appended is whole', async (last) => {
    const controller = new AbortController();
    const cells: Cell[] = [];
    const running = runTiny(TINY_CONFIG, {
      signal: controller.signal,
      concurrency: 2,
      append: async (cell) => {
        cells.push(cell);
        if (cells.length === last) controller.abort();
        await Promise.resolve();
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'NtkitError', code: 'ERR_ABORTED' });
    expect(cells.length).toBeGreaterThanOrEqual(last);
    expect(cells.length).toBeLessThan(expectedNames().length);
    expect(stored(run.cells)).toEqual(expect.arrayContaining(stored(cells)));
  });

  it('before it starts does nothing', async () => {
    const cells: Cell[] = [];
    const running = runTiny(TINY_CONFIG, {
      signal: AbortSignal.abort(),
      append: async (cell) => {
        cells.push(cell);
        await Promise.resolve();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(cells).toEqual([]);
  });
});

describe('a run whose cells cannot be stored', () => {
  it('ends with that failure and asks for no further cell to be stored', async () => {
    const full = new NtkitError('ERR_STORE', 'no space left');
    let appended = 0;
    const running = runTiny(TINY_CONFIG, {
      append: async () => {
        if (++appended > 3) await Promise.reject(full);
      },
    });
    await expect(running).rejects.toBe(full);
    expect(appended).toBe(4);
  });
});

describe('a run of some of its cells', () => {
  it('computes those alone, with the same bits', async () => {
    const [first, second] = [works.slice(0, 7), works.slice(7)];
    const parts = [await runTiny(TINY_CONFIG, {}, first), await runTiny(TINY_CONFIG, {}, second)];
    expect(parts.map(({ cells }) => cells.length)).toEqual([first.length, second.length]);
    expect(stored(parts.flatMap(({ cells }) => cells))).toEqual(stored(run.cells));
  });

  it('gives each cell the key that was planned', () => {
    expect(run.cells.map(({ key }) => key).sort()).toEqual(works.map(({ key }) => key).sort());
  });
});
