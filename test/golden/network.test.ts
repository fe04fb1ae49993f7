import { describe, expect, it } from 'vitest';
import { Matrix, TwoLayerNetwork, fgsm, mim, pgd } from '../../src/index.js';
import * as attacks from '../reference/attacks.js';
import { forward, loss as lossOf, train } from '../reference/network.js';
import { build, rowOf, type Rows } from '../reference/rows.js';
import { expectClose } from '../support/expect-close.js';
import { syntheticCase } from '../support/golden.js';
import { TOLERANCE } from '../support/tolerance.js';

const { X, Y, W, Z, Yt } = syntheticCase();
const signs = build(W.length, 3, (r, k) => ((r + k) % 3 === 0 ? -1 : 1));
const network = new TwoLayerNetwork(Matrix.from(W), Matrix.from(signs));
const twin = { weights: W, signs };
const LOSSES = ['cross-entropy', 'squared'] as const;

it('predictions are those of the plain loops', async () => {
  expectClose(await network.predict(Matrix.from(Z)), forward(twin, Z), TOLERANCE.kernel);
});

describe.each(LOSSES)('training by the %s', (loss) => {
  it.each([0, 1e-3, 0.1])(
    'takes the steps of plain Adam with weight decay %d',
    async (weightDecay) => {
      // Whole batches: the order of the rows is then no matter.
      const common = { loss, learningRate: 0.02, weightDecay };
      const whole = X.map((_, i) => i);
      const batches = Array.from({ length: 50 }, () => whole);
      const [features, targets] = [Matrix.from(X), Matrix.from(Y)];
      const options = { ...common, epochs: 50, batchSize: X.length, seed: 1 };
      const trained = await network.train(features, targets, options);
      const expected = train(twin, X, Y, { ...common, batches });
      expectClose(trained.network.weights, expected.weights, TOLERANCE.golden);
      const before = train(twin, X, Y, { ...common, batches: batches.slice(1) });
      expectClose(trained.losses.at(-1), lossOf(loss, before, X, Y), TOLERANCE.golden);
    },
  );
});

describe.each(LOSSES)('the input gradient of the %s', (loss) => {
  it('is that of central differences', async () => {
    const step = 1e-5;
    const shifted = (i: number, j: number, by: number): Rows => [
      rowOf(Z, i).map((value, k) => (k === j ? value + by : value)),
    ];
    const expected = build(Z.length, 5, (i, j) => {
      const target = [rowOf(Yt, i)];
      const up = lossOf(loss, twin, shifted(i, j, step), target);
      const down = lossOf(loss, twin, shifted(i, j, -step), target);
      return (up - down) / (2 * step);
    });
    const gradient = await network.inputGradient(Matrix.from(Z), Matrix.from(Yt), { loss });
    expectClose(gradient, expected, TOLERANCE.finiteDifference);
  });
});

describe.each(LOSSES)('attacks on the %s', (loss) => {
  const clip = [0, 1] as const;
  const eps = 0.05;
  // Some pixels lie within eps of 0 or 1, so that clipping is met.
  const pixels = build(6, 5, (i, j) => 0.5 + 0.48 * Math.sin(7 * i + 3 * j + 1));
  const targets = Y.slice(0, 6);

  it.each([
    ['the plain network', undefined],
    ['attended rows', X],
  ])('on %s move as the plain loops do', async (_, attendsTo) => {
    const target = { network, loss, context: attendsTo && Matrix.from(attendsTo) };
    const pipeline = { network: twin, loss, ...(attendsTo && { attendsTo }) };
    const points = [Matrix.from(pixels), Matrix.from(targets)] as const;
    const each = (move: (x: readonly number[], slope: attacks.Gradient) => number[]): number[][] =>
      pixels.map((x, i) => move(x, (at) => attacks.inputGradient(pipeline, at, rowOf(targets, i))));

    const once = await fgsm(target, ...points, { eps });
    const expectedOnce = each((x, slope) => attacks.fgsm(x, slope, { eps, clip }));
    expectClose(once.adversarial, expectedOnce, TOLERANCE.kernel);
    expect(expectedOnce.flat()).toContain(1);

    const projected = await pgd(target, ...points, { eps, randomStart: false, seed: 1 });
    const start = Array.from({ length: 5 }, () => 0);
    const walk = { eps, clip, steps: 10, alpha: (2.5 * eps) / 10, start };
    expectClose(
      projected.adversarial,
      each((x, slope) => attacks.pgd(x, slope, walk)),
      TOLERANCE.kernel,
    );

    const momentum = await mim(target, ...points, { eps });
    const push = { eps, clip, steps: 10, alpha: eps / 10, decay: 1 };
    expectClose(
      momentum.adversarial,
      each((x, slope) => attacks.mim(x, slope, push)),
      TOLERANCE.kernel,
    );
  });
});
