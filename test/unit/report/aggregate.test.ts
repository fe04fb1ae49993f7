import { describe, expect, it } from 'vitest';
import {
  ascending,
  bySeed,
  groupBy,
  median,
  medianCell,
  slopesOverWidth,
} from '../../../src/report/aggregate.js';

describe('median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[1, Infinity, Infinity], Infinity],
    [[1, 2, Infinity, Infinity], Infinity],
    [[Infinity, Infinity], Infinity],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('medianCell', () => {
  it('prints the median with the interval of the geometric mean', () => {
    // Mean 3, standard deviation 1, t 4.3027 of two degrees of freedom over sqrt 3: 3 +- 2.484.
    expect(medianCell([2, 3, 4])).toEqual({ value: '1.0e3', detail: '[3.28, 3.0e5]' });
  });

  it('says how many draws are infinite', () => {
    expect(medianCell([2, 3, null])).toEqual({ value: '1.0e3', detail: '(∞ in 1 of 3)' });
    expect(medianCell([2, null, null])).toEqual({ value: '∞', detail: '(∞ in 2 of 3)' });
    expect(medianCell([null])).toEqual({ value: '∞' });
  });

  it('claims no interval for one draw and no value for none', () => {
    expect(medianCell([2])).toEqual({ value: '100', detail: '(1 seed)' });
    expect(medianCell([]).missing).toBe(true);
  });
});

it('slopesOverWidth fits seeds that have every width', () => {
  const at = (seed: number, width: number, value: number) => ({ seed, width, value });
  const records = [
    ...[at(0, 4, 7), at(0, 8, 9), at(0, 16, 11)],
    // Off the line by +-1 at the ends: the slope of least squares is (6 - 2) / 2.
    ...[at(1, 16, 6), at(1, 4, 2), at(1, 8, 1)],
    at(2, 4, 5),
  ];
  expect(slopesOverWidth(records, ({ value }) => value)).toEqual([2, 2]);
  expect(slopesOverWidth([at(0, 4, 7)], ({ value }) => value)).toEqual([]);
});

it('bySeed pairs records of the same seed', () => {
  const a = [
    { seed: 0, value: 1 },
    { seed: 1, value: 5 },
  ];
  const b = [
    { seed: 1, value: 7 },
    { seed: 2, value: 9 },
  ];
  expect(bySeed(a, b, (left, right) => right.value - left.value)).toEqual([2]);
});

it('groups keep the order in which they appear, and sizes ascend', () => {
  const groups = groupBy([3, 1, 4, 1, 5], (value) => (value % 2 === 0 ? 'even' : 'odd'));
  expect([...groups]).toEqual([
    ['odd', [3, 1, 1, 5]],
    ['even', [4]],
  ]);
  expect(ascending([3, 10, 3, 1])).toEqual([1, 3, 10]);
});
