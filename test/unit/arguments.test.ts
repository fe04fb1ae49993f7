import { describe, expect, it } from 'vitest';
import { isIndex, readable, requireIndices, requireInteger } from '../../src/arguments.js';
import { describe as shown } from '../../src/errors.js';

describe('requireInteger', () => {
  it.each([
    [-1, 0, undefined, 'nonnegative integer'],
    [0.5, 1, undefined, 'positive integer'],
    [2, 3, undefined, 'integer of at least 3'],
    [9, 2, 8, 'integer between 2 and 8'],
    [2 ** 53, 0, undefined, 'nonnegative integer'],
  ])('refuses %s from %s to %s', (value, low, high, expected) => {
    expect(() => requireInteger(value, 'width', low, high)).toThrow(
      `Expected ${expected} for width but received ${value} of type number`,
    );
  });

  it('returns both ends of its range', () => {
    expect([requireInteger(2, 'width', 2, 8), requireInteger(8, 'width', 2, 8)]).toEqual([2, 8]);
  });
});

describe('requireIndices', () => {
  it('copies arrays and typed arrays', () => {
    expect(requireIndices(Int32Array.of(1, 0), 'indices', 2, 'row index')).toEqual([1, 0]);
  });

  it('names the element', () => {
    expect(() => requireIndices([0, 2], 'indices', 2, 'row index')).toThrow(
      'Expected row index below 2 for indices[1] but received 2 of type number',
    );
  });
});

it.each([-1, 2, 0.5, NaN, '1', null])('%s is no index below 2', (value) => {
  expect(isIndex(value, 2)).toBe(false);
});

it('readable names the argument whose getter throws, and keeps the cause', () => {
  const cause = new Error('two\nlines');
  const read = (): never => {
    throw cause;
  };
  expect(() => readable('X', read)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected a readable value for X but reading it threw',
      cause,
    }),
  );
});

describe('a received value in a message', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each([
    ['a revoked proxy', proxy, 'an unreadable object'],
    ['a kind of two lines', { [Symbol.toStringTag]: 'two\nlines' }, 'Object'],
    ['a long bigint', 10n ** 99n, `1${'0'.repeat(56)}... of type bigint`],
  ])('is one short line for %s', (_, value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});
