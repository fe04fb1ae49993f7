import { describe, expect, it } from 'vitest';
import {
  dynamicsCost,
  dynamicsRecord,
  snapshotEpochs,
} from '../../../../src/experiments/parts/dynamics-path.js';
import { empiricalNtk, forward, train, type Network } from '../../../reference/network.js';
import { dot, item, norm, rowOf, type Rows } from '../../../reference/rows.js';
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

const flat = (A: Rows): number[] => A.flat();
const minus = (a: number[], b: number[]): number[] => a.map((value, i) => value - item(b, i));

describe.each(['relu', 'attention'] as const)('the path of %s', (model) => {
  const rows = inputsOf(model, twin.X, twin.Z);

  /** The network after some epochs. */
  function twinAfter(epochs: number): Network {
    const batches = twinBatches();
    const perEpoch = batches.length / SETTINGS.epochs;
    return train(twinNetwork(rows.train), rows.train, twin.Y, {
      ...{ loss: 'cross-entropy', learningRate: 0.02, weightDecay: 1e-3 },
      batches: batches.slice(0, epochs * perEpoch),
    });
  }

  const kernel = ({ weights }: Network): number[] =>
    flat(empiricalNtk(rows.train, rows.train, { weights, trained: 'first' }));

  it('is that of plain loops at every epoch looked at', async () => {
    const inputs = await inputsOfModel(model);
    const which = { model, reading: 'as-stated' } as const;
    const record = await dynamicsRecord(which, sample, inputs, SETTINGS, {});
    expect(record).toMatchObject({ kind: 'dynamics', ...which, width: 8, seed: SEED, n: 24, q: 9 });
    expect(record.path.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 4]);
    const start = twinAfter(0);
    const K0 = kernel(start);
    const targets = flat(twin.Y.map((y) => twin.Y.map((other) => dot(y, other))));
    for (const point of record.path) {
      const network = twinAfter(point.epoch);
      const K = kernel(network);
      expectClose(point.drift, norm(minus(K, K0)) / norm(K0), TOLERANCE.golden);
      expectClose(point.alignment, dot(K, K0) / (norm(K) * norm(K0)), TOLERANCE.golden);
      const target = dot(K, targets) / (norm(K) * norm(targets));
      expectClose(point.targetAlignment, target, TOLERANCE.golden);
      const [now, before] = [flat(network.weights), flat(start.weights)];
      expectClose(point.weightChange, norm(minus(now, before)) / norm(before), TOLERANCE.golden);
      const outputs = forward(network, rows.test);
      const right = twin.testLabels.filter((label, t) => {
        const row = rowOf(outputs, t);
        return row.indexOf(Math.max(...row)) === label;
      });
      expect(point.accuracy).toBe(right.length / twin.testLabels.length);
      const dead = network.weights.filter((w) => rows.train.every((x) => dot(w, x) <= 0));
      expect(point.deadUnits).toBe(dead.length / 8);
    }
    const drifts = record.path.map(({ drift }) => drift);
    expect(drifts[0]).toBe(0);
    expect(drifts.at(-1)).toBeGreaterThan(0);
    expect(record.path.map(({ loss }) => loss === null)).toEqual([true, false, false, false]);
  });
});

describe('a path that cannot be measured', () => {
  it('has nulls where the kernel is zero, so that it can be stored', async () => {
    const inputs = await inputsOfModel('attention');
    const settings = { ...SETTINGS, width: 1, weightDecay: 0 };
    // Attended rows are nearly parallel: one unit is active on all of them or on none.
    const record = await firstWith(async (seed) => {
      const which = { model: 'attention', reading: 'as-stated' } as const;
      const found = await dynamicsRecord(which, sample, inputs, { ...settings, seed }, {});
      return found.path[0]?.deadUnits === 1 ? found : undefined;
    });
    for (const point of record.path) {
      expect(point).toMatchObject({ drift: null, alignment: null, targetAlignment: null });
    }
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  async function firstWith<Result>(find: (seed: number) => Promise<Result | undefined>) {
    for (let seed = 0; seed < 50; seed++) {
      const found = await find(seed);
      if (found !== undefined) return found;
    }
    return expect.fail('no seed has a network without an active unit');
  }
});

it('a stopped path is no record', async () => {
  const inputs = await inputsOfModel('relu');
  const which = { model: 'relu', reading: 'as-stated' } as const;
  const signal = AbortSignal.abort();
  await expect(dynamicsRecord(which, sample, inputs, SETTINGS, { signal })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
  });
});

it('progress ends at 1 and never goes back', async () => {
  const shares: number[] = [];
  const onProgress = (share: number): void => void shares.push(share);
  const inputs = await inputsOfModel('relu');
  const which = { model: 'relu', reading: 'as-stated' } as const;
  await dynamicsRecord(which, sample, inputs, SETTINGS, { onProgress });
  expect(shares.at(-1)).toBe(1);
  expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
});

describe('snapshotEpochs', () => {
  it.each([
    [1, [0, 1]],
    [7, [0, 1, 2, 5, 7]],
    [10, [0, 1, 2, 5, 10]],
    [500, [0, 1, 2, 5, 10, 20, 50, 100, 200, 500]],
  ])('of %d epochs', (epochs, expected) => {
    expect(snapshotEpochs(epochs)).toEqual(expected);
  });
});

it('the cost grows with everything it is paid for', () => {
  const shape = { n: 100, q: 50, d: 20, classes: 3 };
  const cost = dynamicsCost(SETTINGS, shape);
  for (const dearer of [
    dynamicsCost({ ...SETTINGS, epochs: 8 }, shape),
    dynamicsCost({ ...SETTINGS, width: 16 }, shape),
    dynamicsCost(SETTINGS, { ...shape, n: 200 }),
    dynamicsCost(SETTINGS, { ...shape, q: 100 }),
  ]) {
    expect(dearer).toBeGreaterThan(cost);
  }
});
