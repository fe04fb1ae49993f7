import { describe, expect, it } from 'vitest';
import { Matrix, empiricalNtk, gaussian } from '../../../src/index.js';
import { native } from '../../../src/native/load.js';

describe('the probes', () => {
  it('find nine limits, all positive', async () => {
    const limits = await native().probe({});
    for (const rate of Object.values(limits)) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThan(Infinity);
    }
    expect(Object.keys(limits)).toHaveLength(9);
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

  it('give the empirical NTK, and the counts in it, from gates', async () => {
    const [n, d, m] = [70, 5, 130];
    const X = Matrix.of(gaussian(1, 5000, n * d), n, d);
    const weights = Matrix.of(gaussian(2, 5000, m * d), m, d);
    const whole = await native().probeGivenGates({ X, weights, gram: true });
    expect(whole.seconds).toBeGreaterThan(0);
    expect(whole.K.data).toEqual((await empiricalNtk(X, undefined, { weights })).data);
    const { K } = await native().probeGivenGates({ X, weights, gram: false });
    expect(Array.from(K.data)).toEqual(sharedGates(X, weights));
  });

  it('factor a matrix by Cholesky', async () => {
    const A = Matrix.from([
      [4, 2, 6],
      [2, 10, 3],
      [6, 3, 25],
    ]);
    const { diagonal, seconds } = await native().probeCholesky({ A });
    expect(Array.from(diagonal.data)).toEqual([2, 3, 4]);
    expect(seconds).toBeGreaterThan(0);
    expect(A.at(0, 0)).toBe(4);
  });
});

function sharedGates(X: Matrix, weights: Matrix): number[] {
  const gates = X.toArray().map((x) =>
    weights.toArray().map((w) => w.reduce((sum, value, k) => sum + value * (x[k] ?? NaN), 0) > 0),
  );
  return gates.flatMap((a) => gates.map((b) => a.filter((open, r) => open && b[r]).length));
}
