/** Layers of attention, contexts of a rank, and projections. */
import { describe, expect, it } from 'vitest';
import { Matrix, gram, linearizedAttention, type Elements } from '../../../src/index.js';
import {
  linearizedAttention as attendOnce,
  stackedAttention,
  truncatedAttention,
} from '../../reference/attention.js';
import * as reference from '../../reference/attention.js';
import { columnsOf, multiply, norm, type Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { caseA } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { PRECISIONS, expectMatrixClose, rowsOf, unitRowMatrix } from '../linalg/matrices.js';
import { projectionWeights } from './projection-weights.js';

/** Contexts on both sides of d = n, of one and of several blocks of rows. */
const CONTEXTS: readonly [number, number][] = [
  [1, 3],
  [3, 1],
  [9, 9],
  [24, 7],
  [7, 24],
  [257, 5],
];
const QUERIES = [undefined, 1, 65] as const;
const STACKS = ['context', 'self'] as const;

/** Unit rows whose mean is not zero, as those of images: powers of C keep their size. */
function points(n: number, d: number, seed: number): Matrix {
  const rows = unitRowMatrix(n, d, seed).toArray();
  return Matrix.from(
    rows.map((row) => {
      const shifted = row.map((value) => value + 0.5 / Math.sqrt(d));
      return shifted.map((value) => value / norm(shifted));
    }),
  );
}

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  describe.each(CONTEXTS)('with a context of %d x %d', (n, d) => {
    const X = round(points(n, d, 1));
    const queriesOf = (q: number | undefined): Matrix<Elements> | undefined =>
      q === undefined ? undefined : round(points(q, d, 2));

    it.each(QUERIES.flatMap((q) => STACKS.flatMap((stack) => [2, 3].map((k) => [q, stack, k]))))(
      '%s queries through a %s stack of %d layers go as through the loops',
      async (...given) => {
        const [q, stack, layers] = given as [number | undefined, 'context' | 'self', number];
        const queries = queriesOf(q);
        const options = { stack, layers, ...(queries === undefined ? {} : { queries }) };
        const expected = { stack, layers, queries: queries && rowsOf(queries) };
        expectMatrixClose(
          await linearizedAttention(X, options),
          stackedAttention(rowsOf(X), expected),
          layers * tolerance,
        );
        expectRelativelyClose(
          await linearizedAttention(X, { ...options, normalize: false }),
          stackedAttention(rowsOf(X), { ...expected, normalize: false }),
          4 ** layers * tolerance,
        );
      },
    );

    it.each(QUERIES)('%s queries attend to a context of every rank', async (q) => {
      const queries = queriesOf(q);
      const options = queries === undefined ? {} : { queries };
      const least = Math.min(n, d);
      for (const rank of new Set([1, 2, least - 1, least, least + 1, 1000])) {
        if (rank < 1) continue;
        for (const stack of STACKS) {
          const layers = rank % 2 === 0 ? 2 : 1;
          expectMatrixClose(
            await linearizedAttention(X, { ...options, rank, stack, layers }),
            stackedAttention(rowsOf(X), {
              ...{ stack, layers, rank: Math.min(rank, d) },
              queries: queries && rowsOf(queries),
            }),
            GAP * tolerance,
          );
        }
      }
    });

    it.each(QUERIES)('%s queries go through projections as through the loops', async (q) => {
      const queries = queriesOf(q);
      const weights = (layer: number) => projectionWeights(7, d, layer);
      for (const stack of STACKS) {
        for (const layers of [1, 2]) {
          for (const normalize of [true, false]) {
            const options = { stack, layers, normalize, projections: { seed: 7 } };
            expectRelativelyClose(
              await linearizedAttention(X, {
                ...options,
                ...(queries === undefined ? {} : { queries }),
              }),
              stackedAttention(rowsOf(X), {
                ...{ stack, layers, normalize, weights },
                queries: queries && rowsOf(queries),
              }),
              PROJECTED * tolerance,
            );
          }
        }
      }
    });
  });
});

/** Eigenvectors turn by rounding over their distance to the next eigenvalue, here up to some hundreds. */
const GAP = 1000;
/** Rows projected close to zero lose digits when they are normalised. */
const PROJECTED = 1000;

/** Asserts |actual - expected| <= tolerance max |expected|. */
function expectRelativelyClose(actual: Matrix<Elements>, expected: Rows, tolerance: number): void {
  const largest = Math.max(...expected.flat().map(Math.abs));
  expectMatrixClose(
    Matrix.of(
      Float64Array.from(actual.data, (value) => value / largest),
      actual.rows,
      actual.cols,
    ),
    expected.map((row) => row.map((value) => value / largest)),
    tolerance,
  );
}

function power(G: Rows, exponent: number): Rows {
  return exponent === 1 ? G : multiply(power(G, exponent - 1), G);
}

describe.each([
  [30, 7],
  [7, 30],
])('the Gram matrix of %d rows of %d inputs', (n, d) => {
  const X = unitRowMatrix(n, d, 3);
  const G = reference.gram(rowsOf(X));

  it.each([1, 2, 3, 4])('becomes G^(2k+1) in %d layers with one context', async (k) => {
    const rows = await linearizedAttention(X, { layers: k, normalize: false });
    expectRelativelyClose(await gram(rows), power(G, 2 * k + 1), TOLERANCE.kernel);
  });

  it.each([1, 2, 3])('becomes G^(3^k) in %d layers of self-attention', async (k) => {
    const rows = await linearizedAttention(X, { layers: k, stack: 'self', normalize: false });
    expectRelativelyClose(await gram(rows), power(G, 3 ** k), TOLERANCE.golden);
  });
});

