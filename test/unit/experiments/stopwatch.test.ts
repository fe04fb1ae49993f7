import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stopwatch } from '../../../src/experiments/stopwatch.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Work of so many milliseconds. */
async function work(milliseconds: number): Promise<string> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  return 'done';
}

describe('Stopwatch', () => {
  it('adds up the time of each stage, in the order of their first end', async () => {
    const stopwatch = new Stopwatch();
    expect(await stopwatch.time('training', async () => work(2000))).toBe('done');
    await stopwatch.time('data', async () => work(500));
    await stopwatch.time('training', async () => work(1500));
    expect(stopwatch.stages()).toEqual([
      { stage: 'training', seconds: 3.5 },
      { stage: 'data', seconds: 0.5 },
    ]);
    expect(stopwatch.totalSeconds()).toBe(4);
  });

  it('counts work that fails and passes its failure on', async () => {
    const stopwatch = new Stopwatch();
    const failing = stopwatch.time('data', async () => {
      await work(250);
      throw new Error('no data');
    });
    await expect(failing).rejects.toThrow('no data');
    expect(stopwatch.stages()).toEqual([{ stage: 'data', seconds: 0.25 }]);
  });
});
