import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/experiments/parallel.js';

/** Lets everything that can go on go on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Work that ends when it is told to, and what is under way of it. */
function heldWork(): {
  readonly work: (item: number) => Promise<void>;
  readonly started: number[];
  readonly end: (item: number, error?: Error) => Promise<void>;
} {
  const started: number[] = [];
  const ends = new Map<number, (error?: Error) => void>();
  return {
    started,
    work: async (item) => {
      started.push(item);
      await new Promise<void>((resolve, reject) => {
        ends.set(item, (error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    },
    end: async (item, error) => {
      ends.get(item)?.(error);
      await settle();
    },
  };
}

describe('inParallel', () => {
  it('starts items in order, as many at a time as the limit', async () => {
    const { work, started, end } = heldWork();
    const running = inParallel(2, [10, 11, 12, 13], work);
    await settle();
    expect(started).toEqual([10, 11]);
    await end(11);
    expect(started).toEqual([10, 11, 12]);
    await end(12);
    expect(started).toEqual([10, 11, 12, 13]);
    await end(10);
    await end(13);
    await expect(running).resolves.toBeUndefined();
  });

  it.each([0, 1])('with a limit of %d runs one item after another', async (limit) => {
    let atOnce = 0;
    const order: number[] = [];
    await inParallel(limit, [1, 2, 3], async (item) => {
      expect(++atOnce).toBe(1);
      await settle();
      order.push(item);
      atOnce--;
    });
    expect(order).toEqual([1, 2, 3]);
  });

  it('runs every item once when the limit exceeds their number', async () => {
    const seen: number[] = [];
    await inParallel(10, [1, 2, 3], async (item) => {
      await settle();
      seen.push(item);
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('has nothing to do without items', async () => {
    await expect(
      inParallel(2, [], async () => Promise.reject(new Error())),
    ).resolves.toBeUndefined();
  });

  it('starts nothing after a failure, waits for what runs and throws the first failure', async () => {
    const { work, started, end } = heldWork();
    let ended = false;
    const running = inParallel(2, [0, 1, 2, 3], work).finally(() => {
      ended = true;
    });
    const outcome = expect(running).rejects.toThrow('the first');
    await settle();
    await end(1, new Error('the first'));
    expect(ended).toBe(false);
    await end(0, new Error('the second'));
    await outcome;
    expect(started).toEqual([0, 1]);
  });

  it('throws what work throws, also when it is no error', async () => {
    await expect(
      inParallel(1, [1], async () => {
        await settle();
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- undefined is the hardest failure to notice
        throw undefined;
      }),
    ).rejects.toBeUndefined();
  });
});
