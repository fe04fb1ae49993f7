import { describe, expect, it } from 'vitest';
import { Matrix, gram } from '../../../src/index.js';
import { load } from './modules.js';

const { estimateOf, peakGrowth } = await load<{
  estimateOf: (run: (options: { memoryBudget: number }) => Promise<unknown>) => Promise<number>;
  peakGrowth: (run: () => unknown) => Promise<number>;
}>('harness/memory.mjs');
const { parseCores } = await load<{ parseCores: (list: string) => number[] }>('harness/pin.mjs');

describe('estimateOf', () => {
  it('is what the binding adds up: result and packed inputs of a Gram matrix', async () => {
    const bytesOf = async (n: number): Promise<number> =>
      estimateOf((options) => gram(Matrix.zeros(n, 3), options));
    const [small, large] = [await bytesOf(1000), await bytesOf(2000)];
    // Twice the points: three million elements of the result more, and a thousand rows of three packed and padded.
    expect(Math.abs(large - small - 8 * (3_000_000 + 3000))).toBeLessThanOrEqual(8 * 100);
  });

  it('passes other failures on, and does not accept an operation that runs', async () => {
    const failed = estimateOf(() => Promise.reject(new Error('no such file')));
    await expect(failed).rejects.toThrow('no such file');
    await expect(estimateOf(() => Promise.resolve())).rejects.toThrow('it ran');
  });
});

describe('peakGrowth', () => {
  it('sees memory that is touched and let go again', async () => {
    const bytes = 64 * 2 ** 20;
    const growth = await peakGrowth(() => new Uint8Array(bytes).fill(1).length);
    expect(growth).toBeGreaterThan(0.9 * bytes);
    expect(growth).toBeLessThan(1.5 * bytes);
  });
});

describe('parseCores', () => {
  it('reads ranges and single cores', () => {
    expect(parseCores('0-2,8')).toEqual([0, 1, 2, 8]);
    expect(parseCores('5')).toEqual([5]);
  });
});
