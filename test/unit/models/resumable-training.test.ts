/** A training that is paused and gone on with gives the bits of one that is not. */
import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  type Elements,
  type ResumableTrainOptions,
  type TrainingState,
} from '../../../src/index.js';
import { oneHotRows, unitRowMatrix } from '../linalg/matrices.js';

const [POINTS, EPOCHS] = [21, 5];
const STEPS = { loss: 'squared', epochs: EPOCHS, learningRate: 0.05, seed: 3 } as const;

interface Problem {
  readonly X: Matrix<Elements>;
  readonly Y: Matrix<Elements>;
  readonly network: TwoLayerNetwork<Elements>;
}

async function problem(precision: 'float64' | 'float32'): Promise<Problem> {
  const shape = { inputs: 4, outputs: 3, width: 130, seed: 1, scale: 0.5 };
  const network = await TwoLayerNetwork.create({ ...shape, precision });
  const [X, Y] = [unitRowMatrix(POINTS, 4, 2), Matrix.from(oneHotRows(POINTS, 3))];
  return precision === 'float64'
    ? { X, Y, network }
    : { X: X.toFloat32(), Y: Y.toFloat32(), network };
}

type Way = Pick<
  ResumableTrainOptions<Elements>,
  'optimizer' | 'batchSize' | 'schedule' | 'decay' | 'decayTowards'
>;
const WAYS: readonly Way[] = (['adam', 'sgd'] as const).flatMap((optimizer) =>
  [8, POINTS, 100].flatMap((batchSize) => [
    { optimizer, batchSize },
    {
      ...{ optimizer, batchSize, schedule: 'cosine', decay: 'decoupled' },
      decayTowards: 'start',
    } as const,
  ]),
);

describe.each(['float64', 'float32'] as const)('in %s', (precision) => {
  it.each(WAYS)('%o: interrupted after every epoch, it ends with the same bits', async (way) => {
    const { X, Y, network } = await problem(precision);
    const options = { ...STEPS, ...way };
    const whole = await network.train(X, Y, options);
    let state: TrainingState<Elements> | undefined;
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      const pause = AbortSignal.abort();
      state = await network.trainResumably(X, Y, { ...options, from: state, pause });
      expect(state.epoch).toBe(epoch);
    }
    expect(state?.network.weights.data).toEqual(whole.network.weights.data);
    expect(state?.network.signs).toBe(network.signs);
    expect(state?.losses).toEqual(whole.losses);
  });
});

describe('a state', () => {
  const paused = { pause: AbortSignal.abort() };

  it('has the moments of Adam by their definition, and none of SGD', async () => {
    const { X, Y, network } = await problem('float64');
    const options = { ...STEPS, batchSize: POINTS, weightDecay: 0 };
    const sgd = { ...options, optimizer: 'sgd', learningRate: 1 } as const;
    const step = await network.trainResumably(X, Y, { ...sgd, ...paused });
    expect(step.moments).toBeNull();
    const { moments } = await network.trainResumably(X, Y, { ...options, ...paused });
    expect([moments?.rows, moments?.cols]).toEqual([2 * network.width, 4]);
    for (const [r, j] of [
      [0, 0],
      [64, 1],
      [129, 3],
    ] as const) {
      const gradient = network.weights.at(r, j) - step.network.weights.at(r, j);
      expect(moments?.at(r, j)).toBeCloseTo(0.1 * gradient, 15);
      expect(moments?.at(network.width + r, j)).toBeCloseTo(1e-3 * gradient ** 2, 15);
    }
  });

  it('is not changed by what goes on from it', async () => {
    const { X, Y, network } = await problem('float64');
    const state = await network.trainResumably(X, Y, { ...STEPS, ...paused });
    const before = structuredClone([state.network.weights.data, state.moments?.data, state.losses]);
    const once = await network.trainResumably(X, Y, { ...STEPS, from: state });
    expect([state.network.weights.data, state.moments?.data, state.losses]).toEqual(before);
    const again = await network.trainResumably(X, Y, { ...STEPS, from: state });
    expect(again.network.weights.data).toEqual(once.network.weights.data);
  });

  it('after the last epoch is left as it is', async () => {
    const { X, Y, network } = await problem('float64');
    const done = await network.trainResumably(X, Y, STEPS);
    const same = await network.trainResumably(X, Y, { ...STEPS, from: done });
    expect(same).toEqual(done);
  });

  it('of Adam is refused by SGD', async () => {
    const { X, Y, network } = await problem('float64');
    const from = await network.trainResumably(X, Y, { ...STEPS, ...paused });
    await expect(
      network.trainResumably(X, Y, { ...STEPS, optimizer: 'sgd', from }),
    ).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringMatching(/^Expected null with 'sgd' for from\.moments but/) as string,
    });
  });
});

describe('pause', () => {
  it('ends a training of a million epochs that runs', async () => {
    const { X, Y, network } = await problem('float64');
    const pause = new AbortController();
    const epochs = 1_000_000;
    const training = network.trainResumably(X, Y, { ...STEPS, epochs, pause: pause.signal });
    setTimeout(() => {
      pause.abort();
    }, 20);
    const { epoch, losses } = await training;
    expect(epoch).toBeGreaterThan(0);
    expect(epoch).toBeLessThan(epochs);
    expect(losses).toHaveLength(epoch);
  });

  it('tells progress of the whole training', async () => {
    const { X, Y, network } = await problem('float64');
    const half = { ...STEPS, epochs: 2 };
    const from = await network.trainResumably(X, Y, { ...half, pause: AbortSignal.abort() });
    const shares: number[] = [];
    const onProgress = (share: number): number => shares.push(share);
    await network.trainResumably(X, Y, { ...half, from, onProgress });
    expect(shares.at(-1)).toBe(1);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5);
  });
});
