import { describe, expect, it } from 'vitest';
import { trainingCost } from '../../../src/experiments/costs.js';
import {
  labelOf,
  planDataset,
  plannedParts,
  schedule,
  totalCost,
} from '../../../src/experiments/plan.js';
import { PARTS } from '../../../src/experiments/parts/index.js';
import type { PartName, ReproduceConfig } from '../../../src/experiments/results.js';
import { problemShape } from '../../../src/experiments/workbench.js';
import { TINY_CONFIG, TINY_DATASET, tinyWorks } from './tiny.js';

const shape = problemShape(TINY_DATASET, TINY_CONFIG);
const everyPart = { ...TINY_CONFIG, parts: PARTS.map(({ name }) => name) };
const plan = planDataset(everyPart, 'tiny', shape);

function costOf(config: ReproduceConfig = TINY_CONFIG): number {
  return totalCost(planDataset(config, 'tiny', shape));
}

describe('the plan of a run', () => {
  it('knows the shape of the problem', () => {
    expect(shape).toEqual({ n: 24, q: 9, d: 36, classes: 3 });
  });

  it('has one label for each cell', () => {
    expect(new Set(plan.map(labelOf)).size).toBe(plan.length);
  });

  it('has spectra, draws and stacks a seed, networks and flips a model and reading, and images of the first seed', () => {
    expect(plannedParts(planDataset(TINY_CONFIG, 'tiny', shape))).toEqual([
      { part: 'spectrum', dataset: 'tiny', cells: 2 * (2 + 2 * 2 + 2 * 3) },
      { part: 'table1', dataset: 'tiny', cells: 2 * 2 * 2 * 2 },
      { part: 'table2', dataset: 'tiny', cells: 2 * 2 * 2 * (3 + 1) + 2 * 2 },
    ]);
  });

  it('has no other parts than the config', () => {
    const works = planDataset({ ...TINY_CONFIG, parts: ['table2'] }, 'tiny', shape);
    expect(new Set(works.map(({ part }) => part.name))).toEqual(new Set(['table2']));
  });

  it('has a finite cost, with its shared work, and memory for each cell', () => {
    for (const { cell } of plan) {
      const cost = cell.shared.reduce((sum, shared) => sum + shared.cost, cell.cost);
      expect(Number.isFinite(cost) && cost > 0).toBe(true);
      expect(Number.isFinite(cell.memory) && cell.memory > 0).toBe(true);
    }
  });

  it('costs twice as much for twice the seeds', () => {
    // Images are of the first seed alone.
    const config = { ...TINY_CONFIG, parts: ['spectrum', 'table1'] } as const;
    expect(costOf({ ...config, seeds: [1, 2, 3, 4] })).toBeCloseTo(2 * costOf(config), 0);
  });

  it('charges training by epochs and width', () => {
    const cost = (epochs: number, width: number): number =>
      trainingCost({ ...TINY_CONFIG, epochs }, shape, width);
    expect(cost(8, 100)).toBe(2 * cost(4, 100));
    expect(cost(4, 200)).toBeGreaterThan(cost(4, 100));
    expect(costOf({ ...TINY_CONFIG, epochs: 400 })).toBeGreaterThan(costOf());
  });

  it('charges work that cells share once', () => {
    const [network] = plan.filter(({ part }) => part.name === 'table1');
    if (network === undefined) throw new Error('No network');
    const { cell } = network;
    expect(totalCost([network, { ...network }]) - totalCost([network])).toBeCloseTo(cell.cost, 0);
  });
});

describe('the order of a run', () => {
  const order = schedule(plan);

  it('is one of all its cells', () => {
    const names = (works: typeof plan): string[] => works.map(labelOf);
    expect(names(order).sort()).toEqual(names(plan).sort());
  });

  it('finishes a seed before the next', () => {
    const seeds = order.map(({ cell }) => cell.choice.seed);
    expect(seeds).toEqual(seeds.toSorted((a, b) => seeds.indexOf(a) - seeds.indexOf(b)));
  });

  it('begins trainings before what uses them', () => {
    const claimed = new Set<string>();
    // Parts that train networks of their own, or two for a cell, come by the length of their cells.
    const own: readonly PartName[] = ['dynamics', 'truth', 'multiverse', 'attention'];
    const sharing = order.filter(({ part }) => !own.includes(part.name));
    const fresh = sharing.map(({ cell }) => {
      const begun = cell.shared.filter(
        ({ name }) => name.startsWith('network ') && !claimed.has(name),
      );
      for (const { name } of begun) claimed.add(name);
      return `${cell.choice.seed} ${cell.choice.model ?? ''} ${begun.length > 0 ? 0 : 1}`;
    });
    expect(fresh).toEqual(fresh.toSorted((a, b) => fresh.indexOf(a) - fresh.indexOf(b)));
  });
});

describe('the key of a cell', () => {
  const keysOf = (changes: Partial<ReproduceConfig>): string[] =>
    tinyWorks({ ...TINY_CONFIG, ...changes }).map(({ key }) => key);

  it('is its own', () => {
    const keys = keysOf({});
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('depends on every setting', () => {
    const keys = new Set(keysOf({}));
    for (const changes of [
      { trainCount: 23 },
      { testCount: 8 },
      { tau: 0.5 },
      { ridge: 1e-2 },
      { epochs: 5 },
      { adversarialEpochs: 5 },
      { eps: 0.2 },
      { batchSize: 11 },
      { learningRate: 0.01 },
      { weightDecay: 0 },
      { trainPrecision: 'float32' },
    ] satisfies Partial<ReproduceConfig>[]) {
      for (const key of keysOf(changes)) expect(keys).not.toContain(key);
    }
  });

  it('does not depend on which other cells there are', () => {
    expect(keysOf({})).toEqual(
      expect.arrayContaining(
        keysOf({ preset: 'other', seeds: [5], widths: [8], parts: ['table1'] }),
      ),
    );
  });
});
