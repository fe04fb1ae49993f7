import fc from 'fast-check';
import { describe, it } from 'vitest';
import { KernelRidge, Matrix, type InfluenceTarget } from '../../src/index.js';
import {
  influenceLoss,
  influenceMargin,
  influencePrediction,
  leaveOneOutResiduals,
} from '../reference/influence.js';
import { gram } from '../reference/attention.js';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';
import { gaussianMatrix } from '../unit/linalg/matrices.js';
import { orders, scale, selectColumns } from './arbitraries.js';

const TARGETS = [
  ['loss', influenceLoss],
  ['margin', influenceMargin],
  ['prediction', influencePrediction],
] as const;

interface Problem {
  /** Kernel of points and queries together, the points first. */
  readonly K: Matrix;
  readonly Kt: Matrix;
  readonly Y: Matrix;
  readonly Yt: Matrix;
  readonly ridge: number;
}

/** A random kernel B B^T of any rank, random targets of 2 to 4 outputs, a ridge from 0.01 to 10. */
const problems: fc.Arbitrary<Problem> = fc
  .record({
    n: fc.integer({ min: 2, max: 12 }),
    queries: fc.integer({ min: 1, max: 5 }),
    rank: fc.integer({ min: 1, max: 15 }),
    outputs: fc.integer({ min: 2, max: 4 }),
    logRidge: fc.double({ min: -2, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ n, queries, rank, outputs, logRidge, seed }) => {
    const all = gram(gaussianMatrix(n + queries, rank, seed).toArray());
    const [top, bottom] = [all.slice(0, n), all.slice(n)];
    return {
      K: Matrix.from(top.map((row) => row.slice(0, n))),
      Kt: Matrix.from(bottom.map((row) => row.slice(0, n))),
      Y: gaussianMatrix(n, outputs, seed + 1),
      Yt: gaussianMatrix(queries, outputs, seed + 2),
      ridge: 10 ** logRidge,
    };
  });

async function influence(problem: Problem, target: InfluenceTarget): Promise<Matrix> {
  const { K, Kt, Y, Yt, ridge } = problem;
  const model = await KernelRidge.fit(K, Y, { ridge });
  return model.influence(Kt, Yt, { target });
}

const withOrder = (order: (problem: Problem) => number): fc.Arbitrary<[Problem, number[]]> =>
  problems.chain((problem) => fc.tuple(fc.constant(problem), orders(order(problem))));

describe.each(TARGETS)('influence on the %s', (target, byRefits) => {
  it('is what refits without each point say', () =>
    fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const [K, Y, Kt, Yt] = [problem.K, problem.Y, problem.Kt, problem.Yt].map((A) =>
          A.toArray(),
        );
        const expected = byRefits(K ?? [], Y ?? [], Kt ?? [], Yt ?? [], problem.ridge);
        expectClose(await influence(problem, target), expected, TOLERANCE.golden);
      }),
      { numRuns: 40 },
    ));

  it('follows an exchange of the points', () =>
    fc.assert(
      fc.asyncProperty(
        withOrder(({ K }) => K.rows),
        async ([problem, order]) => {
          const { K, Kt, Y } = problem;
          const exchanged = {
            ...problem,
            K: selectColumns(K.selectRows(order), order),
            Kt: selectColumns(Kt, order),
            Y: Y.selectRows(order),
          };
          const expected = selectColumns(await influence(problem, target), order);
          expectClose(await influence(exchanged, target), expected, TOLERANCE.golden);
        },
      ),
      { numRuns: 20 },
    ));

  it('follows an exchange of the queries', () =>
    fc.assert(
      fc.asyncProperty(
        withOrder(({ Kt }) => Kt.rows),
        async ([problem, order]) => {
          const { Kt, Yt } = problem;
          const exchanged = { ...problem, Kt: Kt.selectRows(order), Yt: Yt.selectRows(order) };
          const expected = (await influence(problem, target)).selectRows(order);
          expectClose(await influence(exchanged, target), expected, TOLERANCE.golden);
        },
      ),
      { numRuns: 20 },
    ));

  it('does not see the scale of the kernel and the ridge together', () =>
    fc.assert(
      fc.asyncProperty(
        problems,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        async (problem, c) => {
          const { K, Kt, ridge } = problem;
          const scaled = { ...problem, K: scale(K, c), Kt: scale(Kt, c), ridge: c * ridge };
          const expected = await influence(problem, target);
          expectClose(await influence(scaled, target), expected, TOLERANCE.golden);
        },
      ),
      { numRuns: 20 },
    ));

  it('of a point and its copy is the same', () =>
    fc.assert(
      fc.asyncProperty(problems, fc.nat(), async (problem, pick) => {
        const { K, Kt, Y } = problem;
        const order = Array.from({ length: K.rows + 1 }, (_, i) =>
          i < K.rows ? i : pick % K.rows,
        );
        const copied = {
          ...problem,
          K: selectColumns(K.selectRows(order), order),
          Kt: selectColumns(Kt, order),
          Y: Y.selectRows(order),
        };
        const scores = await influence(copied, target);
        const [original, copy] = [[pick % K.rows], [K.rows]];
        expectClose(selectColumns(scores, copy), selectColumns(scores, original), TOLERANCE.golden);
      }),
      { numRuns: 20 },
    ));
});

it('leave-one-out residuals are what refits without each point say', () =>
  fc.assert(
    fc.asyncProperty(problems, async ({ K, Y, ridge }) => {
      const model = await KernelRidge.fit(K, Y, { ridge });
      const expected = leaveOneOutResiduals(K.toArray(), Y.toArray(), ridge);
      expectClose(await model.leaveOneOut(), expected, TOLERANCE.golden);
    }),
    { numRuns: 40 },
  ));

it('predictions of the training points leave ridge times alpha of the targets', () =>
  fc.assert(
    fc.asyncProperty(problems, async ({ K, Y, ridge }) => {
      const model = await KernelRidge.fit(K, Y, { ridge });
      const fitted = await model.predict(K);
      const rest = Y.data.map((y, i) => y - (fitted.data[i] ?? NaN));
      expectClose(rest, scale(model.alpha, ridge).data, TOLERANCE.golden);
    }),
    { numRuns: 20 },
  ));
