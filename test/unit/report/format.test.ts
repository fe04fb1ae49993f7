import { describe, expect, it } from 'vitest';
import {
  duration,
  infiniteCondition,
  percent,
  percentNumber,
  powerOfTen,
  signed,
  significant,
  timestamp,
} from '../../../src/report/format.js';

describe('significant', () => {
  it.each([
    [41, '41.0'],
    [0.01234, '0.0123'],
    [999.6, '1000'],
    [1234, '1230'],
    [9996, '1.00e4'],
    [1234567, '1.23e6'],
    [0.00012, '1.20e-4'],
    [0, '0'],
    [-339.4, '-339'],
    [Infinity, '∞'],
    [-Infinity, '-∞'],
    [NaN, 'not a number'],
  ])('writes %d as %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it('shows the sign of positive numbers on request', () => {
    expect([signed(1.5), signed(-1.5), signed(0)]).toEqual(['+1.50', '-1.50', '0']);
  });
});

describe('percent', () => {
  it('has one decimal and no negative zero', () => {
    expect(percent(0.346)).toBe('34.6 %');
    expect(percentNumber(-0.0001)).toBe('0.0');
    expect(percentNumber(-0.116)).toBe('-11.6');
    expect(percentNumber(Infinity)).toBe('∞');
  });
});

describe('powerOfTen', () => {
  it.each([
    [18.0792, '1.2e18'],
    [24, '1.0e24'],
    [400.5, '3.2e400'],
    [3.9999, '1.0e4'],
    [-12.66, '2.2e-13'],
    [2.5, '316'],
    [-Infinity, '0'],
    [Infinity, '∞'],
  ])('writes 10^%d as %s', (log10, text) => {
    expect(powerOfTen(log10)).toBe(text);
  });
});

describe('infiniteCondition', () => {
  it('names the rank and the size', () => {
    expect(infiniteCondition([620, 620], 784)).toBe('∞ (rank 620 < 784)');
    expect(infiniteCondition([622, 618], 784)).toBe('∞ (rank 618–622 < 784)');
  });
});

describe('duration', () => {
  it.each([
    [0.42, '0.420 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.6, '1 h 00 min'],
    [3725, '1 h 02 min'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('timestamp', () => {
  it('shortens UTC times and leaves other texts alone', () => {
    expect(timestamp('2026-11-03T09:12:44.000Z')).toBe('2026-11-03 09:12 UTC');
    expect(timestamp('2026-11-03T09:12:44+02:00')).toBe('2026-11-03T09:12:44+02:00');
  });
});
