import { describe, expect, it } from 'vitest';
import { Matrix, gram, linearizedAttention } from '../../../src/index.js';
import * as reference from '../../reference/attention.js';
import { multiply, norm } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { PRECISIONS, expectMatrixClose, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

/** Points and inputs of the context: both sides of d = n, which decides how the product is formed. */
const CONTEXTS: readonly [number, number][] = [
  [1, 1],
  [1, 65],
  [2, 3],
  [3, 2],
  [64, 64],
  [64, 65],
  [65, 64],
  [63, 129],
  [257, 5],
  [300, 33],
  [5, 257],
];

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  describe.each(CONTEXTS)('with a context of %d x %d', (n, d) => {
    const X = round(unitRowMatrix(n, d, 1));

    it('the points attend as the loops do', async () => {
      const raw = await linearizedAttention(X, { normalize: false });
      const expected = reference.linearizedAttention(rowsOf(X), { normalize: false });
      // Raw rows are sums over n points.
      expectMatrixClose(raw, expected, n * tolerance);
      const unit = await linearizedAttention(X);
      expectMatrixClose(unit, reference.linearizedAttention(rowsOf(X)), tolerance);
    });

    it.each([1, 128, 129])('%d queries attend as the loops do', async (q) => {
      const queries = round(unitRowMatrix(q, d, 2));
      const expected = reference.linearizedAttention(rowsOf(X), { queries: rowsOf(queries) });
      expectMatrixClose(await linearizedAttention(X, { queries }), expected, tolerance);
    });
  });
});

it.each([
  [30, 7],
  [7, 30],
])(
  'the Gram matrix of %d attended rows of %d inputs is the cube of that of the rows',
  async (n, d) => {
    const X = unitRowMatrix(n, d, 3);
    const G = reference.gram(rowsOf(X));
    const attended = await gram(await linearizedAttention(X, { normalize: false }));
    expectClose(attended, multiply(multiply(G, G), G), TOLERANCE.kernel);
  },
);

describe.each([
  [
    'few',
    [
      [1, 2],
      [0, 0],
      [3, -1],
    ],
    [
      [0, 0],
      [1, 1],
    ],
  ],
  [
    'many',
    [
      [1, 2, 0],
      [0, 0, 0],
    ],
    [
      [0, 0, 0],
      [2, -1, 0],
      [0, 0, 5],
    ],
  ],
])('rows without attention, of %s inputs', (_, context, queries) => {
  it('stay zero', async () => {
    const attended = await linearizedAttention(Matrix.from(context), {
      queries: Matrix.from(queries),
    });
    const expected = reference.linearizedAttention(context, { queries });
    expectClose(attended, expected, TOLERANCE.kernel);
    expect(attended.toArray()[0]).toEqual(queries[0]);
  });

  it('are zero where the whole context is', async () => {
    const zeros = Matrix.zeros(context.length, queries[0]?.length ?? 0);
    const attended = await linearizedAttention(zeros, { queries: Matrix.from(queries) });
    expect(new Set(attended.data)).toEqual(new Set([0]));
  });
});

it.each([1e-60, 1e60])('unit rows do not depend on the scale of the context, %d', async (scale) => {
  for (const [n, d] of [
    [20, 4],
    [4, 20],
  ] as const) {
    const X = unitRowMatrix(n, d, 4);
    const scaled = Matrix.of(
      X.data.map((value) => value * scale),
      n,
      d,
    );
    const attended = await linearizedAttention(scaled);
    expectClose(attended, await linearizedAttention(X), TOLERANCE.kernel);
    expectClose(attended.toArray().map(norm), new Array<number>(n).fill(1), TOLERANCE.rounding);
  }
});

it('refuses queries of another length and misspelt options', async () => {
  const X = unitRowMatrix(4, 3, 5);
  await expect(linearizedAttention(X, { queries: unitRowMatrix(4, 2, 5) })).rejects.toMatchObject({
    code: 'ERR_SHAPE_MISMATCH',
  });
  const misspelt = { normalise: false } as object;
  await expect(linearizedAttention(X, misspelt)).rejects.toMatchObject({
    code: 'ERR_INVALID_ARGUMENT',
    message: expect.stringContaining('normalise') as string,
  });
});
