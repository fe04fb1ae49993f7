import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Matrix,
  deepNtk,
  eigh,
  empiricalNtk,
  frobeniusNorm,
  gram,
  infiniteNtk,
  linearizedAttention,
  relativeDifference,
  spectrum,
} from '../../src/index.js';
import { multiply, transpose } from '../reference/rows.js';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';
import { gaussianMatrix } from '../unit/linalg/matrices.js';
import { add, numbers, orders, points, scale, selectColumns } from './arbitraries.js';

type Kernel = (X: Matrix, Z?: Matrix) => Promise<Matrix>;

const INFINITE: readonly [string, Kernel][] = [
  ['infinite, first layer', async (X, Z) => infiniteNtk(X, Z)],
  ['infinite, both layers', async (X, Z) => infiniteNtk(X, Z, { trained: 'both' })],
  ['infinite, depth 4', async (X, Z) => deepNtk(X, Z, { depth: 4 })],
];
const EMPIRICAL: readonly [string, Kernel][] = (['first', 'both'] as const).map((trained) => [
  `empirical, ${trained} trained`,
  async (X, Z) => empiricalNtk(X, Z, { weights: gaussianMatrix(70, X.cols, 1), trained }),
]);
const KERNELS = [...INFINITE, ...EMPIRICAL];

/** Asserts |A - B|_F <= tolerance |B|_F. */
function expectSame(A: Matrix, B: Matrix, tolerance: number = TOLERANCE.kernel): void {
  expect(relativeDifference(A, B)).toBeLessThan(tolerance);
}

describe.each(KERNELS)('the kernel %s', (_, kernel) => {
  it('follows an exchange of the points', () =>
    fc.assert(
      fc.asyncProperty(
        points(40, 9).chain((X) => fc.tuple(fc.constant(X), orders(X.rows))),
        async ([X, order]) => {
          const K = await kernel(X);
          const exchanged = await kernel(X.selectRows(order));
          expectSame(exchanged, selectColumns(K.selectRows(order), order));
        },
      ),
      { numRuns: 20 },
    ));

  it('is a block of the kernel of all points together', () =>
    fc.assert(
      fc.asyncProperty(points(40, 9), async (X) => {
        const half = Math.floor(X.rows / 2);
        const [top, bottom] = [0, half].map((from) =>
          Array.from({ length: from === 0 ? half : X.rows - half }, (_, i) => from + i),
        ) as [number[], number[]];
        const block = selectColumns((await kernel(X)).selectRows(top), bottom);
        expectSame(await kernel(X.selectRows(bottom), X.selectRows(top)), block);
      }),
      { numRuns: 20 },
    ));

  it('is positive semidefinite', () =>
    fc.assert(
      fc.asyncProperty(points(40, 9), async (X) => {
        const { values } = await eigh(await kernel(X));
        const [largest, smallest] = [values[0] ?? NaN, values.at(-1) ?? NaN];
        expect(smallest).toBeGreaterThan(-TOLERANCE.kernel * largest);
      }),
      { numRuns: 20 },
    ));
});

describe.each(INFINITE)('the kernel %s', (_, kernel) => {
  it('grows with the square of the length of all points', () =>
    fc.assert(
      fc.asyncProperty(
        points(30, 9),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        async (X, c) => {
          expectSame(await kernel(scale(X, c)), scale(await kernel(X), c * c));
        },
      ),
      { numRuns: 20 },
    ));

  it('grows with the length of the queries', () =>
    fc.assert(
      fc.asyncProperty(
        points(30, 9),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        async (X, c) => {
          const Z = gaussianMatrix(5, X.cols, 2);
          expectSame(await kernel(X, scale(Z, c)), scale(await kernel(X, Z), c));
        },
      ),
      { numRuns: 20 },
    ));

  it('does not see a rotation of the inputs', () =>
    fc.assert(
      fc.asyncProperty(points(30, 9), fc.nat(), async (X, seed) => {
        const [v] = [gaussianMatrix(X.cols, 1, seed)];
        const size = frobeniusNorm(v) ** 2;
        const along = multiply(X.toArray(), v.toArray());
        const mirrored = X.toArray().map((row, i) =>
          row.map((value, j) => value - (2 * (along[i]?.[0] ?? NaN) * v.at(j, 0)) / size),
        );
        expectSame(await kernel(Matrix.from(mirrored)), await kernel(X), TOLERANCE.golden);
      }),
      { numRuns: 20 },
    ));
});

