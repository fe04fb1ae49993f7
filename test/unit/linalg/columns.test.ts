import { expect, it } from 'vitest';
import { Matrix } from '../../../src/index.js';
import { columnDeviations, columnMeans } from '../../../src/linalg/columns.js';

it('means and deviations are those of each column; a constant one deviates by exactly 0', () => {
  const X = Matrix.from([
    [1, 0.1, -2],
    [3, 0.1, 4],
    [5, 0.1, 4],
  ]);
  expect(Array.from(columnMeans(X), (mean) => Number(mean.toFixed(12)))).toEqual([3, 0.1, 2]);
  const [first, constant, last] = columnDeviations(X);
  expect(first).toBeCloseTo(Math.sqrt(8 / 3), 14);
  expect(constant).toBe(0);
  expect(last).toBeCloseTo(Math.sqrt(8), 14);
});
