import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  uniform,
  type Elements,
  type TrainOptions,
} from '../../../src/index.js';
import {
  loss as lossOf,
  train,
  type Network,
  type TrainOptions as TwinOptions,
} from '../../reference/network.js';
import { item, rowOf } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { expectMatrixClose, oneHotRows, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

const LOSSES = ['cross-entropy', 'squared'] as const;
/** Stream of the library from which the order of the batches is drawn. */
const BATCHES = 3;

/** The rows of every batch, in order: epoch e shuffles by words e n, e n + 1, ... of the stream. */
function batchesOf(seed: number, n: number, batchSize: number, epochs: number): number[][] {
  const words = Array.from(uniform(seed, BATCHES, epochs * n));
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(item(words, epoch * n + i) * (i + 1));
      [order[i], order[j]] = [item(order, j), item(order, i)];
    }
    const starts = Array.from({ length: Math.ceil(n / batchSize) }, (_, k) => k * batchSize);
    return starts.map((start) => order.slice(start, start + batchSize));
  }).flat();
}

interface Problem {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly network: TwoLayerNetwork;
  readonly twin: Network;
}

async function problem(n: number, width: number, outputs = 3): Promise<Problem> {
  const network = await TwoLayerNetwork.create({ inputs: 4, outputs, width, seed: 1, scale: 0.5 });
  const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };
  const Y =
    outputs === 1 ? oneHotRows(n, 2).map(([y]) => [2 * (y ?? NaN) - 1]) : oneHotRows(n, outputs);
  return { X: unitRowMatrix(n, 4, 2), Y: Matrix.from(Y), network, twin };
}

const STEP = { learningRate: 0.02, weightDecay: 1e-2 };

describe.each(LOSSES)('by the %s', (loss) => {
  // 37 points in batches of 16: the last batch of an epoch has 5.
  it.each([1, 127, 128, 129, 300])('width %d takes the steps of plain Adam', async (width) => {
    const { X, Y, network, twin } = await problem(37, width);
    const options = { loss, ...STEP, epochs: 2, batchSize: 16, seed: 9 };
    const trained = await network.train(X, Y, options);
    const batches = batchesOf(9, 37, 16, 2);
    const expected = train(twin, rowsOf(X), rowsOf(Y), { loss, ...STEP, batches });
    expectMatrixClose(trained.network.weights, expected.weights, TOLERANCE.golden);
    expect(trained.network.signs).toBe(network.signs);
  });

  it.each([
    [1, 10, 1],
    [129, 10, 4],
    [5, 7, 7],
    [5, 7, 100],
  ])(
    'width %d reports the losses met along %d points in batches of %d',
    async (width, n, batchSize) => {
      const { X, Y, network, twin } = await problem(n, width);
      const trained = await network.train(X, Y, { loss, ...STEP, epochs: 3, batchSize, seed: 10 });
      const batches = batchesOf(10, n, batchSize, 3);
      const losses = [0, 0, 0];
      batches.forEach((batch, step) => {
        const options = { loss, ...STEP, batches: batches.slice(0, step) };
        const before = train(twin, rowsOf(X), rowsOf(Y), options);
        const [x, y] = [X, Y].map((all) => batch.map((i) => rowOf(rowsOf(all), i)));
        const epoch = Math.floor((3 * step) / batches.length);
        losses[epoch] =
          item(losses, epoch) + (lossOf(loss, before, x ?? [], y ?? []) * batch.length) / n;
      });
      expectClose(trained.losses, losses, TOLERANCE.golden);
    },
  );

  it('float32 follows float64', async () => {
    const { X, Y, network } = await problem(37, 129);
    const options = { loss, ...STEP, epochs: 2, batchSize: 16, seed: 11 };
    const double = await network.train(X, Y, options);
    const start = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
    const single = await start.train(X.toFloat32(), Y.toFloat32(), options);
    expect(single.network.weights.data).toBeInstanceOf(Float32Array);
    const { weights } = double.network;
    expectMatrixClose(single.network.weights, weights.toArray(), TOLERANCE.float32Training);
    expectClose(single.losses, double.losses, TOLERANCE.float32Training);
  });
});

