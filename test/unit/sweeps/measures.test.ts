/** Every measure against its twin by plain loops, on a tiny problem. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runSweep, uniform, type SweepCell, type SweepRequest } from '../../../src/index.js';
import { loadData } from '../../../src/sweeps/data/sources.js';
import { fgsm, mim, pgd } from '../../reference/attacks.js';
import { ridgePredictions } from '../../reference/influence.js';
import { deepNtk, infiniteNtkFirst } from '../../reference/kernels.js';
import {
  distanceValues,
  flipValues,
  inputsOf,
  kernelValues,
  spectrumValues,
  type Attack,
  type Sample,
} from '../../reference/measures.js';
import { loss as lossOf, train, type LossName, type Network } from '../../reference/network.js';
import { build, item, rowOf, unitRows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { initialNetwork, shuffled } from '../experiments/twin.js';

const DATA = {
  name: 'toy',
  synthetic: { points: 30, inputs: 4, classes: 3, decay: 'power', rate: 1 },
} as const;
const [N, TEST, WIDTH, EPOCHS, BATCH, SEED] = [14, 6, 24, 3, 5, 2];
const TRAINING = { learningRate: 0.05, weightDecay: 0.01 };
const [RIDGE, EPS, TAU] = [0.01, 0.3, 0.3];
const BASE = { data: DATA, n: N, test: TEST, seed: SEED } as const;
const NETWORK = {
  precision: 'float64',
  ...{ width: WIDTH, sigma: 0.5, epochs: EPOCHS, batch: BATCH },
  ...{ rate: TRAINING.learningRate, l2: TRAINING.weightDecay, ridge: RIDGE },
} as const;
/** Streams of the training sample, of the batches, of where PGD starts. */
const [SAMPLE, BATCHES, ATTACK_START] = [1001, 3, 4];
const MODELS = ['relu', 'attention'] as const;
const LOSSES = ['cross-entropy', 'squared'] as const;

let sample: Sample;
let deviation: readonly number[];
let range: readonly [number, number];

beforeAll(async () => {
  const set = await loadData(DATA);
  const all = set.train.rows(Int32Array.from({ length: set.train.count }, (_, i) => i)).toArray();
  const order = shuffled(SEED, SAMPLE, all.length);
  const [indices, testIndices] = [order.slice(0, N), order.slice(N, N + TEST)];
  const oneHot = (some: readonly number[]): number[][] =>
    build(some.length, set.classes, (i, k) => (set.train.labels[item(some, i)] === k ? 1 : 0));
  const points = indices.map((i) => rowOf(all, i));
  sample = {
    ...{ points, X: unitRows(points), Y: oneHot(indices) },
    ...{ Z: unitRows(testIndices.map((i) => rowOf(all, i))), Yt: oneHot(testIndices) },
  };
  const flat = all.flat();
  range = [Math.min(...flat), Math.max(...flat)];
  deviation = rowOf(all, 0).map((_, j) => {
    const column = all.map((row) => item(row, j));
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
  });
});

async function cellOf(request: Omit<SweepRequest, 'data'>): Promise<SweepCell['values']> {
  const { cells, failures } = await runSweep({ ...BASE, ...request });
  expect(failures).toEqual([]);
  const [cell, ...others] = cells;
  if (cell === undefined || others.length > 0) throw new Error(`${cells.length} cells`);
  return cell.values;
}

/** Compares every value of the twin, name by name. */
function expectValues(
  values: SweepCell['values'],
  expected: Readonly<Record<string, number | null>>,
  own: readonly string[] = [],
): void {
  expect(Object.keys(values).sort()).toEqual([...Object.keys(expected), ...own].sort());
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) expect(values[name], name).toBeNull();
    else expectClose(values[name], value, TOLERANCE.golden);
  }
}

