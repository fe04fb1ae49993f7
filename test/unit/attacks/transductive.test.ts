import { describe, expect, it } from 'vitest';
import { Matrix, TwoLayerNetwork, fgsm, pgd, pixelGradient, uniform } from '../../../src/index.js';
import * as reference from '../../reference/attacks.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { oneHotRows, rowsOf } from '../linalg/matrices.js';

const [INPUTS, CLASSES] = [6, 3];
const network = await TwoLayerNetwork.create({
  ...{ inputs: INPUTS, outputs: CLASSES, width: 40, seed: 1, scale: 1 },
});
const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };

function problem(n: number): { pixels: Matrix; Y: Matrix } {
  const pixels = Matrix.of(
    uniform(2, 900_000, n * INPUTS).map((value) => 0.1 + 0.8 * value),
    n,
    INPUTS,
  );
  return { pixels, Y: Matrix.from(oneHotRows(n, CLASSES)) };
}

describe.each(['cross-entropy', 'squared'] as const)('on the %s', (loss) => {
  const target = { network, loss, context: 'points' } as const;

  // By similarities (fewer points than inputs), by the moment, and in more than one block.
  it.each([1, 4, 6, 20, 60])('%d points have the gradient of their summed losses', async (n) => {
    const { pixels, Y } = problem(n);
    const expected = reference.transductiveGradient(
      { network: twin, loss },
      rowsOf(pixels),
      rowsOf(Y),
    );
    const gradient = await pixelGradient(target, pixels, Y);
    expectClose(gradient, expected, TOLERANCE.finiteDifference * 10);
  });

  it.each([4, 20])('%d points move against the moving context', async (n) => {
    const { pixels, Y } = problem(n);
    const eps = 0.03;
    const clip = [0, 1] as const;
    let expected = rowsOf(pixels);
    for (let step = 0; step < 3; step++) {
      const slopes = reference.transductiveGradient({ network: twin, loss }, expected, rowsOf(Y));
      expected = expected.map((row, i) =>
        row.map((value, j) => {
          const start = pixels.at(i, j);
          const moved = value + 0.02 * Math.sign(slopes[i]?.[j] ?? NaN);
          return Math.min(
            clip[1],
            Math.max(clip[0], Math.min(start + eps, Math.max(start - eps, moved))),
          );
        }),
      );
    }
    const options = { eps, alpha: 0.02, steps: 3, randomStart: false, seed: 1 };
    const { adversarial } = await pgd(target, pixels, Y, options);
    expectClose(adversarial, expected, TOLERANCE.kernel);
  });
});

it('the gradient differs from that with the same context held', async () => {
  const { pixels, Y } = problem(20);
  const context = Matrix.from(
    rowsOf(pixels).map((row) => row.map((value) => value / Math.hypot(...row))),
  );
  const moving = await pixelGradient({ network, loss: 'squared', context: 'points' }, pixels, Y);
  const held = await pixelGradient({ network, loss: 'squared', context }, pixels, Y);
  expect(
    Math.max(...moving.data.map((value, i) => Math.abs(value - (held.data[i] ?? 0)))),
  ).toBeGreaterThan(1e-3);
});

it('float32 follows float64', async () => {
  const { pixels, Y } = problem(60);
  const single = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
  const expected = await pixelGradient({ network, loss: 'squared', context: 'points' }, pixels, Y);
  const actual = await pixelGradient(
    { network: single, loss: 'squared', context: 'points' },
    pixels.toFloat32(),
    Y.toFloat32(),
  );
  expectClose(actual, expected.toArray(), 10 * TOLERANCE.float32Kernel);
});

describe('eps in other units', () => {
  const { pixels, Y } = problem(5);
  const target = { network, loss: 'squared' } as const;

  it("standardized: multiples of each pixel's scale", async () => {
    const scale = [1, 2, 0.5, 1, 0.1, 3];
    const { adversarial, parameters } = await fgsm(target, pixels, Y, {
      ...{ eps: 0.02, epsUnits: 'standardized', scale },
    });
    const slopes = await pixelGradient(target, pixels, Y);
    const expected = rowsOf(pixels).map((row, i) =>
      row.map((value, j) => value + 0.02 * (scale[j] ?? NaN) * Math.sign(slopes.at(i, j))),
    );
    expectClose(adversarial, expected, TOLERANCE.rounding);
    expect(parameters).toMatchObject({ epsUnits: 'standardized', scale: Float64Array.from(scale) });
  });

  it('unit: multiples of the norm of the point', async () => {
    const options = { eps: 0.02, epsUnits: 'unit' } as const;
    const { adversarial } = await fgsm(target, pixels, Y, options);
    const slopes = await pixelGradient(target, pixels, Y);
    const expected = rowsOf(pixels).map((row, i) =>
      row.map((value, j) => value + 0.02 * Math.hypot(...row) * Math.sign(slopes.at(i, j))),
    );
    expectClose(adversarial, expected, TOLERANCE.rounding);
  });

  it('random starts stay in the ball of each pixel', async () => {
    const scale = [1, 2, 0.5, 1, 0.1, 3];
    const { adversarial } = await pgd(target, pixels, Y, {
      ...{ eps: 0.02, alpha: 0, steps: 1, epsUnits: 'standardized', scale, seed: 3 },
    });
    const shares = rowsOf(pixels).flatMap((row, i) =>
      row.map((value, j) => Math.abs(adversarial.at(i, j) - value) / (0.02 * (scale[j] ?? NaN))),
    );
    expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-12);
    expect(Math.max(...shares)).toBeGreaterThan(0.8);
  });

  it.each([
    [{ epsUnits: 'standardized' }],
    [{ epsUnits: 'standardized', scale: [1, 1] }],
    [{ epsUnits: 'standardized', scale: [1, 1, 0, 1, 1, 1] }],
    [{ epsUnits: 'pixel', scale: [1, 1, 1, 1, 1, 1] }],
    [{ scale: [1, 1, 1, 1, 1, 1] }],
  ] as const)('%o is refused', async (units) => {
    await expect(fgsm(target, pixels, Y, { eps: 0.1, ...units })).rejects.toMatchObject({
      code: expect.stringMatching(/ERR_(INVALID_ARGUMENT|SHAPE_MISMATCH)/) as string,
    });
  });
});
