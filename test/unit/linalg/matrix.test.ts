import { describe, expect, it } from 'vitest';
import { Matrix } from '../../../src/index.js';

const A = Matrix.from([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('making', () => {
  it('wraps a typed array without copying it', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const B = Matrix.of(data, 2, 2);
    expect(B.data).toBe(data);
    expect(B.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('copies rows of numbers', () => {
    expect([A.rows, A.cols]).toEqual([2, 3]);
    expect(A.data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(Matrix.zeros(2, 1).data).toEqual(Float64Array.of(0, 0));
  });

  it.each([
    ['an array', [1, 2], 1, 2, 'ERR_INVALID_ARGUMENT'],
    ['integers', Int32Array.of(1, 2), 1, 2, 'ERR_INVALID_ARGUMENT'],
    ['a negative size', Float64Array.of(1, 2), -1, -2, 'ERR_INVALID_ARGUMENT'],
    ['a fractional size', Float64Array.of(1, 2), 0.5, 4, 'ERR_INVALID_ARGUMENT'],
    ['another length', Float64Array.of(1, 2), 2, 2, 'ERR_SHAPE_MISMATCH'],
  ])('refuses %s', (_, data, rows, cols, code) => {
    expect(() => Matrix.of(data as unknown as Float64Array, rows, cols)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('refuses ragged rows and what is no number', () => {
    expect(() => Matrix.from([[1, 2], [3]])).toThrow(
      expect.objectContaining({
        code: 'ERR_SHAPE_MISMATCH',
        message: 'Expected 2 elements in row 1 but received 1',
      }),
    );
    expect(() => Matrix.from([[1], ['2' as unknown as number]])).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: 'Expected a number at row 1, column 0 but received "2" of type string',
      }),
    );
  });
});

describe('reading', () => {
  it('addresses rows first', () => {
    expect(A.at(1, 0)).toBe(4);
    expect(A.at(0, 2)).toBe(3);
  });

  it.each([
    [2, 0],
    [0, 3],
    [-1, 0],
    [0, -1],
    [0.5, 0],
  ])('refuses (%d, %d), which is outside', (i, j) => {
    expect(() => A.at(i, j)).toThrow(`Expected an index inside 2 x 3 but received (${i}, ${j})`);
  });

  it('gives rows as views', () => {
    const B = Matrix.from([
      [1, 2],
      [3, 4],
    ]);
    B.row(1)[0] = 7;
    expect(B.at(1, 0)).toBe(7);
  });

  it('copies selected rows in their order and precision', () => {
    expect(A.selectRows([1, 0, 1]).toArray()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(A.toFloat32().selectRows(Int32Array.of(1)).data).toEqual(Float32Array.of(4, 5, 6));
    expect(() => A.selectRows([2])).toThrow(
      'Expected row index below 2 for indices[0] but received 2 of type number',
    );
  });

  it('changes precision by rounding', () => {
    const third = Matrix.from([[1 / 3]]);
    expect(third.toFloat32().at(0, 0)).toBe(Math.fround(1 / 3));
    expect(third.toFloat32().toFloat64().data).toEqual(Float64Array.of(Math.fround(1 / 3)));
  });
});