/** The network of a model before and after training, and the mean loss met along the last epoch. */
function trained(
  model: (typeof MODELS)[number],
  loss: LossName,
): { readonly networks: readonly [Network, Network]; readonly finalLoss: number } {
  const { train: rows } = inputsOf(model, sample.X, sample.Z);
  const initial = initialNetwork(WIDTH, 4, 3, NETWORK.sigma, SEED);
  const batches = Array.from({ length: EPOCHS }, (_, epoch) => {
    const order = shuffled(SEED, BATCHES, N, epoch * N);
    return [0, 5, 10].map((start) => order.slice(start, start + BATCH));
  }).flat();
  const after = (steps: number): Network =>
    train(initial, rows, sample.Y, { loss, ...TRAINING, batches: batches.slice(0, steps) });
  const finalLoss = [6, 7, 8].reduce((sum, step) => {
    const batch = batches[step] ?? [];
    const [x, y] = [rows, sample.Y].map((of) => batch.map((i) => rowOf(of, i)));
    return sum + (lossOf(loss, after(step), x ?? [], y ?? []) * batch.length) / N;
  }, 0);
  return { networks: [initial, after(batches.length)], finalLoss };
}

it('spectrum', async () => {
  expectValues(await cellOf({ measure: 'spectrum' }), spectrumValues(sample.X));
});

describe.each(MODELS)('behind %s, kernel', (model) => {
  it.each([
    ['first', 2],
    ['all', 2],
    ['all', 4],
  ] as const)('of which %s layers learn, at depth %d', async (learning, depth) => {
    const { train: rows, test } = inputsOf(model, sample.X, sample.Z);
    const kernel = (queries: typeof rows): number[][] =>
      learning === 'first' ? infiniteNtkFirst(rows, queries) : deepNtk(rows, queries, { depth });
    const values = await cellOf({
      ...{ measure: 'kernel', model, trained: learning, depth, ridge: RIDGE },
    });
    const ofSolver = ['conditionEstimate', 'smallestPivot', 'residual'];
    expectValues(values, kernelValues(kernel(rows), kernel(test), sample, RIDGE), ofSolver);
  });
});

describe.each(MODELS)('behind %s, distance', (model) => {
  it.each(LOSSES)('of training by the %s', async (loss) => {
    const inputs = inputsOf(model, sample.X, sample.Z);
    const K = infiniteNtkFirst(inputs.train);
    const Kt = infiniteNtkFirst(inputs.train, inputs.test);
    const predictions = ridgePredictions(K, sample.Y, Kt, RIDGE);
    const { networks, finalLoss } = trained(model, loss);
    const expected = distanceValues(networks, inputs, K, predictions, sample.Yt);
    expectValues(await cellOf({ measure: 'distance', model, loss, ...NETWORK }), {
      ...expected,
      finalLoss,
    });
  });
});

/** Each attack, and the radius of each input. */
function attacks(attack: 'fgsm' | 'pgd' | 'mim', clip: readonly [number, number]): Attack {
  const options = { eps: EPS, clip, steps: 10 };
  return (point, gradient, k) => {
    if (attack === 'fgsm') return fgsm(point, gradient, options);
    if (attack === 'mim') return mim(point, gradient, { ...options, alpha: EPS / 10, decay: 1 });
    const d = point.length;
    const draws = [...uniform(SEED, ATTACK_START, (k + 1) * d)].slice(k * d);
    const start = draws.map((draw) => EPS * (2 * draw - 1));
    return pgd(point, gradient, { ...options, alpha: EPS / 4, start });
  };
}

describe.each(MODELS)('behind %s, flips', (model) => {
  const flips = (loss: LossName, attack: Attack): Record<string, number> => {
    const { networks } = trained(model, loss);
    const attendsTo = model === 'attention' ? { attendsTo: sample.X } : {};
    const pipeline = { network: networks[1], loss, ...attendsTo };
    return flipValues(pipeline, model, sample, { tau: TAU, ridge: RIDGE }, attack);
  };
  const REQUEST = { measure: 'flips', model, ...NETWORK, eps: EPS, tau: TAU } as const;

  it.each(['fgsm', 'pgd', 'mim'] as const)('under %s', async (attack) => {
    const loss = attack === 'pgd' ? 'squared' : 'cross-entropy';
    const values = await cellOf({ ...REQUEST, loss, attack });
    expectValues(values, flips(loss, attacks(attack, range)));
    expect(values['spearman']).toBeLessThan(1);
  });

  it('with a radius in standard deviations', async () => {
    const values = await cellOf({ ...REQUEST, attack: 'fgsm', epsUnits: 'standardized' });
    const standardized: Attack = (point, gradient) =>
      gradient(point).map((slope, j) => {
        const moved = item(point, j) + EPS * item(deviation, j) * Math.sign(slope);
        return Math.min(range[1], Math.max(range[0], moved));
      });
    expectValues(values, flips('cross-entropy', standardized));
  });
});
