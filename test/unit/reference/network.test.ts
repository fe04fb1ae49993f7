import { describe, expect, it } from 'vitest';
import {
  forward,
  jacobian,
  loss,
  train,
  weightGradient,
  type LossName,
  type Network,
} from '../../reference/network.js';
import { build, columnsOf, type Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

const { X, Y, W } = syntheticCase();
const STEP = 1e-5;
const LOSSES: readonly LossName[] = ['cross-entropy', 'squared'];

const network: Network = {
  weights: W,
  signs: build(W.length, columnsOf(Y), (r, k) => ((r + k) % 3 === 0 ? -1 : 1)),
};

/** d value / d matrix_ij by central differences. */
function differences(matrix: Rows, value: (shifted: Rows) => number): number[][] {
  const shift = (i: number, j: number, by: number): Rows =>
    matrix.map((row, r) => row.map((entry, k) => (r === i && k === j ? entry + by : entry)));
  return build(matrix.length, columnsOf(matrix), (i, j) => {
    return (value(shift(i, j, STEP)) - value(shift(i, j, -STEP))) / (2 * STEP);
  });
}

/** Two inputs, four units of which one is shut, two outputs: f = (1/2) A^T relu(W x). */
const tiny: Network = {
  weights: [
    [1, 0],
    [0, 2],
    [-1, -1],
    [1, 1],
  ],
  signs: [
    [1, -1],
    [1, 1],
    [1, 1],
    [-1, 1],
  ],
};

describe('forward and loss', () => {
  it('match the network worked by hand', () => {
    // relu(W x) = (3, 2, 0, 4) for x = (3, 1).
    expect(forward(tiny, [[3, 1]])).toEqual([[0.5, 1.5]]);
    expect(loss('squared', tiny, [[3, 1]], [[1, 0]])).toBe(1.25);
    const expected = Math.log(1 + Math.exp(1));
    expectClose(loss('cross-entropy', tiny, [[3, 1]], [[1, 0]]), expected, TOLERANCE.rounding);
  });

  it('average over the points', () => {
    for (const name of LOSSES) {
      const both = loss(name, network, X.slice(0, 2), Y.slice(0, 2));
      const each = [0, 1].map((i) => loss(name, network, X.slice(i, i + 1), Y.slice(i, i + 1)));
      expectClose(both, ((each[0] ?? NaN) + (each[1] ?? NaN)) / 2, TOLERANCE.rounding);
    }
  });

  it('stay finite for huge outputs', () => {
    expect(loss('cross-entropy', tiny, [[3000, 1000]], [[1, 0]])).toBe(1000);
  });
});

describe('gradients', () => {
  it.each(LOSSES)('of the %s agree with finite differences', (name) => {
    const expected = differences(W, (weights) => loss(name, { ...network, weights }, X, Y));
    expectClose(weightGradient(name, network, X, Y), expected, TOLERANCE.finiteDifference);
  });

  it('in the Jacobian agree with finite differences of the outputs', () => {
    const signs = W.map((_, r) => (r % 4 === 1 ? -1 : 1));
    const x = X.slice(0, 1);
    const output = (weights: Rows, outer: readonly number[]): number =>
      forward({ weights, signs: outer.map((sign) => [sign]) }, x)[0]?.[0] ?? NaN;
    const inner = differences(W, (weights) => output(weights, signs));
    const outer = differences([signs], ([shifted]) => output(W, shifted ?? []));
    const [row] = jacobian(W, signs, x, 'both');
    expectClose(row ?? [], [...inner.flat(), ...outer.flat()], TOLERANCE.finiteDifference);
    expect(jacobian(W, signs, x, 'first')[0]).toEqual(row?.slice(0, W.length * columnsOf(W)));
  });
});

describe('train', () => {
  const base = { loss: 'squared', learningRate: 0.1, weightDecay: 0 } as const;

  it('moves every weight by the learning rate in its first step', () => {
    const { weights } = train(tiny, [[3, 1]], [[0, 0]], { ...base, batches: [[0]] });
    // Slopes 1/2 A f = (-0.5, 1, -, 0.5) times x: the sign decides, the shut unit rests.
    expectClose(
      weights,
      [
        [1.1, 0.1],
        [-0.1, 1.9],
        [-1, -1],
        [0.9, 0.9],
      ],
      1e-7,
    );
  });

  it('couples the decay to the moments', () => {
    const { weights } = train(tiny, [[3, 1]], [[0.5, 1.5]], {
      ...base,
      weightDecay: 1e-3,
      batches: [[0]],
    });
    // At the minimum of the loss only the decay is left, and Adam takes its sign: a whole step.
    expectClose(
      weights,
      [
        [0.9, 0],
        [0, 1.9],
        [-0.9, -0.9],
        [0.9, 0.9],
      ],
      1e-5,
    );
  });

  it('follows the moments over two steps of one weight', () => {
    // f = w on x = 1, so the gradient is w - y: y = 0 then y = 3.
    const single: Network = { weights: [[1]], signs: [[1]] };
    const { weights } = train(single, [[1], [1]], [[0], [3]], { ...base, batches: [[0], [1]] });
    const afterOne = 1 - 0.1 / (1 + 1e-8);
    const [g1, g2] = [1, afterOne - 3];
    const mean = (0.9 * 0.1 * g1 + 0.1 * g2) / (1 - 0.9 ** 2);
    const variance = (0.999 * 0.001 * g1 ** 2 + 0.001 * g2 ** 2) / (1 - 0.999 ** 2);
    const expected = afterOne - (0.1 * mean) / (Math.sqrt(variance) + 1e-8);
    expectClose(weights, [[expected]], TOLERANCE.kernel);
  });

  it.each(LOSSES)('lowers the %s', (name) => {
    const batches = Array.from({ length: 60 }, () => X.map((_, i) => i));
    const trained = train(network, X, Y, { ...base, loss: name, learningRate: 0.02, batches });
    expect(loss(name, trained, X, Y)).toBeLessThan(0.5 * loss(name, network, X, Y));
  });
});
