import { describe, expect, it } from 'vitest';
import { load, type Values } from './modules.js';

const { difference, disagreement, named } = await load<{
  difference: (ours: Values, theirs: Values) => number;
  disagreement: (ours: unknown, theirs: unknown, tolerance: number) => string | undefined;
  named: (result: unknown) => Values;
}>('harness/check.mjs');

const of = (...values: number[]) => Float64Array.from(values);

describe('difference', () => {
  it('is relative to the largest element', () => {
    expect(difference({ a: of(10, 1) }, { a: of(10, 2) })).toBeCloseTo(0.1, 15);
  });

  it('sees the worst of all arrays', () => {
    expect(difference({ a: of(1), b: of(2) }, { a: of(1), b: of(3) })).toBe(0.5);
  });

  it('is infinite when a NaN stands on either side', () => {
    expect(difference({ a: of(1, 2) }, { a: of(1, NaN) })).toBe(Infinity);
    expect(difference({ a: of(NaN, 2) }, { a: of(1, 2) })).toBe(Infinity);
  });

  it('refuses arrays of another length and missing ones', () => {
    expect(() => difference({ a: of(1, 2) }, { a: of(1) })).toThrow('Expected 2 elements for a');
    expect(() => difference({ a: of(1, 2) }, {})).toThrow('received undefined');
  });
});

describe('disagreement', () => {
  it('is undefined within the tolerance, also between precisions', () => {
    expect(disagreement(of(1, 3), Float32Array.from([1, 3 + 1e-6]), 1e-6)).toBeUndefined();
  });

  it('says how far the numbers lie apart', () => {
    expect(disagreement(of(1, 4), of(1, 5), 1e-6)).toBe(
      'differs from ours by 0.25, allowed 0.000001',
    );
  });

  it('says what is missing', () => {
    expect(disagreement(of(1, 4), of(1), 1)).toBe('Expected 2 elements for result but received 1');
  });
});

describe('named', () => {
  it('calls a matrix or an array alone a result', () => {
    const data = of(1);
    expect(named(data)).toEqual({ result: data });
    expect(named({ data, rows: 1, cols: 1 })).toEqual({ result: data });
    expect(named({ values: data })).toEqual({ values: data });
  });
});