describe('deep stacks', () => {
  it.each(PRECISIONS)('of unit rows end at the leading eigenvector in $name', async ({ round }) => {
    for (const [n, d] of [
      [40, 300],
      [300, 40],
    ] as const) {
      const X = round(points(n, d, 4));
      const deep = await linearizedAttention(X, { layers: 2000 });
      const one = await linearizedAttention(X, { rank: 1 });
      expectClose(deep, one.toArray(), 100 * TOLERANCE.float32Kernel);
    }
  });

  it('of rows that are not normalised overflow, and say so', async () => {
    const X = points(40, 5, 4);
    for (const stack of STACKS) {
      const options = { layers: 400, stack, normalize: false } as const;
      await expect(linearizedAttention(X, options)).rejects.toMatchObject({
        code: 'ERR_NOT_FINITE',
      });
    }
  });

  it('keep rows that attend to nothing zero', async () => {
    const X = Matrix.from([
      [1, 2, 0],
      [0, 0, 0],
      [3, 1, 0],
    ]);
    const queries = Matrix.from([
      [0, 0, 4],
      [1, 0, 0],
    ]);
    for (const stack of STACKS) {
      const attended = await linearizedAttention(X, { queries, layers: 3, stack });
      expect([...attended.row(0)]).toEqual([0, 0, 0]);
      expectClose(norm([...attended.row(1)]), 1, TOLERANCE.rounding);
    }
  });
});

describe('a context of rank r', () => {
  it('has the golden rows of case A', async () => {
    const a = caseA();
    const X = Matrix.from(a.matrix('X'));
    expectClose(await linearizedAttention(X, { rank: 3 }), a.matrix('trunc3'), TOLERANCE.golden);
    expectClose(truncatedAttention(a.matrix('X'), 3), a.matrix('trunc3'), TOLERANCE.golden);
  });

  it.each([
    [30, 12],
    [12, 30],
  ])('leaves rows of rank r, %d x %d', async (n, d) => {
    const X = unitRowMatrix(n, d, 5);
    const rows = rowsOf(await linearizedAttention(X, { rank: 3, normalize: false }));
    const { jacobiEigenvalues } = await import('../../reference/eigen.js');
    const values = jacobiEigenvalues(reference.gram(rows));
    expect(values[2]).toBeGreaterThan(0.1);
    expect(Math.abs(values[3] ?? NaN)).toBeLessThan(TOLERANCE.kernel);
  });
});

it('projections differ from seed to seed, layer to layer and from each other', async () => {
  const X = Matrix.from([
    [1, 0],
    [0, 1],
  ]);
  const of = async (seed: number): Promise<number[][]> =>
    (await linearizedAttention(X, { projections: { seed }, normalize: false })).toArray();
  expect(await of(1)).toEqual(await of(1));
  expect(await of(1)).not.toEqual(await of(2));
  const { queries, keys, values } = projectionWeights(1, 2, 0);
  expect(queries).not.toEqual(keys);
  expect(keys).not.toEqual(values);
  expect(columnsOf(queries)).toBe(2);
});

describe('refused', () => {
  const X = unitRowMatrix(4, 3, 5);

  it('a rank beside projections, naming both', async () => {
    const options = { rank: 2, projections: { seed: 1 } };
    await expect(linearizedAttention(X, options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringMatching(/rank.*projections/) as string,
    });
  });

  it.each([{ layers: 0 }, { layers: 10_001 }, { rank: 0 }, { projections: { seed: -1 } }])(
    '%j',
    async (options) => {
      await expect(linearizedAttention(X, options)).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining(Object.keys(options)[0] ?? '') as string,
      });
    },
  );

  it('a context whose squares single precision cannot hold', async () => {
    const tiny = Matrix.of(Float32Array.from([1e-22, 2e-22, 3e-22, 1e-22]), 2, 2);
    await expect(linearizedAttention(tiny)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('scale it up') as string,
    });
    const attended = await linearizedAttention(tiny.toFloat64());
    expectClose(attended, attendOnce(tiny.toArray()), TOLERANCE.kernel);
  });
});

/** A third of 3000^2 doubles. */
const memoryBudget = 24e6;

describe('the memory of attention', () => {
  it('does not grow with n^2 when d < n', async () => {
    const [n, d] = [3000, 20];
    const X = unitRowMatrix(n, d, 6);
    const options = { layers: 2, memoryBudget };
    await expect(linearizedAttention(X, options)).resolves.toBeInstanceOf(Matrix);
    const queries = Matrix.of(X.data.subarray(0, d), 1, d);
    await expect(linearizedAttention(X, { queries, ...options })).resolves.toBeInstanceOf(Matrix);
  });

  it('does not grow with d^2 when n < d', async () => {
    const [n, d] = [20, 3000];
    const X = unitRowMatrix(n, d, 6);
    await expect(linearizedAttention(X, { layers: 2, memoryBudget })).resolves.toBeInstanceOf(
      Matrix,
    );
    await expect(linearizedAttention(X, { rank: 3, memoryBudget })).resolves.toBeInstanceOf(Matrix);
  });
});
