import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix, TwoLayerNetwork, pixelGradient, type LossName } from '../../src/index.js';
import { inputGradient, pipelineLoss, type Pipeline } from '../reference/attacks.js';
import { linearizedAttention } from '../reference/attention.js';
import { dot, norm, rowOf, unit } from '../reference/rows.js';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';
import { gaussianMatrix, oneHotRows, unitRowMatrix } from '../unit/linalg/matrices.js';
import { scale } from './arbitraries.js';

const [INPUTS, OUTPUTS] = [5, 3];
/** Length of the points: the curvature of the normalisation falls with its cube. */
const LENGTH = 3;

interface Problem {
  readonly network: TwoLayerNetwork;
  readonly context: Matrix | undefined;
  readonly pixels: Matrix;
  readonly Y: Matrix;
}

/** A network of random width; points that attend to nothing, to few points or to many. */
const problems: fc.Arbitrary<Problem> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    points: fc.constantFrom(0, 3, 12),
    n: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(),
  })
  .map(({ width, points, n, seed }) => ({
    network: new TwoLayerNetwork(
      gaussianMatrix(width, INPUTS, seed),
      Matrix.of(gaussianMatrix(width, OUTPUTS, seed + 1).data.map(Math.sign), width, OUTPUTS),
    ),
    context: points === 0 ? undefined : unitRowMatrix(points, INPUTS, seed + 2),
    pixels: scale(unitRowMatrix(n, INPUTS, seed + 3), LENGTH),
    Y: Matrix.from(oneHotRows(n, OUTPUTS)),
  }));

/** The gradient that the attacks step along. */
async function analyticGradient(
  { network, context, pixels, Y }: Problem,
  loss: LossName,
): Promise<Matrix> {
  return pixelGradient({ network, context, loss }, pixels, Y);
}

function twinOf({ network, context }: Problem, loss: LossName): Pipeline {
  const twin = { weights: network.weights.toArray(), signs: network.signs.toArray() };
  return { network: twin, loss, ...(context && { attendsTo: context.toArray() }) };
}

/**
 * The points around which the loss is as smooth as a central difference needs it: no unit of the
 * network near its kink, and enough of the point left by attention.
 */
function smoothPoints(
  problem: Problem,
  pipeline: Pipeline,
): { x: number[]; y: readonly number[]; i: number }[] {
  const Y = problem.Y.toArray();
  const points = problem.pixels.toArray().map((x, i) => ({ x, y: rowOf(Y, i), i }));
  return points.filter(({ x }) => {
    const { attendsTo, network } = pipeline;
    const input = [unit(x)];
    const attended = attendsTo
      ? linearizedAttention(attendsTo, { queries: input, normalize: false })
      : input;
    const seen = rowOf(attended, 0);
    return norm(seen) > 0.3 && network.weights.every((w) => Math.abs(dot(w, unit(seen))) > 1e-3);
  });
}

describe.each(['cross-entropy', 'squared'] as const)('the gradient of the %s', (loss) => {
  it('through normalisation and attention is that of central differences', () =>
    fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const gradient = await analyticGradient(problem, loss);
        const pipeline = twinOf(problem, loss);
        for (const { x, y, i } of smoothPoints(problem, pipeline)) {
          expectClose(gradient.row(i), inputGradient(pipeline, x, y), TOLERANCE.finiteDifference);
        }
      }),
      { numRuns: 40 },
    ));

  it('is orthogonal to the point, whose length the loss does not see', () =>
    fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const gradient = await analyticGradient(problem, loss);
        problem.pixels.toArray().forEach((x, i) => {
          const g = Array.from(gradient.row(i));
          expect(Math.abs(dot(g, x))).toBeLessThanOrEqual(TOLERANCE.kernel * norm(g) * norm(x));
        });
      }),
      { numRuns: 20 },
    ));

  it('points uphill', () =>
    fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const gradient = await analyticGradient(problem, loss);
        const pipeline = twinOf(problem, loss);
        for (const { x, y, i } of smoothPoints(problem, pipeline)) {
          const g = Array.from(gradient.row(i));
          if (norm(g) < 1e-2) continue;
          const along = x.map((value, j) => value + (1e-5 * (g[j] ?? NaN)) / norm(g));
          expect(pipelineLoss(pipeline, along, y)).toBeGreaterThan(pipelineLoss(pipeline, x, y));
        }
      }),
      { numRuns: 20 },
    ));
});
