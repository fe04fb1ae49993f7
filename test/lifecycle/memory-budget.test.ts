/** An operation that would need too much memory is refused before it takes any. */
import { describe, expect, it } from 'vitest';
import {
  Matrix,
  NtkitError,
  TwoLayerNetwork,
  gram,
  infiniteNtk,
  runtimeInfo,
  type RunOptions,
} from '../../src/index.js';
import { caseOf, invoke, rightArguments } from '../support/calls.js';
import { CASES } from '../support/cases.js';
import { points } from './long-operations.js';

const NAMES_BYTES = /needs (?<needed>\d+) bytes but its budget is (?<budget>\d+) of \d+ available/;

/** The error that a promise is to reject with. */
async function refusal(promise: Promise<unknown>): Promise<NtkitError> {
  const error = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof NtkitError) return error;
  return expect.fail(`Expected a typed error but received ${String(error)}`);
}

describe('memoryBudget', () => {
  // A sweep goes on without the cells that it refuses: test/unit/sweeps/plan-sweep.test.ts.
  const budgeted = Object.keys(CASES).filter(
    (name) => name !== 'runSweep' && 'memoryBudget' in (caseOf(name).options ?? {}),
  );

  it.each(budgeted)('of one byte refuses %s, naming bytes', async (name) => {
    const values = rightArguments(name);
    const options = { ...(values.at(-1) as RunOptions), memoryBudget: 1 };
    const { code, message } = await refusal(invoke(name, values.with(-1, options)));
    expect(code).toBe('ERR_MEMORY_BUDGET');
    expect(message).toMatch(NAMES_BYTES);
  });

  it('is met exactly', async () => {
    const X = points(100, 20);
    const { message } = await refusal(gram(X, { memoryBudget: 1 }));
    const needed = Number(NAMES_BYTES.exec(message)?.groups?.['needed']);
    expect(needed).toBeGreaterThanOrEqual(8 * (100 * 20 + 100 * 100));
    await expect(gram(X, { memoryBudget: needed })).resolves.toBeInstanceOf(Matrix);
    const oneLess = await refusal(gram(X, { memoryBudget: needed - 1 }));
    expect(oneLess.code).toBe('ERR_MEMORY_BUDGET');
  });
});

describe('the memory of the machine', () => {
  it('does not hold the Gram matrix of a million points, which is refused at once', async () => {
    const X = Matrix.of(new Float64Array(1e6), 1e6, 1);
    const residentBefore = process.memoryUsage.rss();
    const startedAt = performance.now();
    const { code, message } = await refusal(gram(X));
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(process.memoryUsage.rss() - residentBefore).toBeLessThan(2 ** 26);
    expect(code).toBe('ERR_MEMORY_BUDGET');
    expect(Number(NAMES_BYTES.exec(message)?.groups?.['needed'])).toBeGreaterThan(8e12);
  });

  it('bounds what a budget may promise', async () => {
    const n = Math.ceil(Math.sqrt((1.3 * runtimeInfo().memory) / 8));
    const controller = new AbortController();
    const options = { memoryBudget: 2 ** 50, signal: controller.signal };
    const attempt = refusal(
      infiniteNtk(Matrix.of(new Float64Array(n).fill(1), n, 1), undefined, options),
    );
    // Were it not refused, it must not fill the memory of the machine.
    controller.abort();
    expect((await attempt).code).toBe('ERR_MEMORY_BUDGET');
  });

  it('is left as it was by a refused random sequence', async () => {
    const { gaussian } = await import('../../src/index.js');
    const bytes = 8 * (2 ** 31 - 1);
    if (0.8 * runtimeInfo().memory > bytes) return;
    expect(() => gaussian(1, 2000, 2 ** 31 - 1)).toThrow(NAMES_BYTES);
  });
});

describe('sizes that no integer holds', () => {
  it('are refused for what they are', async () => {
    const size = 2 ** 31 - 1;
    const options = { inputs: size, outputs: size, width: size, seed: 1 };
    const { code, message } = await refusal(TwoLayerNetwork.create(options));
    expect(code).toBe('ERR_SIZE_LIMIT');
    expect(message).toContain(String(size));
  });
});
