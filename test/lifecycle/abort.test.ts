/** An AbortSignal stops an operation before it starts and while it runs, and does nothing afterwards. */
import { afterAll, describe, expect, it } from 'vitest';
import { NtkitError, gram, uniform, type RunOptions } from '../../src/index.js';
import { FULL, repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { invoke, rightArguments, caseOf } from '../support/calls.js';
import { CASES } from '../support/cases.js';
import { median } from '../support/median.js';
import { snapshot } from '../support/snapshot.js';
import { longOperations, points, type LongOperation } from './long-operations.js';

/** What an abort is to take at most, and what a busy machine may make of it. */
const GOAL_MS = 200;
const SLACK_MS = 2000;
/** Aborts per operation. */
const ATTEMPTS = repeat(3, 50);

const operations = await longOperations();
const latencies = new Map<string, number[]>();

/** Aborts a run after `delay`; milliseconds from the abort to the rejection, undefined when it came too late. */
async function latencyOf(operation: LongOperation, delay: number): Promise<number | undefined> {
  const controller = new AbortController();
  const matrices = await operation.matrices();
  let abortedAt = Infinity;
  const timer = setTimeout(() => {
    abortedAt = performance.now();
    controller.abort(new Error('no longer wanted'));
  }, delay);
  const failure = await operation.run(matrices, { signal: controller.signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  clearTimeout(timer);
  if (failure === undefined) return undefined;
  const latency = performance.now() - abortedAt;
  expect(failure).toMatchObject({
    name: 'NtkitError',
    code: 'ERR_ABORTED',
    cause: { message: 'no longer wanted' },
  });
  return latency;
}

afterAll(() => {
  const slowest = Math.max(...[...latencies.values()].map(median));
  reportFigure(
    'abort-latency',
    slowest,
    `${latencies.size} operations, ${ATTEMPTS} aborts of each`,
  );
  for (const [name, values] of latencies) {
    const shown = values.map((value) => value.toFixed(0)).join(', ');
    console.info(`${name}: rejected ${shown} ms after the abort (goal ${GOAL_MS})`);
  }
});

describe.each(operations)('$name', (operation) => {
  it(
    'rejects soon after an abort at any moment',
    { timeout: FULL ? 600_000 : 60_000 },
    async () => {
      const startedAt = performance.now();
      await operation.run(await operation.matrices(), {});
      const duration = performance.now() - startedAt;
      const found: number[] = [];
      latencies.set(operation.name, found);
      for (const moment of uniform(2, 6000, 10 * ATTEMPTS)) {
        const latency = await latencyOf(operation, moment * duration * 0.7);
        if (latency !== undefined) found.push(latency);
        if (found.length === ATTEMPTS) break;
      }
      expect(found.length).toBe(ATTEMPTS);
      expect(Math.max(...found)).toBeLessThan(SLACK_MS);
      expect(median(found)).toBeLessThan(GOAL_MS);
    },
  );
});

describe('an abort before the start', () => {
  const withSignal = Object.keys(CASES).filter((name) => 'signal' in (caseOf(name).options ?? {}));

  it.each(withSignal)('keeps %s from starting', async (name) => {
    const signal = AbortSignal.abort(new Error('never mind'));
    const values = rightArguments(name);
    const options = { ...(values.at(-1) as RunOptions), signal };
    const failure = await invoke(name, values.with(-1, options)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NtkitError);
    expect(failure).toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'never mind' } });
  });
});

describe('an abort', () => {
  it('reaches an operation that waits for its turn', async () => {
    const controller = new AbortController();
    const X = points(700, 300);
    // More than there are threads to conduct operations.
    const running = Array.from({ length: 60 }, async () => gram(X));
    const last = gram(X, { signal: controller.signal });
    const abortedAt = performance.now();
    controller.abort();
    await expect(last).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(performance.now() - abortedAt).toBeLessThan(GOAL_MS);
    const [first, ...others] = (await Promise.all(running)).map(snapshot);
    expect(others).toEqual(others.map(() => first));
  });

  it('stops every operation that shares the signal', async () => {
    const controller = new AbortController();
    const X = points(3000, 600);
    const running = [1, 2, 3].map(async () => gram(X, { signal: controller.signal }));
    setTimeout(() => {
      controller.abort();
    }, 2);
    const outcomes = await Promise.allSettled(running);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_ABORTED' } });
    }
  });

  it('comes too late for a finished operation and leaves its result alone', async () => {
    const controller = new AbortController();
    const X = points(40, 30);
    const result = await gram(X, { signal: controller.signal });
    controller.abort();
    expect(snapshot(result)).toBe(snapshot(await gram(X)));
  });

  it('leaves the next operation alone', async () => {
    const X = points(2000, 600);
    const expected = snapshot(await gram(X));
    const signal = AbortSignal.timeout(5);
    await expect(gram(X, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
      cause: { name: 'TimeoutError' },
    });
    expect(snapshot(await gram(X))).toBe(expected);
  });
});
