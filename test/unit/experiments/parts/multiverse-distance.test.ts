import { describe, expect, it } from 'vitest';
import {
  kernelPredictions,
  kernelPredictionsCost,
  multiverseDistanceCost,
  multiverseDistanceRecord,
} from '../../../../src/experiments/parts/multiverse-distance.js';
import { jacobiEigenvalues } from '../../../reference/eigen.js';
import { ridgePredictions } from '../../../reference/influence.js';
import { infiniteNtkFirst } from '../../../reference/kernels.js';
import { forward, train } from '../../../reference/network.js';
import { at, build, item, multiply, norm, rowOf, transpose } from '../../../reference/rows.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { inputsOf } from '../twin.js';
import {
  SEED,
  SETTINGS,
  inputsOfModel,
  sample,
  twin,
  twinBatches,
  twinNetwork,
} from './problem.js';

const AXES = { epochs: [4, 2], norm: ['spectral', 'frobenius', 'rms'] } as const;
const TRAINING = { batchSize: 10, learningRate: 0.02, precision: 'float64' } as const;
const RIDGE = 1e-3;

describe.each([
  { model: 'relu', loss: 'cross-entropy', l2: 1e-3 },
  { model: 'attention', loss: 'mse', l2: 0 },
] as const)('the distances of $model, $loss', ({ model, loss, l2 }) => {
  it('are those of plain loops, for every number of epochs and norm', async () => {
    const inputs = await inputsOfModel(model);
    const predictions = await kernelPredictions(inputs, sample, RIDGE, {});
    const network = { model, width: 8, seed: SEED, sigma: 0.1, l2, loss };
    const record = await multiverseDistanceRecord(
      network,
      AXES,
      sample,
      inputs,
      predictions,
      TRAINING,
      {},
    );
    const rows = inputsOf(model, twin.X, twin.Z);
    const K = infiniteNtkFirst(rows.train);
    const Kt = infiniteNtkFirst(rows.train, rows.test);
    const regression = ridgePredictions(K, twin.Y, Kt, RIDGE);
    const expected = [2, 4].flatMap((epochs) => {
      const trained = train(twinNetwork(rows.train), rows.train, twin.Y, {
        loss: loss === 'mse' ? 'squared' : loss,
        ...{ learningRate: 0.02, weightDecay: l2 },
        batches: twinBatches({ ...SETTINGS, epochs }),
      });
      const outputs = forward(trained, rows.test);
      const gap = build(9, 3, (t, k) => at(outputs, t, k) - at(regression, t, k));
      const spectral = Math.sqrt(item(jacobiEigenvalues(multiply(transpose(gap), gap)), 0));
      const right = twin.testLabels.filter((label, t) => {
        const row = rowOf(outputs, t);
        return row.indexOf(Math.max(...row)) === label;
      });
      return Object.entries({
        spectral,
        frobenius: norm(gap.flat()),
        rms: norm(gap.flat()) / Math.sqrt(27),
      }).map(([name, distance]) => ({
        reading: `t1/sigma=0.1/l2=${l2}/n=24/epochs=${epochs}/loss=${loss}/norm=${name}`,
        distance,
        accuracy: right.length / 9,
      }));
    });
    expect(record).toMatchObject({
      kind: 'multiverse-distance',
      model,
      width: 8,
      seed: SEED,
      q: 9,
    });
    expect(record.distances.map(({ reading }) => reading)).toEqual(
      expected.map(({ reading }) => reading),
    );
    for (const quantity of ['distance', 'accuracy'] as const) {
      expectClose(
        record.distances.map((one) => one[quantity]),
        expected.map((one) => one[quantity]),
        TOLERANCE.illConditioned,
      );
    }
  });
});

it('stop when they are told to', async () => {
  const inputs = await inputsOfModel('relu');
  const stopped = { signal: AbortSignal.abort() };
  const network = { model: 'relu', width: 8, seed: 1, sigma: 1, l2: 0, loss: 'mse' } as const;
  for (const work of [
    kernelPredictions(inputs, sample, RIDGE, stopped),
    multiverseDistanceRecord(network, AXES, sample, inputs, sample.Yt, TRAINING, stopped),
  ]) {
    await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  }
});

it('cost the longest training, not the sum of all', () => {
  const network = { model: 'relu', width: 8, seed: 1, sigma: 1, l2: 0, loss: 'mse' } as const;
  const shape = { n: 100, q: 50, d: 20, classes: 3 };
  const cost = (epochs: number[]): number =>
    multiverseDistanceCost(network, { ...AXES, epochs }, TRAINING, shape);
  expect(cost([4])).toBeLessThan(cost([2, 4]));
  expect(cost([2, 4])).toBeLessThan(cost([2]) + cost([4]));
  expect(kernelPredictionsCost({ ...shape, n: 200 })).toBeGreaterThan(kernelPredictionsCost(shape));
});
