/** The size of the pool that numeric work runs on. */
import { afterEach, describe, expect, it } from 'vitest';
import { gram, runtimeInfo, setThreads } from '../../src/index.js';
import { snapshot } from '../support/snapshot.js';
import { points } from './long-operations.js';

const { cores } = runtimeInfo();

afterEach(() => {
  setThreads(cores);
});

describe('setThreads', () => {
  it('is the cores that the process may use, until it is set', () => {
    expect(runtimeInfo().threads).toBe(cores);
  });

  it.each([1, 2, 3, 1024])('takes %d', (count) => {
    setThreads(count);
    expect(runtimeInfo().threads).toBe(count);
  });

  it.each([0, -1, 1025, 2 ** 31, 1.5, NaN, Infinity])('refuses %d and changes nothing', (count) => {
    setThreads(2);
    expect(() => {
      setThreads(count);
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining('from 1 to 1024 for count') as unknown,
      }),
    );
    expect(runtimeInfo().threads).toBe(2);
  });

  it('may be called while work runs', async () => {
    const X = points(1500, 300);
    const expected = snapshot(await gram(X));
    const running = Array.from({ length: 6 }, async () => gram(X));
    for (const count of [1, 4, 2, 8, 1, 3]) {
      setThreads(count);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const result of await Promise.all(running)) expect(snapshot(result)).toBe(expected);
  });
});
