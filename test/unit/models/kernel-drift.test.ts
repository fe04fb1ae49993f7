import { describe, expect, it } from 'vitest';
import { Matrix, kernelDrift } from '../../../src/index.js';

const K0 = Matrix.from([
  [2, 1],
  [1, 2],
]);

describe('kernelDrift', () => {
  it('is nothing for the same kernel', () => {
    expect(kernelDrift(K0, K0).drift).toBe(0);
    expect(kernelDrift(K0, K0).alignment).toBeCloseTo(1, 14);
  });

  it('tells size from direction', () => {
    const twice = Matrix.of(
      K0.data.map((value) => 2 * value),
      2,
      2,
    );
    const { drift, alignment } = kernelDrift(K0, twice);
    expect(drift).toBeCloseTo(1, 14);
    expect(alignment).toBeCloseTo(1, 14);
  });

  it('is by hand', () => {
    const Kt = Matrix.from([
      [1, 0],
      [0, 3],
    ]).toFloat32();
    // |Kt - K0|^2 = 1 + 1 + 1 + 1, |K0|^2 = |Kt|^2 = 10, <Kt, K0> = 2 + 6.
    const { drift, alignment } = kernelDrift(K0, Kt);
    expect(drift).toBeCloseTo(Math.sqrt(4 / 10), 14);
    expect(alignment).toBeCloseTo(0.8, 14);
  });

  it('refuses zeros and other shapes', () => {
    const zeros = { code: 'ERR_INVALID_ARGUMENT' };
    expect(() => kernelDrift(Matrix.zeros(2, 2), K0)).toThrow(expect.objectContaining(zeros));
    expect(() => kernelDrift(K0, Matrix.zeros(2, 2))).toThrow(expect.objectContaining(zeros));
    const mismatch = { code: 'ERR_SHAPE_MISMATCH' };
    expect(() => kernelDrift(K0, Matrix.from([[1]]))).toThrow(expect.objectContaining(mismatch));
  });
});
