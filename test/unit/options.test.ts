import { describe, expect, it } from 'vitest';
import { partOf, requireKnownOptions } from '../../src/options.js';

describe('requireKnownOptions', () => {
  it('takes the options of a function and those that all have', () => {
    const options = { ridge: 1, signal: undefined, onProgress: undefined, memoryBudget: 8 };
    expect(() => {
      requireKnownOptions(options, ['ridge', 'other']);
    }).not.toThrow();
    expect(() => {
      requireKnownOptions({}, []);
    }).not.toThrow();
  });

  it('refuses a misspelt option, naming it and what there is', () => {
    expect(() => {
      requireKnownOptions({ ridge: 1, rigde: 2 }, ['ridge']);
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message:
          'Expected one of ridge, signal, onProgress, memoryBudget for option but received "rigde" of type string',
      }),
    );
  });

  it('refuses an option of another function, also when it is undefined', () => {
    expect(() => {
      requireKnownOptions({ depth: undefined }, ['ridge']);
    }).toThrow('"depth"');
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5, '5 of type number'],
    ['ridge', '"ridge" of type string'],
  ])('refuses %o in place of options', (options, received) => {
    expect(() => {
      requireKnownOptions(options as unknown as object, ['ridge']);
    }).toThrow(`Expected an object for options but received ${received}`);
  });
});

describe('partOf', () => {
  it('gives a part of an operation its share of the progress', () => {
    const shares: number[] = [];
    const part = partOf({ onProgress: (share) => shares.push(share), memoryBudget: 8 }, 0.25, 0.75);
    for (const share of [0, 0.5, 1]) part.onProgress?.(share);
    expect(shares).toEqual([0.25, 0.5, 0.75]);
    expect(part.memoryBudget).toBe(8);
  });

  it('has nothing to do when nobody listens', () => {
    const options = { memoryBudget: 8 };
    expect(partOf(options, 0, 0.5)).toBe(options);
  });
});
