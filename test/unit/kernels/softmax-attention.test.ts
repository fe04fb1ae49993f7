import { describe, expect, it } from 'vitest';
import {
  Matrix,
  linearizedAttention,
  softmaxAttention,
  type Elements,
} from '../../../src/index.js';
import * as reference from '../../reference/attention.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  PRECISIONS,
  expectMatrixClose,
  gaussianMatrix,
  rowsOf,
  unitRowMatrix,
} from '../linalg/matrices.js';
import { projectionWeights } from './projection-weights.js';

/** Points and inputs: edges of blocks of rows (128 to 256) and of keys (1024), of registers (8 and 16 numbers). */
const CONTEXTS: readonly [number, number][] = [
  [1, 1],
  [2, 3],
  [7, 5],
  [8, 2],
  [17, 4],
  [64, 9],
  [65, 33],
  [300, 7],
  [1024, 3],
  [1025, 3],
  [2049, 2],
];

describe.each(PRECISIONS)('in $name', ({ name, round, tolerance }) => {
  describe.each(CONTEXTS)('with a context of %d x %d', (n, d) => {
    const X = round(unitRowMatrix(n, d, 1));
    const temperature = Math.sqrt(d);

    it.each([undefined, 1, 33, 300])('%s queries attend as the loops do', async (q) => {
      const queries = q === undefined ? undefined : round(gaussianMatrix(q, d, 2));
      if (n * (q ?? n) > 1e6) return;
      const given = queries === undefined ? {} : { queries };
      const twin = { queries: queries && rowsOf(queries) };
      for (const normalize of [true, false]) {
        const expected = { ...twin, temperature, normalize };
        expectMatrixClose(
          await softmaxAttention(X, { ...given, normalize }),
          reference.softmaxAttention(rowsOf(X), expected),
          // Means of rows of all directions are short; normalising them takes digits.
          (normalize ? 50 : 1) * tolerance,
        );
      }
    });
  });

  it('exponentials are those of 64-bit arithmetic over their whole range', async () => {
    const span = name === 'float64' ? 720 : 95;
    const scores = Array.from({ length: 1500 }, (_, j) => -(span * j) / 1500);
    // One query of 1; keys and values side by side: scores, and one column of a unit matrix each.
    for (let first = 0; first < scores.length; first += 50) {
      const part = [0, ...scores.slice(first, first + 50)];
      const rows = part.map((score, i) => [score, ...part.map((_, j) => (i === j ? 1 : 0))]);
      const X = round(Matrix.from(rows));
      const queries = round(Matrix.from([[1, ...part.map(() => 0)]]));
      const weights = await softmaxAttention(X, { queries, temperature: 1, normalize: false });
      const stored = X.toArray().map((row) => row[0] ?? NaN);
      const total = stored.reduce((sum, score) => sum + Math.exp(score), 0);
      stored.forEach((score, j) => {
        const [actual, expected] = [weights.at(0, j + 1), Math.exp(score) / total];
        // Exponentials that are no normal numbers count as zero.
        const least = name === 'float64' ? 1e-292 : 1e-31;
        const error = Math.abs(actual - expected) / Math.max(expected, least);
        expect(error).toBeLessThan(name === 'float64' ? 2e-15 : 1e-6);
      });
    }
  });

  it('projects queries, keys and values', async () => {
    const X = round(unitRowMatrix(40, 6, 3));
    const queries = round(unitRowMatrix(9, 6, 4));
    const options = { queries, temperature: 0.7, normalize: false, projections: { seed: 11 } };
    const expected = reference.softmaxAttention(rowsOf(X), {
      ...{ queries: rowsOf(queries), temperature: 0.7, normalize: false },
      weights: projectionWeights(11, 6, 0),
    });
    expectMatrixClose(await softmaxAttention(X, options), expected, 5 * tolerance);
  });
});

describe('temperatures', () => {
  const X = unitRowMatrix(50, 6, 5);
  const queries = unitRowMatrix(20, 6, 6);
  const attend = async (temperature: number): Promise<Matrix> =>
    softmaxAttention(X, { queries, temperature, normalize: false });
  const rows = rowsOf(X);
  const mean = Array.from({ length: 6 }, (_, j) =>
    rows.reduce((s, row) => s + (row[j] ?? NaN) / 50, 0),
  );

  it('that are large leave the mean of the rows', async () => {
    expectClose(
      await attend(1e15),
      rowsOf(queries).map(() => mean),
      TOLERANCE.kernel,
    );
  });

  it('that are small leave the row of the largest score', async () => {
    const nearest = rowsOf(queries).map((query) => {
      const scores = rows.map((row) => row.reduce((s, x, j) => s + x * (query[j] ?? NaN), 0));
      return rows[scores.indexOf(Math.max(...scores))] ?? [];
    });
    expectClose(await attend(1e-6), nearest, TOLERANCE.kernel);
    expectClose(await attend(1e-300), nearest, TOLERANCE.kernel);
  });

  it('that grow leave linearized attention to the centred context as first-order term', async () => {
    const temperature = 1e5;
    const softmax = (await attend(temperature)).toArray();
    const first = softmax.map((row) =>
      row.map((x, j) => 50 * temperature * (x - (mean[j] ?? NaN))),
    );
    const centred = Matrix.from(rows.map((row) => row.map((x, j) => x - (mean[j] ?? NaN))));
    const linear = await linearizedAttention(centred, { queries, normalize: false });
    // The next term is of the order n / temperature; rounding of the mean is multiplied by 50 temperature.
    expectClose(first, linear.toArray(), 2e-4);
  });

  it('do not overflow scores of any size', async () => {
    const large = Matrix.of(
      X.data.map((value) => value * 1e100),
      50,
      6,
    );
    const attended = await softmaxAttention(large);
    expectClose(attended, rows, TOLERANCE.kernel);
  });
});

it('a row of zeros attends evenly, and a context of zeros gives zeros', async () => {
  const X = Matrix.from([
    [1, 0],
    [0, 3],
  ]);
  const queries = Matrix.zeros(1, 2);
  const even = await softmaxAttention(X, { queries, normalize: false });
  expect(even.toArray()).toEqual([[0.5, 1.5]]);
  expect((await softmaxAttention(Matrix.zeros(3, 2))).toArray()).toEqual(
    Array.from({ length: 3 }, () => [0, 0]),
  );
});

it('the scores of 30,000 points are never in memory at once', async () => {
  const X: Matrix<Elements> = unitRowMatrix(30_000, 2, 7);
  const queries = unitRowMatrix(300, 2, 8);
  const options = { queries, memoryBudget: 8 * 5e6 };
  await expect(softmaxAttention(X, options)).resolves.toBeInstanceOf(Matrix);
});

describe('refused', () => {
  const X = unitRowMatrix(4, 3, 9);

  it.each([0, -1, NaN, Infinity])('temperature %d', async (temperature) => {
    await expect(softmaxAttention(X, { temperature })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('temperature') as string,
    });
  });

  it('queries of another length', async () => {
    const queries = unitRowMatrix(4, 2, 9);
    await expect(softmaxAttention(X, { queries })).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
    });
  });
});
