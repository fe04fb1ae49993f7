import { describe, expect, it } from 'vitest';
import {
  fgsm,
  inputGradient,
  mim,
  pgd,
  pipelineLoss,
  type Gradient,
  type Pipeline,
} from '../../reference/attacks.js';
import { linearizedAttention } from '../../reference/attention.js';
import { loss, type Network } from '../../reference/network.js';
import { build, columnsOf, dot, unit } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

const { X, Y, W } = syntheticCase();
const network: Network = {
  weights: W,
  signs: build(W.length, columnsOf(Y), (r, k) => ((r + k) % 3 === 0 ? -1 : 1)),
};
const targets = Y[0] ?? [];
const pixels = [0.9, 0.2, 0.4, 0.7, 0.1];
const plain: Pipeline = { network, loss: 'cross-entropy' };
const attended: Pipeline = { ...plain, attendsTo: X };

describe('the pipeline', () => {
  it('puts unit norm, attention and unit norm before the network', () => {
    const x = [unit(pixels)];
    expect(pipelineLoss(plain, pixels, targets)).toBe(loss('cross-entropy', network, x, [targets]));
    const rows = linearizedAttention(X, { queries: x });
    const expected = loss('cross-entropy', network, rows, [targets]);
    expectClose(pipelineLoss(attended, pixels, targets), expected, TOLERANCE.rounding);
  });
});

describe('input gradient', () => {
  it.each([
    ['plain', plain],
    ['attended', attended],
  ])(
    'of the %s pipeline is orthogonal to the point, whose length does not matter',
    (_, pipeline) => {
      const gradient = inputGradient(pipeline, pixels, targets);
      expectClose(dot(gradient, pixels), 0, TOLERANCE.finiteDifference);
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.01);
    },
  );

  it('is the analytic one of a linear network', () => {
    // Two opposite units make relu(u) - relu(-u) = u: f = (w.x) / sqrt 2, and with y = 0 the loss is f^2 / 2.
    const w = [0.3, -0.4, 0.5];
    const linear: Network = { weights: [w, w.map((value) => -value)], signs: [[1], [-1]] };
    const x = [0.6, 0.2, 0.3];
    const size = Math.sqrt(dot(x, x));
    const along = dot(w, x) / size;
    const expected = x.map((value, j) => {
      const slope = (w[j] ?? NaN) / size - (along * value) / size ** 2;
      return (along * slope) / 2;
    });
    const gradient = inputGradient({ network: linear, loss: 'squared' }, x, [0]);
    expectClose(gradient, expected, TOLERANCE.finiteDifference);
  });
});

describe('attacks', () => {
  const clip = [0, 1] as const;
  const slope: Gradient = () => [2, -3, 0, 5, -1];
  const center = [0.5, 0.05, 0.5, 0.95, 0.5];

  it('fgsm steps eps along the sign and clips; a zero gradient moves nothing', () => {
    const moved = fgsm(center, slope, { eps: 0.1, clip });
    expectClose(moved, [0.6, 0, 0.5, 1, 0.4], TOLERANCE.rounding);
  });

  it('pgd starts off center, walks by alpha and stays in the ball', () => {
    const options = { eps: 0.2, alpha: 0.06, clip, start: [-0.1, 0.1, 0.1, -0.2, 0.1] };
    const twice = pgd(center, slope, { ...options, steps: 2 });
    expectClose(twice, [0.52, 0.03, 0.6, 0.87, 0.48], TOLERANCE.rounding);
    const often = pgd(center, slope, { ...options, steps: 20 });
    expectClose(often, [0.7, 0, 0.6, 1, 0.3], TOLERANCE.rounding);
  });

  it('mim remembers earlier gradients by their l1 share', () => {
    // First gradient (3, -1) is (0.75, -0.25), then (-10, -30) is (-0.25, -0.75): the sum keeps the first sign.
    const turning: Gradient = ([x]) => ((x ?? NaN) > 0.55 ? [-10, -30] : [3, -1]);
    const options = { eps: 0.3, alpha: 0.1, steps: 2, clip };
    const moved = mim([0.5, 0.5], turning, { ...options, decay: 1 });
    expectClose(moved, [0.7, 0.3], TOLERANCE.rounding);
    const forgetful = mim([0.5, 0.5], turning, { ...options, decay: 0 });
    expectClose(forgetful, [0.5, 0.3], TOLERANCE.rounding);
  });

  it('mim stays where every gradient is zero', () => {
    const still: Gradient = () => [0, 0];
    const options = { eps: 0.3, alpha: 0.1, steps: 3, clip, decay: 1 };
    expect(mim([0.5, 0.2], still, options)).toEqual([0.5, 0.2]);
  });

  it.each([
    ['plain', plain],
    ['attended', attended],
  ])('raise the loss of the %s pipeline', (_, pipeline) => {
    const gradient: Gradient = (x) => inputGradient(pipeline, x, targets);
    const before = pipelineLoss(pipeline, pixels, targets);
    const common = { eps: 0.05, clip };
    const start = pixels.map(() => 0);
    for (const moved of [
      fgsm(pixels, gradient, common),
      pgd(pixels, gradient, { ...common, steps: 5, alpha: 0.025, start }),
      mim(pixels, gradient, { ...common, steps: 5, alpha: 0.01, decay: 1 }),
    ]) {
      expect(pipelineLoss(pipeline, moved, targets)).toBeGreaterThan(before);
    }
  });
});
