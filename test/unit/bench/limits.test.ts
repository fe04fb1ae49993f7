import { describe, expect, it } from 'vitest';
import { LIMITS, load, type Limits } from './modules.js';

interface Work {
  flops?: number;
  bits?: number;
  read?: number;
  written?: number;
  updated?: number;
}
const { limitSeconds, rateOf } = await load<{
  limitSeconds: (work: Work, limits: Limits, precision: string, fresh: boolean) => number;
  rateOf: (work: Work, seconds: number) => { perSecond: number; unit: string };
}>('harness/limits.mjs');

describe('limitSeconds', () => {
  it('adds arithmetic at its peak and bytes at their bandwidth', () => {
    const work = { flops: 200e9, bits: 3e12, read: 40e9, written: 5e9 };
    expect(limitSeconds(work, LIMITS, 'float64', false)).toBeCloseTo(2 + 3 + 2 + 0.5, 12);
  });

  it('counts what is updated in place twice', () => {
    expect(limitSeconds({ updated: 40e9 }, LIMITS, 'float64', false)).toBeCloseTo(2, 12);
  });

  it('takes the peak of the precision', () => {
    expect(limitSeconds({ flops: 200e9 }, LIMITS, 'float32', false)).toBeCloseTo(1, 12);
  });

  it('writes fresh memory at the speed of its first touch', () => {
    expect(limitSeconds({ written: 4e9 }, LIMITS, 'float64', true)).toBeCloseTo(2, 12);
  });
});

describe('rateOf', () => {
  it('counts what there is most of: bits, flops or bytes', () => {
    expect(rateOf({ flops: 10, bits: 20 }, 2)).toEqual({ perSecond: 10, unit: 'bit/s' });
    expect(rateOf({ flops: 30, bits: 20 }, 2)).toEqual({ perSecond: 15, unit: 'F/s' });
    expect(rateOf({ read: 30, written: 10 }, 2)).toEqual({ perSecond: 20, unit: 'B/s' });
  });
});
