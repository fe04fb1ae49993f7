import { describe, it } from 'vitest';
import {
  influenceLoss,
  influenceMargin,
  influencePrediction,
  leaveOneOutByRefits,
  leaveOneOutResiduals,
  ridgeCoefficients,
  ridgePredictions,
} from '../../reference/influence.js';
import { expectClose } from '../../support/expect-close.js';
import { CASE_A_RIDGE, caseA, syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

const a = caseA();

describe('ridge regression and influence of the synthetic case', () => {
  const { kernels, Y, Yt, ridge } = syntheticCase();

  it.each([
    ['infinite', TOLERANCE.golden],
    ['empirical', TOLERANCE.golden],
    ['attention', TOLERANCE.illConditioned],
  ] as const)('follow from the %s kernel', (name, tolerance) => {
    const { K, Kt, ...expected } = kernels[name];
    expectClose(ridgeCoefficients(K, Y, ridge), expected.alpha, tolerance);
    expectClose(ridgePredictions(K, Y, Kt, ridge), expected.predictions, tolerance);
    expectClose(leaveOneOutResiduals(K, Y, ridge), expected.loo_residual, tolerance);
    expectClose(influenceLoss(K, Y, Kt, Yt, ridge), expected.influence_loss, tolerance);
  });
});

describe('ridge regression and influence of case A', () => {
  const [Y, Yt] = [a.matrix('Y'), a.matrix('Yt')];

  it.each([
    ['inf', 'Kinf'],
    ['m', 'Km'],
    ['mseq', 'Kmseq'],
  ])('follow from the kernel of f_%s', (suffix, kernel) => {
    const [K, Kt] = [a.matrix(kernel), a.matrix(`${kernel}_t`)];
    const predictions = ridgePredictions(K, Y, Kt, CASE_A_RIDGE);
    expectClose(predictions, a.matrix(`f_${suffix}`), TOLERANCE.golden);
    const influence = influenceLoss(K, Y, Kt, Yt, CASE_A_RIDGE);
    expectClose(influence, a.matrix(`I_${suffix}`), TOLERANCE.golden);
    expectClose(columnMeans(influence), a.vector(`agg_${suffix}`), TOLERANCE.golden);
  });

  it.each([
    ['inf', 'Kinf'],
    ['m', 'Km'],
  ])('include the shifts D_%s and the residuals of the training points', (suffix, kernel) => {
    const [K, Kt] = [a.matrix(kernel), a.matrix(`${kernel}_t`)];
    const full = ridgePredictions(K, Y, Kt, CASE_A_RIDGE);
    const refits = leaveOneOutByRefits(K, Y, Kt, CASE_A_RIDGE);
    const shifts = full.map((outputs, t) =>
      refits.map((predictions) => outputs.map((value, k) => (predictions[t]?.[k] ?? NaN) - value)),
    );
    expectClose(shifts, a.tensor(`D_${suffix}`), TOLERANCE.golden);
    const residuals = leaveOneOutResiduals(K, Y, CASE_A_RIDGE);
    expectClose(residuals, a.matrix(`selfres_${suffix}`), TOLERANCE.golden);
  });
});

describe('the three targets, worked by hand', () => {
  // With K = I and ridge 1, f_k(t) = sum_i Kt_ti Y_ik / 2, and a refit just loses its own term.
  const K = [
    [1, 0],
    [0, 1],
  ];
  const Y = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  const Kt = [[1, 0.5]];
  const Yt = [[1, 0, 0]];

  it('loss: the half squared error grows without a helpful point', () => {
    // f = (0.5, 0.25, 0): 1/2 (0.25 + 0.0625); without the points 1/2 (1 + 0.0625) and 1/2 (0.25).
    expectClose(influenceLoss(K, Y, Kt, Yt, 1), [[0.375, -0.03125]], TOLERANCE.rounding);
  });

  it('margin: the best other class changes with the refit', () => {
    // Margin 0.25; without point 0 it is 0 - 0.25, without point 1 it is 0.5 - 0.
    expectClose(influenceMargin(K, Y, Kt, Yt, 1), [[0.5, -0.25]], TOLERANCE.rounding);
  });

  it('prediction: the output of the true class alone', () => {
    expectClose(influencePrediction(K, Y, Kt, Yt, 1), [[0.5, 0]], TOLERANCE.rounding);
  });
});

function columnMeans(A: readonly (readonly number[])[]): number[] {
  return (A[0] ?? []).map((_, i) => A.reduce((sum, row) => sum + (row[i] ?? NaN), 0) / A.length);
}
