import { describe, expect, it } from 'vitest';
import { SharedCache } from '../../../src/experiments/shared-cache.js';

/** A computation that counts how often it ran. */
function counted<Result>(result: Result): { compute: () => Promise<Result>; runs: () => number } {
  let runs = 0;
  return {
    compute: async () => {
      runs++;
      return Promise.resolve(result);
    },
    runs: () => runs,
  };
}

describe('SharedCache', () => {
  it('computes a result once, also for those who ask while it is under way', async () => {
    const cache = new SharedCache(100);
    const { compute, runs } = counted('network');
    const asked = [cache.get('a', 10, compute), cache.get('a', 10, compute)];
    expect(await Promise.all(asked)).toEqual(['network', 'network']);
    expect(await cache.get('a', 10, compute)).toBe('network');
    expect(runs()).toBe(1);
  });

  it('makes room by what was asked for longest ago', async () => {
    const cache = new SharedCache(100);
    const [a, b, c] = [counted('a'), counted('b'), counted('c')];
    await cache.get('a', 40, a.compute);
    await cache.get('b', 40, b.compute);
    await cache.get('a', 40, a.compute);
    await cache.get('c', 40, c.compute);
    await cache.get('a', 40, a.compute);
    await cache.get('b', 40, b.compute);
    expect([a.runs(), b.runs(), c.runs()]).toEqual([1, 2, 1]);
  });

  it('keeps one result that is larger than its bound', async () => {
    const cache = new SharedCache(100);
    const large = counted('large');
    await cache.get('large', 500, large.compute);
    await cache.get('large', 500, large.compute);
    expect(large.runs()).toBe(1);
  });

  it('does not keep a failure', async () => {
    const cache = new SharedCache(100);
    const failing = cache.get('a', 60, async () => Promise.reject(new Error('no memory')));
    await expect(failing).rejects.toThrow('no memory');
    const { compute, runs } = counted('a');
    expect(await cache.get('a', 60, compute)).toBe('a');
    const other = counted('b');
    await cache.get('b', 40, other.compute);
    await cache.get('a', 60, compute);
    expect([runs(), other.runs()]).toEqual([1, 1]);
  });
});