const WAYS: readonly Pick<TwinOptions, 'optimizer' | 'schedule' | 'decay' | 'decayTowards'>[] = [
  { optimizer: 'sgd' },
  { optimizer: 'sgd', decay: 'decoupled', schedule: 'cosine' },
  { optimizer: 'sgd', decayTowards: 'start' },
  { optimizer: 'adam', schedule: 'cosine' },
  { optimizer: 'adam', decay: 'decoupled' },
  { optimizer: 'adam', decay: 'decoupled', decayTowards: 'start' },
  { optimizer: 'adam', decay: 'coupled', decayTowards: 'start', schedule: 'cosine' },
];

describe.each(WAYS)('training with %o', (way) => {
  // Strong enough a decay that every way of it shows.
  const strong = { learningRate: 0.05, weightDecay: 0.3 };

  it.each([5, 130])('takes the steps of the loops at width %d', async (width) => {
    const { X, Y, network, twin } = await problem(21, width);
    const options = { loss: 'squared', ...strong, ...way } as const;
    const trained = await network.train(X, Y, { ...options, epochs: 3, batchSize: 8, seed: 20 });
    const batches = batchesOf(20, 21, 8, 3);
    const expected = train(twin, rowsOf(X), rowsOf(Y), { ...options, batches });
    expectMatrixClose(trained.network.weights, expected.weights, TOLERANCE.golden);
  });

  it('differs from the defaults', async () => {
    const { X, Y, network } = await problem(21, 5);
    const options = { loss: 'squared', ...strong, epochs: 3, batchSize: 8, seed: 20 } as const;
    const plain = await network.train(X, Y, options);
    const other = await network.train(X, Y, { ...options, ...way });
    expect(other.network.weights.data).not.toEqual(plain.network.weights.data);
  });

  it('float32 follows float64', async () => {
    const { X, Y, network } = await problem(21, 130);
    const options = {
      loss: 'squared',
      ...strong,
      ...way,
      epochs: 2,
      batchSize: 8,
      seed: 21,
    } as const;
    const double = await network.train(X, Y, options);
    const start = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
    const single = await start.train(X.toFloat32(), Y.toFloat32(), options);
    const { weights } = double.network;
    expectMatrixClose(single.network.weights, weights.toArray(), TOLERANCE.float32Training);
  });
});

describe('a batch of all points', () => {
  it('is gradient descent, whatever the seed', async () => {
    const { X, Y, network, twin } = await problem(300, 70);
    const options = { loss: 'cross-entropy', optimizer: 'sgd', ...STEP } as const;
    const whole = { ...options, epochs: 4, batchSize: 300 };
    const trained = await network.train(X, Y, { ...whole, seed: 22 });
    const all = Array.from({ length: 300 }, (_, i) => i);
    const expected = train(twin, rowsOf(X), rowsOf(Y), {
      ...options,
      batches: [all, all, all, all],
    });
    expectMatrixClose(trained.network.weights, expected.weights, TOLERANCE.golden);
    const other = await network.train(X, Y, { ...whole, batchSize: 1000, seed: 23 });
    expect(other.network.weights.data).toEqual(trained.network.weights.data);
  });
});

describe('many inputs, outputs and points', () => {
  // More than one block of columns, of lines of a panel, of outputs of a tile.
  it.each([
    [66, 150, 3],
    [5, 131, 13],
    [7, 5, 1],
  ])('%d units of %d inputs and %d outputs', async (width, inputs, outputs) => {
    const network = await TwoLayerNetwork.create({ inputs, outputs, width, seed: 24, scale: 0.5 });
    const [X, Y] = [unitRowMatrix(290, inputs, 25), Matrix.from(oneHotRows(290, outputs))];
    const options = { loss: 'squared', ...STEP } as const;
    const trained = await network.train(X, Y, { ...options, epochs: 1, batchSize: 270, seed: 26 });
    const batches = batchesOf(26, 290, 270, 1);
    const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };
    const expected = train(twin, rowsOf(X), rowsOf(Y), { ...options, batches });
    expectMatrixClose(trained.network.weights, expected.weights, TOLERANCE.golden);
  });
});

