import { describe, expect, it } from 'vitest';
import {
  fitPoints,
  pointInfluence,
  type Kernels,
} from '../../../../src/experiments/parts/multiverse-influence.js';
import { KernelRidge } from '../../../../src/influence/kernel-ridge.js';
import { infiniteNtk } from '../../../../src/kernels/infinite-ntk.js';
import { Matrix } from '../../../../src/linalg/matrix.js';
import { ridgeCoefficients } from '../../../reference/influence.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { influenceOf } from './multiverse-twin.js';
import { sample } from './problem.js';

const RIDGE = 1e-2;
const all = Array.from(sample.labels.keys());
const TARGETS = ['loss', 'margin', 'prediction'] as const;
const DEFINITIONS = ['loo', 'no-denominator', 'alpha-kept'] as const;

async function kernels(): Promise<Kernels> {
  return { K: await infiniteNtk(sample.X), Kt: await infiniteNtk(sample.X, sample.Z) };
}

/** +-1 targets of two classes out of three. */
const sign = (Y: Matrix): Matrix =>
  Matrix.from(Y.toArray().map(([first]) => [2 * (first ?? 0) - 1]));

describe.each([
  { targets: 'one-hot', Y: sample.Y, Yt: sample.Yt },
  { targets: '+-1', Y: sign(sample.Y), Yt: sign(sample.Yt) },
])('influence on $targets targets', ({ Y, Yt }) => {
  const task = { Y: Y.toArray(), Yt: Yt.toArray(), ridge: RIDGE };

  it.each(TARGETS)('with the denominator is the exact one, on the %s', async (target) => {
    const both = await kernels();
    const fit = await fitPoints(both, Y, all, RIDGE, {});
    const regression = await KernelRidge.fit(both.K, Y, { ridge: RIDGE });
    const exact = await regression.influence(both.Kt, Yt, { target });
    const effects = pointInfluence(fit, Yt, 'loo', target, fit.alpha);
    expectClose(effects, exact, TOLERANCE.golden);
  });

  it.each(DEFINITIONS.flatMap((influence) => TARGETS.map((target) => ({ influence, target }))))(
    'is that of plain loops: $influence, $target',
    async ({ influence, target }) => {
      const both = await kernels();
      const twin = { K: both.K.toArray(), Kt: both.Kt.toArray() };
      // What is kept comes from other data than the fit, as after a perturbation.
      const kept = ridgeCoefficients(twin.K, [...task.Y].reverse(), RIDGE);
      const points = [3, 17];
      const fit = await fitPoints(both, Y, points, RIDGE, {});
      const effects = pointInfluence(fit, Yt, influence, target, Matrix.from(kept));
      points.forEach((i, k) => {
        const expected = influenceOf(i, twin, task, { influence, target }, kept);
        expectClose(
          effects.toArray().map((row) => row[k]),
          expected,
          TOLERANCE.golden,
        );
      });
    },
  );
});

it('differs between the definitions', async () => {
  const fit = await fitPoints(await kernels(), sample.Y, all, RIDGE, {});
  const [loo, first, kept] = DEFINITIONS.map((influence) =>
    pointInfluence(fit, sample.Yt, influence, 'loss', fit.alpha).at(0, 0),
  );
  expect(new Set([loo, first, kept]).size).toBe(3);
});
