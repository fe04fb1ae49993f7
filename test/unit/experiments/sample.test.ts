import { describe, expect, it } from 'vitest';
import type { ImageDataset } from '../../../src/data/dataset.js';
import { drawSample, modelInputs } from '../../../src/experiments/sample.js';
import { Matrix } from '../../../src/linalg/matrix.js';
import { linearizedAttention } from '../../reference/attention.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { TINY_DATASET } from './tiny.js';

const SIZES = { trainCount: 20, testCount: 10 };

describe('a sample', () => {
  it('is drawn without replacement, with pixels, unit rows and targets that belong together', () => {
    const sample = drawSample(TINY_DATASET, SIZES, 'multiclass', 3);
    expect(new Set(sample.indices).size).toBe(20);
    const { train } = TINY_DATASET;
    sample.indices.forEach((index, i) => {
      const pixels = [...train.pixels.subarray(36 * index, 36 * (index + 1))];
      expectClose(
        sample.pixels.row(i),
        pixels.map((value) => value / 255),
        TOLERANCE.rounding,
      );
      const norm = Math.hypot(...sample.pixels.row(i));
      expectClose(
        sample.X.row(i),
        [...sample.pixels.row(i)].map((value) => value / norm),
        TOLERANCE.rounding,
      );
      expect(sample.labels[i]).toBe(train.labels[index]);
      expect([...sample.Y.row(i)].indexOf(1)).toBe(train.labels[index]);
    });
    expect([sample.Z.rows, sample.Yt.rows, sample.testLabels.length]).toEqual([10, 10, 10]);
  });

  it('is a function of its seed', () => {
    const [first, again, other] = [3, 3, 4].map((seed) =>
      drawSample(TINY_DATASET, SIZES, 'multiclass', seed),
    );
    expect(again).toEqual(first);
    expect(other?.indices).not.toEqual(first?.indices);
  });

  it('holds the smaller sample of the same seed', () => {
    const small = drawSample(TINY_DATASET, { trainCount: 12, testCount: 5 }, 'multiclass', 3);
    const large = drawSample(TINY_DATASET, SIZES, 'multiclass', 3);
    expect(small.indices).toEqual(large.indices.slice(0, 12));
    expect(small.testLabels).toEqual(large.testLabels.slice(0, 5));
  });

  it.each(['train', 'test'] as const)('with a black image in the %s split is refused', (split) => {
    const pixels = TINY_DATASET[split].pixels.map((value, k) => (k < 36 ? 0 : value));
    const dataset: ImageDataset = { ...TINY_DATASET, [split]: { ...TINY_DATASET[split], pixels } };
    expect(() => drawSample(dataset, { trainCount: 40, testCount: 20 }, 'multiclass', 3)).toThrow(
      expect.objectContaining({
        code: 'ERR_DATA_FORMAT',
        message: expect.stringContaining('1 black ones') as unknown,
      }),
    );
  });
});

describe('the inputs of a model', () => {
  const { X, Z } = drawSample(TINY_DATASET, SIZES, 'multiclass', 3);

  it('are the rows themselves without attention', async () => {
    expect(await modelInputs('relu', X, Z, {})).toEqual({ train: X, test: Z });
  });

  it('attend to the training rows, the test rows too', async () => {
    const { train, test } = await modelInputs('attention', X, Z, {});
    const [rows, queries] = [X.toArray(), Z.toArray()];
    expectClose(train, linearizedAttention(rows), TOLERANCE.kernel);
    expectClose(test, linearizedAttention(rows, { queries }), TOLERANCE.kernel);
    expect(train).toBeInstanceOf(Matrix);
  });

  it('are not computed once the signal has fired', async () => {
    const options = { signal: AbortSignal.abort() };
    await expect(modelInputs('attention', X, Z, options)).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
  });
});
