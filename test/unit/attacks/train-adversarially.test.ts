import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  permutation,
  trainAdversarially,
  uniform,
  type AttackTarget,
} from '../../../src/index.js';
import * as reference from '../../reference/attacks.js';
import { linearizedAttention } from '../../reference/attention.js';
import { train } from '../../reference/network.js';
import { item, rowOf, unitRows } from '../../reference/rows.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { expectMatrixClose, oneHotRows, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

const [N, INPUTS, CLASSES, BATCH, EPOCHS] = [9, 5, 3, 4, 2];
/** Streams of the library: order of the batches, random starts. */
const [BATCHES, ATTACK_START] = [3, 4];
const [EPS, STEPS, SEED] = [0.05, 3, 11];

const network = await TwoLayerNetwork.create({
  ...{ inputs: INPUTS, outputs: CLASSES, width: 70, seed: 1, scale: 1 },
});
const pixels = Matrix.of(uniform(2, 900_000, N * INPUTS), N, INPUTS);
const Y = Matrix.from(oneHotRows(N, CLASSES));
const STEP = { learningRate: 0.02, weightDecay: 1e-2 };
const ATTACK = { eps: EPS, steps: STEPS };

function orders(): number[][] {
  const words = Array.from(uniform(SEED, BATCHES, EPOCHS * N));
  return Array.from({ length: EPOCHS }, (_, epoch) => {
    const order = Array.from({ length: N }, (_unused, i) => i);
    for (let i = N - 1; i > 0; i--) {
      const j = Math.floor(item(words, epoch * N + i) * (i + 1));
      [order[i], order[j]] = [item(order, j), item(order, i)];
    }
    return order;
  });
}

/** The k-th point that is drawn starts at numbers k d ... of the stream. */
const starts = Array.from(uniform(SEED, ATTACK_START, EPOCHS * N * INPUTS));
const startOf = (k: number): number[] =>
  starts.slice(k * INPUTS, (k + 1) * INPUTS).map((u) => EPS * (2 * u - 1));

describe.each([
  ['no attention', undefined],
  ['a context', unitRowMatrix(7, INPUTS, 3)],
  ['a small context', unitRowMatrix(3, INPUTS, 4)],
])('with %s', (_, context) => {
  it('trains on PGD examples against the current weights', async () => {
    const batches = orders().flatMap((order) =>
      Array.from({ length: Math.ceil(N / BATCH) }, (_unused, b) =>
        order.slice(b * BATCH, (b + 1) * BATCH),
      ),
    );
    let drawn = 0;
    const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };
    const attendsTo = context && rowsOf(context);
    const expected = train(twin, rowsOf(pixels), rowsOf(Y), {
      ...{ loss: 'squared', ...STEP, batches },
      replace: (now, batch) => {
        const pipeline = {
          network: now,
          loss: 'squared',
          ...(attendsTo && { attendsTo }),
        } as const;
        const attacked = batch.map((i) => {
          const target = rowOf(rowsOf(Y), i);
          const walk = {
            eps: EPS,
            clip: [0, 1] as const,
            steps: STEPS,
            alpha: (2.5 * EPS) / STEPS,
          };
          const slope: reference.Gradient = (at) => reference.inputGradient(pipeline, at, target);
          return reference.pgd(rowOf(rowsOf(pixels), i), slope, {
            ...walk,
            start: startOf(drawn++),
          });
        });
        const units = unitRows(attacked);
        if (attendsTo === undefined) return units;
        return unitRows(linearizedAttention(attendsTo, { queries: units, normalize: false }));
      },
    });
    const target: AttackTarget = { network, loss: 'squared', context };
    const options = { ...ATTACK, ...STEP, epochs: EPOCHS, batchSize: BATCH, seed: SEED };
    const result = await trainAdversarially(target, pixels, Y, { ...options, snapshots: [1, 2] });
    expectMatrixClose(result.network.weights, expected.weights, TOLERANCE.golden);
    expect(result.parameters).toMatchObject({ attack: 'pgd', ...ATTACK, randomStart: true });
    const first = await trainAdversarially(target, pixels, Y, { ...options, epochs: 1 });
    expect(result.snapshots.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(result.snapshots[0]?.network.weights.data).toEqual(first.network.weights.data);
  });
});

it('without a radius it is training on unit rows', async () => {
  const options = { ...STEP, epochs: 3, batchSize: BATCH, seed: SEED };
  const still = await trainAdversarially({ network, loss: 'squared' }, pixels, Y, {
    ...options,
    eps: 0,
  });
  const units = Matrix.from(unitRows(rowsOf(pixels)));
  const plain = await network.train(units, Y, { ...options, loss: 'squared' });
  expectMatrixClose(still.network.weights, rowsOf(plain.network.weights), TOLERANCE.golden);
  expect(permutation(SEED, BATCHES, N)).toHaveLength(N);
});

it('refuses points that attend to each other, and pixels outside the box', async () => {
  const invalid = { code: 'ERR_INVALID_ARGUMENT' };
  const options = { ...ATTACK, epochs: 1, seed: SEED };
  const moving: AttackTarget = { network, loss: 'squared', context: 'points' };
  await expect(trainAdversarially(moving, pixels, Y, options)).rejects.toMatchObject(invalid);
  const outside = Matrix.of(
    pixels.data.map((value) => 2 * value),
    N,
    INPUTS,
  );
  const target: AttackTarget = { network, loss: 'squared' };
  await expect(trainAdversarially(target, outside, Y, options)).rejects.toMatchObject(invalid);
});

it('stops when it is told to, and tells its progress', async () => {
  const target: AttackTarget = { network, loss: 'squared' };
  const controller = new AbortController();
  const shares: number[] = [];
  const running = trainAdversarially(target, pixels, Y, {
    ...{ ...ATTACK, seed: SEED, epochs: 1_000_000, signal: controller.signal },
    onProgress: (share) => {
      shares.push(share);
      if (shares.length > 3) controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(Math.max(...shares)).toBeLessThan(1);
});