describe('snapshots', () => {
  const options = { loss: 'cross-entropy', batchSize: 16, seed: 27 } as const;

  it('are what shorter trainings return', async () => {
    const { X, Y, network } = await problem(37, 129);
    const epochs = [0, 1, 3, 4];
    const { snapshots, network: last } = await network.train(X, Y, {
      ...options,
      epochs: 4,
      snapshots: epochs,
    });
    expect(snapshots.map(({ epoch }) => epoch)).toEqual(epochs);
    for (const { epoch, network: kept } of snapshots) {
      const shorter = await network.train(X, Y, { ...options, epochs: epoch });
      expect(kept.weights.data).toEqual(shorter.network.weights.data);
      expect(kept.signs).toBe(network.signs);
    }
    expect(snapshots[3]?.network.weights.data).toEqual(last.weights.data);
    expect((await network.train(X, Y, { ...options, epochs: 1 })).snapshots).toEqual([]);
  });

  it.each([[[2, 1]], [[1, 1]], [[-1]], [[0.5]], [[6]], [[]]])(
    '%o are refused',
    async (snapshots) => {
      const { X, Y, network } = await problem(5, 3);
      await expect(network.train(X, Y, { ...options, epochs: 5, snapshots })).rejects.toMatchObject(
        { code: 'ERR_INVALID_ARGUMENT' },
      );
    },
  );

  it('are in the memory that is asked for', async () => {
    const { X, Y, network } = await problem(5, 1000);
    const train = async (memoryBudget: number): Promise<unknown> =>
      network.train(X, Y, {
        ...options,
        epochs: 9,
        snapshots: [1, 2, 3, 4, 5, 6, 7, 8, 9],
        memoryBudget,
      });
    const refused = await train(1).catch((error: unknown) => String(error));
    const without = await network
      .train(X, Y, { ...options, epochs: 9, memoryBudget: 1 })
      .catch((error: unknown) => String(error));
    const bytes = (text: unknown): number => Number(/needs (\d+)/.exec(String(text))?.[1]);
    expect(bytes(refused) - bytes(without)).toBe(9 * 1000 * 4 * 8);
  });
});

describe('one output', () => {
  const options = { epochs: 60, batchSize: 8, seed: 12, learningRate: 0.05 };

  it('learns its signs by the squared error', async () => {
    const { X, Y, network } = await problem(20, 64, 1);
    const losses = Array.from((await network.train(X, Y, { loss: 'squared', ...options })).losses);
    expect(item(losses, 59)).toBeLessThan(item(losses, 0) / 4);
  });

  it('has nothing to learn by the cross-entropy, since its softmax is 1', async () => {
    const { X, Y, network } = await problem(20, 64, 1);
    const { losses } = await network.train(X, Y, { loss: 'cross-entropy', ...options });
    expect(losses).toEqual(new Float64Array(60));
  });
});

describe('the defaults', () => {
  it('are 500 epochs in batches of 128, steps of 1e-3 and decay 1e-3', async () => {
    const { X, Y, network } = await problem(130, 3);
    const short = await network.train(X, Y, { loss: 'squared', seed: 13 });
    expect(short.losses).toHaveLength(500);
    const spelt = { batchSize: 128, learningRate: 1e-3, weightDecay: 1e-3, epochs: 500 };
    const same = await network.train(X, Y, { loss: 'squared', seed: 13, ...spelt });
    expect(same.network.weights.data).toEqual(short.network.weights.data);
  });
});