describe('sums', () => {
  it('kernels of z and of -z share out <z, x>: one of w and -w opens', () =>
    fc.assert(
      fc.asyncProperty(points(30, 9), async (X) => {
        const [Z, W] = [gaussianMatrix(7, X.cols, 3), gaussianMatrix(33, X.cols, 4)];
        const weights = Matrix.from([...W.toArray(), ...scale(W, -1).toArray()]);
        const products = Matrix.from(multiply(Z.toArray(), transpose(X.toArray())));
        const rules: [number, Kernel][] = [
          [0.5, async (_, queries) => infiniteNtk(X, queries)],
          [1, async (_, queries) => infiniteNtk(X, queries, { trained: 'both' })],
          [0.5, async (_, queries) => empiricalNtk(X, queries, { weights })],
        ];
        for (const [share, kernel] of rules) {
          const opposite = scale(await kernel(X, scale(Z, -1)), -1);
          expectSame(add(await kernel(X, Z), opposite), scale(products, share));
        }
      }),
      { numRuns: 20 },
    ));

  it('the kernel of a width is the mean over its units', () =>
    fc.assert(
      fc.asyncProperty(
        points(30, 9),
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 130 }),
        fc.constantFrom('first' as const, 'both' as const),
        async (X, left, right, trained) => {
          const weights = gaussianMatrix(left + right, X.cols, 5);
          const part = async (from: number, count: number): Promise<Matrix> => {
            const units = Array.from({ length: count }, (_, r) => from + r);
            const K = await empiricalNtk(X, undefined, {
              weights: weights.selectRows(units),
              trained,
            });
            return scale(K, count / (left + right));
          };
          const whole = await empiricalNtk(X, undefined, { weights, trained });
          expectSame(add(await part(0, left), await part(left, right)), whole);
        },
      ),
      { numRuns: 20 },
    ));

  it('eigenvalues add up to the trace, their squares to |G|^2, their cubes to |attention|^2', () =>
    fc.assert(
      fc.asyncProperty(points(40, 40), async (X) => {
        const { eigenvalues } = await spectrum(X);
        const sumOf = (power: number): number =>
          eigenvalues.reduce((sum, value) => sum + value ** power, 0);
        const attended = await linearizedAttention(X, { normalize: false });
        const expected = [frobeniusNorm(X), frobeniusNorm(await gram(X)), frobeniusNorm(attended)];
        const ratios = expected.map((norm, k) => sumOf(k + 1) / norm ** 2);
        expectClose(ratios, [1, 1, 1], TOLERANCE.kernel);
      }),
      { numRuns: 20 },
    ));

  it('attention is linear in the queries', () =>
    fc.assert(
      fc.asyncProperty(points(30, 30), fc.nat(), async (X, seed) => {
        const [A, B] = [gaussianMatrix(5, X.cols, seed), gaussianMatrix(5, X.cols, seed + 1)];
        const attend = (queries: Matrix): Promise<Matrix> =>
          linearizedAttention(X, { queries, normalize: false });
        expectSame(await attend(add(A, B)), add(await attend(A), await attend(B)));
      }),
      { numRuns: 20 },
    ));
});

it('attention does not see the order of the context', () =>
  fc.assert(
    fc.asyncProperty(
      points(30, 30).chain((X) => fc.tuple(fc.constant(X), orders(X.rows))),
      async ([X, order]) => {
        const queries = gaussianMatrix(6, X.cols, 6);
        const exchanged = await linearizedAttention(X.selectRows(order), { queries });
        expectSame(exchanged, await linearizedAttention(X, { queries }));
      },
    ),
    { numRuns: 20 },
  ));

it('empirical kernels do not depend on the order of the units', () =>
  fc.assert(
    fc.asyncProperty(numbers(20, 5), numbers(90, 5), orders(90), async (X, weights, order) => {
      const [K, same] = [
        await empiricalNtk(X, undefined, { weights }),
        await empiricalNtk(X, undefined, { weights: weights.selectRows(order) }),
      ];
      expect(same.data).toEqual(K.data);
    }),
    { numRuns: 20 },
  ));
