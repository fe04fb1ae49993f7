import { describe, expect, it } from 'vitest';
import { powerOfTen } from '../../../../src/report/format.js';
import {
  collapseTable,
  cubeTable,
  equalSizeTable,
  layersTable,
  predictedWidthTable,
  sampleSizeTable,
} from '../../../../src/report/tables/spectrum-study.js';
import { cellOf, condition, cube, halfWidthOfTwo, layered } from '../records.js';

const CONDITIONS = [10, 100, 1000].flatMap((n) =>
  [0, 1, 2].map((seed) => condition(n, seed, 0.1 * (seed - 1))),
);

describe('condition numbers by n', () => {
  const table = sampleSizeTable(CONDITIONS);

  it('are medians over draws, by definition', () => {
    expect(table.columns).toEqual(['', 'n = 10', 'n = 100', 'n = 1000']);
    expect(table.groups[0]?.rows.map(({ head }) => head)).toEqual([
      ...['κ', 'κ_{d}, rounding', 'κ_{d}, rtol 1.0e-3', 'κ_{100}'],
    ]);
    expect(cellOf(table, 'κ', 'n = 100').value).toBe('1.0e4');
    expect(cellOf(table, 'κ', 'n = 1000').value).toBe('∞');
    expect(cellOf(table, 'κ_{d}, rounding', 'n = 1000').value).toBe('1.0e6');
    expect(cellOf(table, 'κ_{100}', 'n = 10').value).toBe('∞');
    expect(table.notes.join(' ')).toContain('3 of n = 10, 3 of n = 100');
  });

  it('give the widths of both versions', () => {
    const widths = predictedWidthTable(CONDITIONS);
    const [v1, v2] = widths.groups.map(({ title }) => title);
    expect(cellOf(widths, 'κ', 'n = 100', v1).value).toBe('1.0e24');
    expect(cellOf(widths, 'κ', 'n = 100', v2).value).toBe('1.0e26');
    expect(widths.notes[0]).toContain('> 1e18');
  });

  it('meet the paper where the median crosses its number', () => {
    // kappa = n^2: 1.2e3 at 34.6, 8.7e3 at 93.3.
    const sizes = equalSizeTable(CONDITIONS);
    expect(cellOf(sizes, 'κ', '1200 (MNIST)').value).toBe('35');
    expect(cellOf(sizes, 'κ', '8700 (CIFAR-10)').value).toBe('93');
    expect(cellOf(sizes, 'κ_{d}, rtol 1.0e-3', '1200 (MNIST)').value).toBe('not met');
  });
});

describe('the cube', () => {
  const table = cubeTable([cube(500, 0), cube(500, 1)]);

  it('is compared on the log scale', () => {
    expect(cellOf(table, 'κ_{r}(G)^{3}', 'value').value).toBe('1.0e9');
    expect(cellOf(table, 'κ_{r}(F Fᵀ) / κ_{r}(G)^{3}', 'value').value).toBe('1.00');
    const [a, b] = [Math.log10(0.8), Math.log10(0.9)];
    const middle = (a + b) / 2;
    const half = halfWidthOfTwo(a, b);
    expect(cellOf(table, 'κ_{r}(U Uᵀ) / κ_{r}(G)^{3}', 'value')).toEqual({
      value: powerOfTen(middle),
      detail: `[${powerOfTen(middle - half)}, ${powerOfTen(middle + half)}]`,
    });
    expect(cellOf(table, 'κ_{r}(G)', 'seeds').value).toBe('2');
    expect(table.notes.join(' ')).toContain('above 1.0e-9 × λ_{1}');
  });

  it('has a group for each n', () => {
    expect(cubeTable([cube(500, 0), cube(100, 0)]).groups.map(({ title }) => title)).toEqual([
      'n = 100',
      'n = 500',
    ]);
  });

  it('goes with a collapse of the rows', () => {
    const collapse = collapseTable([cube(500, 0), cube(500, 1)]);
    expect(cellOf(collapse, 'before attention', 'mean cosine').value).toBe('0.400');
    expect(cellOf(collapse, 'after attention', 'λ_{1} / trace').value).toBe('0.990');
    expect(cellOf(collapse, 'after attention', 'effective rank').value).toBe('1.06');
  });
});

it('layers name their reading and power', () => {
  const table = layersTable([
    layered('context', 2, 0),
    layered('self', 2, 0),
    layered('self', 3, 0),
  ]);
  expect(cellOf(table, '2 layers, context', 'p').value).toBe('5');
  expect(cellOf(table, '2 layers, context', 'κ_{r}(G)^{p}').value).toBe('1.0e5');
  expect(cellOf(table, '2 layers, context', 'κ_{r} measured').value).toBe(powerOfTen(4.95));
  expect(cellOf(table, '2 layers, self', 'κ_{100}(G)^{p}').value).toBe('1.0e27');
  expect(cellOf(table, '3 layers, self', 'p').value).toBe('27');
  expect(cellOf(table, '3 layers, self', 'κ_{100}(G)^{p}').value).toBe('∞');
  expect(cellOf(table, '2 layers, self', '1 − mean cosine').value).toBe('2.00e-4');
});