describe('the seed', () => {
  it('decides the order of the batches and nothing else', async () => {
    const { X, Y, network } = await problem(30, 20);
    const train = async (seed: number, batchSize: number): Promise<Matrix> => {
      const options = { loss: 'squared', epochs: 3, batchSize, seed } as const;
      return (await network.train(X, Y, options)).network.weights;
    };
    expect((await train(14, 8)).data).toEqual((await train(14, 8)).data);
    expect((await train(14, 8)).data).not.toEqual((await train(15, 8)).data);
    expectClose(await train(14, 30), await train(15, 30), TOLERANCE.golden);
  });
});

it('no epochs leave the network as it was', async () => {
  const { X, Y, network } = await problem(5, 6);
  const { network: same, losses } = await network.train(X, Y, {
    loss: 'squared',
    epochs: 0,
    seed: 1,
  });
  expect(same.weights.data).toEqual(network.weights.data);
  expect(same.weights.data).not.toBe(network.weights.data);
  expect(losses).toHaveLength(0);
});

it('training leaves its arguments alone', async () => {
  const { X, Y, network } = await problem(20, 30);
  const before = [X, Y, network.weights, network.signs].map((matrix) => matrix.data.slice());
  await network.train(X, Y, { loss: 'squared', epochs: 2, batchSize: 7, seed: 1 });
  expect([X, Y, network.weights, network.signs].map((matrix) => matrix.data)).toEqual(before);
});

it('a unit that no point opens never moves without decay', async () => {
  const X = Matrix.from([
    [1, 0.2],
    [0.3, 1],
  ]);
  const network = new TwoLayerNetwork(
    Matrix.from([
      [-1, -1],
      [1, 1],
    ]),
    Matrix.from([[1], [1]]),
  );
  const options = { loss: 'squared', epochs: 5, weightDecay: 0, seed: 1 } as const;
  const { weights } = (await network.train(X, Matrix.from([[3], [3]]), options)).network;
  expect(Array.from(weights.row(0))).toEqual([-1, -1]);
  expect(weights.at(1, 0)).not.toBe(1);
});

describe('training that diverges', () => {
  const diverging = async (learningRate: number, epochs: number): Promise<unknown> => {
    const { X, Y, network } = await problem(20, 30);
    return network.train(X, Y, { loss: 'squared', epochs, learningRate, seed: 1 });
  };

  it('is refused with the epoch', async () => {
    await expect(diverging(1e200, 5)).rejects.toMatchObject({
      code: 'ERR_NOT_FINITE',
      message: 'Training diverged in epoch 2: the loss is not finite; try a smaller learningRate',
    });
  });

  it('is refused when only the last step overflows', async () => {
    const { X, Y, network } = await problem(20, 30);
    const single = new TwoLayerNetwork<Elements>(
      network.weights.toFloat32(),
      network.signs.toFloat32(),
    );
    const options = { loss: 'squared', epochs: 1, learningRate: 1e39, seed: 1 } as const;
    const trained = single.train(X.toFloat32(), Y.toFloat32(), options);
    const weightsOf = trained.then(({ network: { weights } }) => weights.data.slice(0, 3));
    await expect(weightsOf).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
  });
});

describe('refused', () => {
  it.each([
    ['epochs', -1],
    ['epochs', 1.5],
    ['batchSize', 0],
    ['learningRate', 0],
    ['learningRate', NaN],
    ['weightDecay', -1e-3],
    ['seed', -1],
    ['loss', 'hinge'],
  ])('%s = %s', async (name, value) => {
    const { X, Y, network } = await problem(4, 3);
    const options = { loss: 'squared', seed: 1, epochs: 1, [name]: value } as TrainOptions;
    await expect(network.train(X, Y, options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining(`for ${name} but received`) as string,
    });
  });

  it('targets that do not fit', async () => {
    const { X, network } = await problem(4, 3);
    const options = { loss: 'squared', seed: 1 } as const;
    for (const Y of [Matrix.zeros(3, 3), Matrix.zeros(4, 2)]) {
      await expect(network.train(X, Y, options)).rejects.toMatchObject({
        code: 'ERR_SHAPE_MISMATCH',
      });
    }
  });
});
