import { describe, expect, it } from 'vitest';
import { planReproduce, trainingCost } from '../../../src/experiments/plan.js';
import { problemShape } from '../../../src/experiments/reproduce.js';
import { TINY_CONFIG, TINY_DATASET } from './tiny.js';

const shape = problemShape(TINY_DATASET, TINY_CONFIG);
const plan = planReproduce(TINY_CONFIG, shape);

function costOf(config = TINY_CONFIG): number {
  return planReproduce(config, shape).reduce((sum, { cost }) => sum + cost, 0);
}

describe('the plan of a run', () => {
  it('knows the shape of the problem', () => {
    expect(shape).toEqual({ n: 24, q: 9, d: 36 });
  });

  it('has one label for each piece of work', () => {
    expect(new Set(plan.map(({ label }) => label)).size).toBe(plan.length);
  });

  it('has a spectrum a seed, a kernel a model, and networks, scores and flips a reading', () => {
    const perReading = 2 + 1 + 3 + 1 + 1;
    expect(plan).toHaveLength(2 * (1 + 2 * (1 + 2 * perReading)));
  });

  it('has a positive finite cost for each', () => {
    for (const { cost } of plan) expect(Number.isFinite(cost) && cost > 0).toBe(true);
  });

  it('costs twice as much for twice the seeds', () => {
    expect(costOf({ ...TINY_CONFIG, seeds: [1, 2, 3, 4] })).toBeCloseTo(2 * costOf(), 0);
  });

  it('charges training by epochs and width', () => {
    const cost = (epochs: number, width: number): number =>
      trainingCost({ ...TINY_CONFIG, epochs }, shape, width);
    expect(cost(8, 100)).toBe(2 * cost(4, 100));
    expect(cost(4, 200)).toBeGreaterThan(cost(4, 100));
    expect(costOf({ ...TINY_CONFIG, epochs: 400 })).toBeGreaterThan(costOf());
  });
});
