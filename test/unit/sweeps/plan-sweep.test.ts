/** The sums of a plan, against those of its cells written out. */
import { describe, expect, it } from 'vitest';
import { runSweep, type SweepRequest } from '../../../src/index.js';
import type { Cost, WorkKind } from '../../../src/sweeps/measures/measure.js';
import { planSweep, type SweepPlan } from '../../../src/sweeps/plan-sweep.js';
import { prepareSweep } from '../../../src/sweeps/prepare.js';

const REQUEST = {
  measure: ['spectrum', 'distance', 'flips'],
  data: {
    name: 'toy',
    synthetic: { points: 100, inputs: 12, classes: 3, decay: 'power', rate: 1 } as const,
  },
  ...{ n: 48, test: 16, width: [8, 16], seed: [0, 1], epochs: 4, attack: ['fgsm', 'pgd'] },
};
const MIB = 2 ** 20;

/** Flops of each kind alone, whatever their names. */
const flops = (cost: Cost): number =>
  Object.entries(cost).reduce((sum, [kind, count]) => sum + (kind === 'steps' ? 0 : count), 0);

/** A machine on which every flop takes a nanosecond. */
const speed = (cost: Cost): number => 1e-9 * flops(cost);

async function planned(concurrency = 1): Promise<SweepPlan> {
  return planSweep(
    { ...(await prepareSweep(REQUEST)), held: 0, loadingSeconds: 3 },
    speed,
    concurrency,
  );
}

describe('a plan', () => {
  it('counts each work once, and each cell by itself', async () => {
    const { cells } = await prepareSweep(REQUEST);
    const works = new Map(
      cells.flatMap(({ needs }) => needs.shared.map((work) => [work.name, work])),
    );
    const own = cells.reduce((sum, { needs }) => sum + flops(needs.cost), 0);
    const expected = [...works.values()].reduce((sum, { cost }) => sum + flops(cost), own);
    const plan = await planned();
    expect(plan.cells).toBe(2 + 4 + 8);
    expect(plan.flops).toBeCloseTo(expected, 0);
    expect(plan.rows.reduce((sum, row) => sum + row.flops, 0)).toBeCloseTo(expected, 0);
    expect(plan.seconds).toBeCloseTo(3 + 1e-9 * expected, 9);
    expect(plan.rows.map(({ measure, cells: count }) => [measure, count])).toEqual([
      ['spectrum', 2],
      ['distance', 4],
      ['flips', 8],
    ]);
  });

  it('counts the works that several cells use', async () => {
    const { cells } = await prepareSweep(REQUEST);
    const names = cells.flatMap(({ needs }) => needs.shared.map(({ name }) => name));
    const uses = (name: string): number => names.filter((other) => other === name).length;
    const several = [...new Set(names)].filter((name) => uses(name) > 1);
    expect((await planned()).shared).toEqual({
      works: several.length,
      uses: several.reduce((sum, name) => sum + uses(name), 0),
    });
  });

  it('has at its peak what its largest cell takes, and more with several at once', async () => {
    const { cells } = await prepareSweep(REQUEST);
    const alone = cells.map(({ needs: { memory, shared } }) => {
      const results = shared.reduce((sum, { bytes }) => sum + bytes, 0);
      return results + Math.max(memory, ...shared.map(({ working }) => working));
    });
    const [one, two] = [await planned(1), await planned(2)];
    expect(Math.max(...one.rows.map(({ memory }) => memory))).toBe(Math.max(...alone));
    // Beside it lies what V8 and the core give back late: 40 MiB, and nearly as much again as the cells take.
    expect(one.peakMemory - 40 * MIB).toBeGreaterThanOrEqual(Math.max(...alone));
    expect(one.peakMemory - 40 * MIB).toBeLessThan(
      2 * alone.reduce((sum, bytes) => sum + bytes, 0),
    );
    expect(two.peakMemory).toBeGreaterThan(one.peakMemory);
  });

  it.each(['training', 'influence'] satisfies WorkKind[])(
    'takes longer where %s is slow',
    async (kind) => {
      const prepared = await prepareSweep(REQUEST);
      const slow = (cost: Cost): number => speed(cost) + (cost[kind] ?? 0);
      const [usual, slower] = [speed, slow].map((rate) => planSweep(prepared, rate, 1).seconds);
      expect(slower).toBeGreaterThan(usual ?? Infinity);
    },
  );
});

describe('a cell above the budget', () => {
  const large: SweepRequest = {
    ...REQUEST,
    measure: 'distance',
    attack: 'pgd',
    width: [8, 2 ** 20],
    seed: 0,
  };
  const memoryBudget = process.memoryUsage().rss + 100 * MIB;

  it('is named by the plan, with what it takes', async () => {
    const prepared = await prepareSweep(large, { memoryBudget });
    const { refused, cells } = planSweep(prepared, speed, 1);
    expect(cells).toBe(1);
    expect(refused.map(({ label }) => label)).toEqual([`distance, width ${2 ** 20}`]);
    expect(refused[0]?.memory).toBeGreaterThan(100 * MIB);
  });

  it('is refused, and the others are computed', async () => {
    const { cells, failures, complete } = await runSweep(large, { memoryBudget });
    expect(cells.map(({ choice }) => choice['width'])).toEqual([8]);
    expect(failures.map(({ error }) => error.code)).toEqual(['ERR_MEMORY_BUDGET']);
    expect(failures[0]?.error.message).toMatch(
      /^Expected at most \d+ bytes for distance, width 1048576 but it takes about \d+$/,
    );
    expect(complete).toBe(false);
  });
});

describe('a request and its options', () => {
  it('are read when the sweep is asked for, and the caller may change them after that', async () => {
    const request = { measure: 'spectrum', data: REQUEST.data, n: 48, test: 16, seed: [0] };
    const options: { memoryBudget?: number } = {};
    const running = runSweep(request, options);
    [request.n, request.seed[0], options.memoryBudget] = [32, 1, 1];
    const { cells, failures } = await running;
    expect(failures).toEqual([]);
    expect(cells.map(({ choice }) => [choice['n'], choice['seed']])).toEqual([[48, 0]]);
  });

  it('are named where they cannot be copied', async () => {
    const request = { ...REQUEST, seed: () => 1 } as unknown as SweepRequest;
    await expect(runSweep(request)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('seed') as string,
    });
  });
});
