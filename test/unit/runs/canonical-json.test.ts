import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/runs/canonical-json.js';

describe('canonicalJson', () => {
  it('sorts keys at every depth and keeps the order of arrays', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 0], a: 'x' }, 'value')).toBe(
      '{"a":"x","b":[{"c":2,"d":1},0]}',
    );
  });

  it('leaves out undefined properties', () => {
    expect(canonicalJson({ a: undefined, b: null }, 'value')).toBe('{"b":null}');
  });

  it('is what JSON.parse reads back, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        const json = canonicalJson(value, 'value');
        expect(canonicalJson(reversed, 'value')).toBe(json);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['NaN', { a: [1, NaN] }, 'value.a[1] but received NaN'],
    ['an infinity', { a: { b: -Infinity } }, 'value.a.b but received -Infinity'],
    ['undefined in an array', [undefined], 'value[0] but received undefined'],
    ['a hole', Array(1), 'value[0] but received undefined'],
    ['a bigint', 1n, 'value but received 1 of type bigint'],
    ['a function', { a: () => 1 }, 'value.a but received function'],
    ['a date', new Date(0), 'value but received Date'],
    ['a typed array', { a: new Float64Array(2) }, 'value.a but received Float64Array of length 2'],
  ])('refuses %s', (_, value, place) => {
    expect(() => canonicalJson(value, 'value')).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE',
        message: expect.stringContaining(place) as unknown,
      }),
    );
  });
});
