import { describe, expect, it } from 'vitest';
import {
  drawIndices,
  oneHot,
  sampleImages,
  unitRows,
  type LabelledImages,
} from '../../../src/data/dataset.js';
import { Matrix } from '../../../src/linalg/matrix.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { failure } from './fixtures.js';

const split: LabelledImages = {
  pixels: Uint8Array.of(0, 51, 102, 153, 204, 255),
  labels: Uint8Array.of(4, 5, 6),
  count: 3,
  width: 2,
  height: 1,
  channels: 1,
};

describe('sampleImages', () => {
  it('takes images in the given order, scaled to [0, 1]', () => {
    const sample = sampleImages(split, [2, 0]);
    expect(sample.pixels.toArray()).toEqual([
      [0.8, 1],
      [0, 0.2],
    ]);
    expect(sample.labels).toEqual(Int32Array.of(6, 4));
  });

  it.each([3, -1, 0.5, NaN])('refuses index %d', (index) => {
    expect(() => sampleImages(split, [0, index])).toThrow(
      failure('ERR_INVALID_ARGUMENT', /image index below 3 for indices\[1\]/),
    );
  });
});

describe('drawIndices', () => {
  const reversed = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => n - 1 - i);

  it('takes the first of the random order', () => {
    expect(drawIndices(5, 2, reversed)).toEqual(Int32Array.of(4, 3));
    expect(drawIndices(5, 5, reversed)).toEqual(Int32Array.of(4, 3, 2, 1, 0));
  });

  it.each([0, 6, 1.5, -1])('refuses to draw %d of 5', (count) => {
    expect(() => drawIndices(5, count, reversed)).toThrow(
      failure('ERR_INVALID_ARGUMENT', /integer between 1 and 5 for count/),
    );
  });
});

describe('unitRows', () => {
  it('scales rows to unit length and reports the zero rows', () => {
    const { matrix, zeroRows } = unitRows(
      Matrix.from([
        [3, -4],
        [0, 0],
        [0, 2],
      ]),
    );
    expectClose(
      matrix,
      [
        [0.6, -0.8],
        [0, 0],
        [0, 1],
      ],
      TOLERANCE.rounding,
    );
    expect(zeroRows).toEqual([1]);
  });

  it('leaves its argument as it is', () => {
    const original = Matrix.from([[3, 4]]);
    unitRows(original);
    expect(original.toArray()).toEqual([[3, 4]]);
  });

  it('neither overflows nor underflows', () => {
    const { matrix, zeroRows } = unitRows(
      Matrix.from([
        [3e200, 4e200],
        [3e-200, 4e-200],
      ]),
    );
    expectClose(
      matrix,
      [
        [0.6, 0.8],
        [0.6, 0.8],
      ],
      TOLERANCE.rounding,
    );
    expect(zeroRows).toEqual([]);
  });

  it.each([NaN, Infinity])('refuses %d and says where it is', (value) => {
    expect(() =>
      unitRows(
        Matrix.from([
          [1, 0],
          [0, value],
        ]),
      ),
    ).toThrow(failure('ERR_NOT_FINITE', /row 1, column 1/));
  });
});

describe('oneHot', () => {
  it('sets one column a row', () => {
    expect(oneHot([2, 0], 3).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it.each([3, -1, 0.5])('refuses label %d of 3 classes', (label) => {
    expect(() => oneHot([label], 3)).toThrow(
      failure('ERR_INVALID_ARGUMENT', /integer label below 3 for labels\[0\]/),
    );
  });

  it('refuses a number of classes that is none', () => {
    expect(() => oneHot([0], 0)).toThrow(failure('ERR_INVALID_ARGUMENT', /for classes/));
  });
});
