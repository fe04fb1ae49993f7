import { describe, expect, it } from 'vitest';
import { native } from '../../../src/native/load.js';
import { Matrix, gram } from '../../../src/index.js';
import { load } from './modules.js';

const { estimateOf, peakGrowth } = await load<{
  estimateOf: (run: (options: { memoryBudget: number }) => Promise<unknown>) => Promise<number>;
  peakGrowth: (run: () => unknown) => Promise<number>;
}>('harness/memory.mjs');
const { parseCores } = await load<{ parseCores: (list: string) => number[] }>('harness/pin.mjs');

describe('estimateOf', () => {
  it('is what the binding adds up: inputs and result of a Gram matrix', async () => {
    const X = Matrix.zeros(10, 3);
    const bytes = await estimateOf((options) => gram(X, options));
    expect(bytes).toBeGreaterThanOrEqual(8 * (30 + 100));
    expect(bytes).toBeLessThanOrEqual(8 * (60 + 100));
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

describe('the probes', () => {
  it('find eight limits, all positive', async () => {
    const limits = await native().probe({});
    for (const rate of Object.values(limits)) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThan(Infinity);
    }
    expect(Object.keys(limits)).toHaveLength(8);
  });

  it('are aborted like any operation', async () => {
    const binding = native();
    const job = binding.createJob();
    const probing = binding.probe({}, job);
    binding.abortJob(job);
    await expect(probing).rejects.toThrow('aborted');
  });

  it('copy a matrix, look at an array, and come back from a conductor', async () => {
    const binding = native();
    expect(binding.probeCopy({ A: Matrix.zeros(3, 2) })).toBe(6);
    expect(binding.probeView(new Float64Array(2))).toBe(true);
    expect(() => binding.probeView({} as Float64Array)).toThrow('Expected a typed array');
    binding.probeCall();
    await binding.probeRoundTrip({});
  });
});
