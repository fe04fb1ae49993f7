import { describe, expect, it } from 'vitest';
import type { PlannedCell } from '../../../src/sweeps/cells.js';
import { AXES, AXIS_NAMES, type Settings } from '../../../src/sweeps/config/axes.js';
import { kernelMeasure } from '../../../src/sweeps/measures/kernel.js';
import type { Cost, SharedWork } from '../../../src/sweeps/measures/measure.js';
import { Scheduler, chargedCosts, inOrder, memoryAlone } from '../../../src/sweeps/scheduler.js';

const SETTINGS = Object.fromEntries(
  AXIS_NAMES.map((name) => [name, AXES[name].default]),
) as unknown as Settings;
const weigh = ({ factors = 0, kernels = 0 }: Cost): number => factors + kernels;

function shared(name: string, cost: number, bytes = 0, working = 0): SharedWork {
  return { name, cost: { kernels: cost }, bytes, working };
}

interface Sketch {
  readonly cost?: number;
  readonly memory?: number;
  readonly works?: readonly SharedWork[];
  readonly group?: string;
}

function cell(
  label: string,
  { cost = 1, memory = 1, works = [], group }: Sketch = {},
): PlannedCell {
  return {
    ...{ key: label, data: 'toy', measure: kernelMeasure, choice: {}, label },
    request: { settings: SETTINGS, parameters: {} },
    needs: { cost: { factors: cost }, memory, shared: works },
    group: group ?? label,
  };
}

const limits = (
  concurrency: number,
  memory = Infinity,
): ConstructorParameters<typeof Scheduler>[1] => ({
  ...{ concurrency, memory, weigh },
});

function firstOf(cells: readonly PlannedCell[]): PlannedCell {
  return cells[0] ?? expect.fail('Expected cells');
}

/** Starts all that fit, and tells their names. */
function started(scheduler: Scheduler): string[] {
  const names: string[] = [];
  for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
    names.push(next.label);
  }
  return names;
}

describe('the order', () => {
  it('is the largest first, cells of the same inputs together, groups within them', () => {
    const [small, large] = [shared('small sample', 1), shared('large sample', 50)];
    const cells = [
      cell('a', { works: [small], cost: 3 }),
      cell('b1', { works: [large], cost: 2, group: 'b' }),
      cell('c', { works: [large], cost: 4 }),
      cell('b2', { works: [large], cost: 5, group: 'b' }),
    ];
    expect(inOrder(cells, weigh).map(({ label }) => label)).toEqual(['b1', 'b2', 'c', 'a']);
  });

  it('charges a shared work to the first that asks for it', () => {
    const work = shared('kernel', 10);
    const cells = [cell('a', { works: [work] }), cell('b', { works: [work] })];
    expect([...chargedCosts(cells, weigh).values()]).toEqual([11, 1]);
  });
});

describe('what runs side by side', () => {
  it('is at most as many as asked for', () => {
    const cells = ['a', 'b', 'c'].map((label) => cell(label));
    const scheduler = new Scheduler(cells, limits(2));
    expect(started(scheduler)).toHaveLength(2);
    expect([scheduler.runningCount, scheduler.waitingCount]).toEqual([2, 1]);
    scheduler.end(firstOf(cells));
    expect(started(scheduler)).toEqual(['c']);
  });

  it('fits into the memory: a smaller one overtakes one that does not', () => {
    const cells = [
      cell('first', { memory: 6, cost: 9 }),
      cell('large', { memory: 6, cost: 8 }),
      cell('small', { memory: 3, cost: 7 }),
    ];
    const scheduler = new Scheduler(cells, limits(3, 10));
    expect(started(scheduler)).toEqual(['first', 'small']);
    expect(scheduler.peak).toBe(9);
    scheduler.end(firstOf(cells));
    expect(started(scheduler)).toEqual(['large']);
  });

  it('counts a shared result once, and what making it takes while it is made', () => {
    const work = shared('kernel', 1, 20, 30);
    const cells = ['a', 'b'].map((label) => cell(label, { memory: 5, works: [work] }));
    expect(memoryAlone(firstOf(cells))).toBe(50);
    const scheduler = new Scheduler(cells, limits(2));
    expect(started(scheduler)).toEqual(['a', 'b']);
    expect(scheduler.peak).toBe(20 + 30 + 5);
  });
});

describe('shared results', () => {
  it('are given up when the last cell that needs them has ended', () => {
    const dropped: string[] = [];
    const cells = ['a', 'b'].map((label) => cell(label, { works: [shared('kernel', 1, 20)] }));
    const scheduler = new Scheduler(cells, limits(1), (_, name) => dropped.push(name));
    for (const [i, now] of cells.entries()) {
      expect(started(scheduler)).toEqual([now.label]);
      expect(dropped).toEqual([]);
      scheduler.end(now);
      expect(dropped).toEqual(i === 0 ? [] : ['kernel']);
    }
  });

  it('make room when they are idle and another cell needs it', () => {
    const dropped: string[] = [];
    const [a, b] = ['a', 'b'].map((label, i) =>
      cell(label, { cost: 9 - i, works: [shared(`sample ${label}`, 1, 60)] }),
    ) as [PlannedCell, PlannedCell];
    const scheduler = new Scheduler([a, b], limits(1, 100), (_, name) => dropped.push(name));
    expect(started(scheduler)).toEqual(['a']);
    scheduler.postpone(a);
    expect(started(scheduler)).toEqual(['b']);
    expect(dropped).toEqual(['sample a']);
    expect(scheduler.peak).toBeLessThanOrEqual(100);
  });

  it('are given up with waiting cells that turn out to be done', () => {
    const dropped: string[] = [];
    const cells = ['a', 'b'].map((label) => cell(label, { works: [shared('kernel', 1, 20)] }));
    const scheduler = new Scheduler(cells, limits(1), (_, name) => dropped.push(name));
    started(scheduler);
    scheduler.end(firstOf(cells));
    expect(scheduler.remove(({ label }) => label === 'b').map(({ label }) => label)).toEqual(['b']);
    expect([dropped, scheduler.waitingCount]).toEqual([['kernel'], 0]);
  });
});

it('puts a postponed cell behind all others', () => {
  const cells = ['a', 'b', 'c'].map((label) => cell(label));
  const scheduler = new Scheduler(cells, limits(1));
  started(scheduler);
  scheduler.postpone(firstOf(cells));
  const order: string[] = [];
  for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
    order.push(next.label);
    scheduler.end(next);
  }
  expect(order).toEqual(['b', 'c', 'a']);
});
