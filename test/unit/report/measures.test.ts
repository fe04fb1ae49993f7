import { describe, expect, it } from 'vitest';
import { cellsOf, distanceSlopes, estimate, flipPairs } from '../../../src/report/measures.js';
import { CONFIG, distanceCell, fakeView, flipCell } from './fixture.js';

/** A run whose ReLU distance is 50 - 2 log2 m. */
function fallingRun(seeds: readonly number[], widths: readonly number[] = CONFIG.widths) {
  const cells = seeds.flatMap((seed) =>
    widths.map((width) => ({
      ...distanceCell('as-stated', 'relu', seed, width),
      spectral: 50 - 2 * Math.log2(width),
    })),
  );
  return fakeView({ cells });
}

describe('cellsOf', () => {
  it('picks one kind in ascending seed', () => {
    const cells = [2, 0, 1].map((seed) => distanceCell('as-stated', 'relu', seed, 16));
    const run = fakeView({ cells: [...cells, flipCell('as-stated', 'relu', 0, 'pgd')] });
    expect(cellsOf(run, 'distance').map((cell) => cell.seed)).toEqual([0, 1, 2]);
    expect(cellsOf(run, 'spectrum')).toEqual([]);
  });
});

describe('estimate', () => {
  it('counts finite values alone, since a diverged network has no distance', () => {
    expect(estimate([1, NaN, 3, Infinity])).toMatchObject({ mean: 2, count: 2 });
    expect(estimate([NaN])).toBeUndefined();
    expect(estimate([])).toBeUndefined();
  });
});

describe('distanceSlopes', () => {
  it('is the change for each doubling of the width', () => {
    const slopes = distanceSlopes(fallingRun([0, 1]), 'as-stated', 'relu');
    expect(slopes).toHaveLength(2);
    for (const slope of slopes) expect(slope).toBeCloseTo(-2, 12);
  });

  it('leaves out seeds that have not finished every width', () => {
    const complete = fallingRun([0, 1]);
    const run = { ...complete, cells: complete.cells.slice(0, -1) };
    expect(distanceSlopes(run, 'as-stated', 'relu')).toHaveLength(1);
  });

  it('needs two widths', () => {
    const run = { ...fallingRun([0], [16]), config: { ...CONFIG, widths: [16] } };
    expect(distanceSlopes(run, 'as-stated', 'relu')).toEqual([]);
  });
});

describe('flipPairs', () => {
  it('pairs the models of one seed and drops a seed without a partner', () => {
    const cells = [
      { ...flipCell('best-fit', 'relu', 0, 'pgd'), flipRate: 0.03 },
      { ...flipCell('best-fit', 'relu', 1, 'pgd'), flipRate: 0.04 },
      { ...flipCell('best-fit', 'attention', 1, 'pgd'), flipRate: 0.28 },
      { ...flipCell('as-stated', 'attention', 0, 'pgd'), flipRate: 0.5 },
    ];
    expect(flipPairs(fakeView({ cells }), { reading: 'best-fit', attack: 'pgd' })).toEqual([
      { relu: 0.04, attention: 0.28 },
    ]);
  });
});
