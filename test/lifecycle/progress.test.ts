/** Progress goes from 0 to 1 and never back. */
import { describe, expect, it } from 'vitest';
import { TwoLayerNetwork, pgd, spectrum } from '../../src/index.js';
import { longOperations, points } from './long-operations.js';

const operations = await longOperations();

function expectProgress(shares: readonly number[]): void {
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeGreaterThanOrEqual(0);
  expect(shares.at(-1)).toBe(1);
}

describe.each(operations)('$name', ({ matrices, run }) => {
  it('reports progress that rises to 1', async () => {
    const shares: number[] = [];
    await run(await matrices(), { onProgress: (share) => shares.push(share) });
    expectProgress(shares);
  });
});

describe('progress', () => {
  it('is reported on the way', async () => {
    const network = await TwoLayerNetwork.create({ inputs: 80, outputs: 5, width: 400, seed: 1 });
    const shares: number[] = [];
    await network.train(points(600, 80), points(600, 5), {
      ...{ loss: 'squared', epochs: 800, seed: 1 },
      onProgress: (share) => shares.push(share),
    });
    expectProgress(shares);
    expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(1);
  });

  it('of an operation in several parts is one progress', async () => {
    const shares: number[] = [];
    await spectrum(points(1300, 1400), { onProgress: (share) => shares.push(share) });
    expectProgress(shares);
    expect(shares.filter((share) => share === 1)).toEqual([1]);
  });

  it('of an attack through attention does not fall when the context is done', async () => {
    const network = await TwoLayerNetwork.create({ inputs: 900, outputs: 2, width: 50, seed: 1 });
    const X = points(60, 900);
    X.data.forEach((value, i) => {
      X.data[i] = Math.min(1, Math.abs(value));
    });
    const target = { network, context: points(20_000, 900), loss: 'squared' } as const;
    const shares: number[] = [];
    await pgd(target, X, points(60, 2), {
      ...{ eps: 0.1, seed: 1, steps: 150 },
      onProgress: (share) => shares.push(share),
    });
    expectProgress(shares);
  });
});
