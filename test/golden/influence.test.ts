import { describe, it } from 'vitest';
import { KernelRidge, Matrix } from '../../src/index.js';
import { influenceMargin, influencePrediction } from '../reference/influence.js';
import { expectClose } from '../support/expect-close.js';
import { CASE_A_RIDGE, caseA, syntheticCase } from '../support/golden.js';
import { TOLERANCE } from '../support/tolerance.js';

describe('the synthetic case', () => {
  const { kernels, Y, Yt, ridge } = syntheticCase();

  it.each([
    ['infinite', TOLERANCE.golden],
    ['empirical', TOLERANCE.golden],
    ['attention', TOLERANCE.illConditioned],
  ] as const)('ridge regression and loss influence with the %s kernel', async (name, tolerance) => {
    const golden = kernels[name];
    const model = await KernelRidge.fit(Matrix.from(golden.K), Matrix.from(Y), { ridge });
    const Kt = Matrix.from(golden.Kt);
    expectClose(model.alpha, golden.alpha, tolerance);
    expectClose(await model.predict(Kt), golden.predictions, tolerance);
    const influence = await model.influence(Kt, Matrix.from(Yt), { target: 'loss' });
    expectClose(influence, golden.influence_loss, tolerance);
    expectClose(await model.leaveOneOut(), golden.loo_residual, tolerance);
  });

  it.each([
    ['margin', influenceMargin],
    ['prediction', influencePrediction],
  ] as const)('%s influence against explicit refits', async (target, byRefits) => {
    const { K, Kt } = kernels.infinite;
    const model = await KernelRidge.fit(Matrix.from(K), Matrix.from(Y), { ridge });
    const influence = await model.influence(Matrix.from(Kt), Matrix.from(Yt), { target });
    expectClose(influence, byRefits(K, Y, Kt, Yt, ridge), TOLERANCE.golden);
  });
});

describe('case A', () => {
  const a = caseA();
  const matrix = (name: string): Matrix => Matrix.from(a.matrix(name));

  it.each([
    ['inf', 'Kinf'],
    ['m', 'Km'],
    ['mseq', 'Kmseq'],
  ])('predictions and influence f_%s', async (suffix, kernel) => {
    const model = await KernelRidge.fit(matrix(kernel), matrix('Y'), { ridge: CASE_A_RIDGE });
    const Kt = matrix(`${kernel}_t`);
    expectClose(await model.predict(Kt), a.matrix(`f_${suffix}`), TOLERANCE.golden);
    const influence = await model.influence(Kt, matrix('Yt'), { target: 'loss' });
    expectClose(influence, a.matrix(`I_${suffix}`), TOLERANCE.golden);
  });

  it.each([
    ['inf', 'Kinf'],
    ['m', 'Km'],
  ])('leave-one-out residuals selfres_%s', async (suffix, kernel) => {
    const model = await KernelRidge.fit(matrix(kernel), matrix('Y'), { ridge: CASE_A_RIDGE });
    expectClose(await model.leaveOneOut(), a.matrix(`selfres_${suffix}`), TOLERANCE.golden);
  });
});
