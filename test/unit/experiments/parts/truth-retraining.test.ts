import { describe, expect, it } from 'vitest';
import {
  baselineCost,
  removalRecord,
  removedPoints,
  reseedRecord,
  retrainingCost,
  subsetPoints,
  subsetRecord,
  truthBaseline,
  type TruthChoice,
} from '../../../../src/experiments/parts/truth-retraining.js';
import type { NetworkSettings } from '../../../../src/experiments/parts/network.js';
import { linearizedAttention } from '../../../reference/attention.js';
import { influenceLoss } from '../../../reference/influence.js';
import {
  empiricalNtk,
  loss,
  weightGradient,
  type LossName,
  type Network,
} from '../../../reference/network.js';
import { at, build, item, rowOf, type Rows } from '../../../reference/rows.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { SEED, SETTINGS, sample, twin, twinBatches, twinNetwork } from './problem.js';

const RIDGE = 1e-2;
const N = twin.X.length;

/** Adam on batches from which points are taken out, each sum still divided by the size of the full batch. */
function trainWithout(
  network: Network,
  X: Rows,
  removed: readonly number[],
  settings: NetworkSettings,
): Network {
  const { learningRate, weightDecay } = settings;
  let { weights } = network;
  const [m, d] = [weights.length, rowOf(weights, 0).length];
  let [first, second] = [build(m, d, () => 0), build(m, d, () => 0)];
  twinBatches(settings).forEach((batch, index) => {
    const kept = batch.filter((i) => !removed.includes(i));
    const [rows, targets] = [kept.map((i) => rowOf(X, i)), kept.map((i) => rowOf(twin.Y, i))];
    const mean =
      kept.length === 0
        ? build(m, d, () => 0)
        : weightGradient(settings.loss, { ...network, weights }, rows, targets);
    const share = kept.length / batch.length;
    const gradient = build(
      m,
      d,
      (r, j) => share * at(mean, r, j) + weightDecay * at(weights, r, j),
    );
    first = build(m, d, (r, j) => 0.9 * at(first, r, j) + 0.1 * at(gradient, r, j));
    second = build(m, d, (r, j) => 0.999 * at(second, r, j) + 0.001 * at(gradient, r, j) ** 2);
    const [c1, c2] = [1 - 0.9 ** (index + 1), 1 - 0.999 ** (index + 1)];
    weights = build(m, d, (r, j) => {
      const step = at(first, r, j) / c1 / (Math.sqrt(at(second, r, j) / c2) + 1e-8);
      return at(weights, r, j) - learningRate * step;
    });
  });
  return { ...network, weights };
}

/** What the network sees when some rows are gone from the context. */
function inputsFrom(model: TruthChoice['model'], context: Rows): { train: Rows; test: Rows } {
  if (model === 'relu') return { train: twin.X, test: twin.Z };
  const attend = (queries: Rows): Rows => linearizedAttention(context, { queries });
  return { train: attend(twin.X), test: attend(twin.Z) };
}

function lossesOf(name: LossName, network: Network, test: Rows): number[] {
  return test.map((x, t) => loss(name, network, [x], [rowOf(twin.Yt, t)]));
}

function twinLosses(
  { model, context }: TruthChoice,
  removed: readonly number[],
  settings: NetworkSettings,
): number[] {
  const left = twin.X.filter((_, i) => !removed.includes(i));
  const rows = inputsFrom(model, context === 'recomputed' ? left : twin.X);
  const network = trainWithout(twinNetwork(rows.train, settings), rows.train, removed, settings);
  return lossesOf(settings.loss, network, rows.test);
}

/** I(t, i) by refits of the ridge regression with the trained network's kernel. */
function twinInfluence({ model }: TruthChoice, settings: NetworkSettings): Rows {
  const rows = inputsFrom(model, twin.X);
  const { weights } = trainWithout(twinNetwork(rows.train, settings), rows.train, [], settings);
  const kernel = (Z: Rows): Rows => empiricalNtk(rows.train, Z, { weights, trained: 'first' });
  return influenceLoss(kernel(rows.train), twin.Y, kernel(rows.test), twin.Yt, RIDGE);
}

const minus = (a: number[], b: number[]): number[] => a.map((value, t) => value - item(b, t));

describe.each([
  { model: 'relu', context: 'recomputed', loss: 'cross-entropy' },
  { model: 'relu', context: 'fixed', loss: 'squared' },
  { model: 'attention', context: 'recomputed', loss: 'cross-entropy' },
  { model: 'attention', context: 'fixed', loss: 'squared' },
] as const)('$model, context $context, $loss', ({ loss: name, ...which }) => {
  const choice: TruthChoice = { ...which, reading: 'best-fit', ridge: RIDGE };
  const settings: NetworkSettings = { ...SETTINGS, loss: name };
  const setting = { ...which, reading: 'best-fit', width: 8, seed: SEED, n: 24, q: 9 };

  it('a removal is a training without the point, in the same batches', async () => {
    const baseline = await truthBaseline(choice, sample, settings, {});
    const full = twinLosses(choice, [], settings);
    expectClose(baseline.losses, full, TOLERANCE.illConditioned);
    const influence = twinInfluence(choice, settings);
    for (const point of removedPoints(sample, 2)) {
      const record = await removalRecord(baseline, point, {});
      expect(record).toMatchObject({ kind: 'truth-removal', ...setting, point });
      const expected = minus(twinLosses(choice, [point], settings), full);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-5);
      expectClose(record.change, expected, TOLERANCE.illConditioned);
      const ofPoint = influence.map((row) => item(row, point));
      expectClose(record.influence, ofPoint, TOLERANCE.illConditioned);
      expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    }
  });

  it('a subset is a training on its points, beside the sum of their influences', async () => {
    const baseline = await truthBaseline(choice, sample, settings, {});
    const record = await subsetRecord(baseline, 3, 10, {});
    const kept = subsetPoints(sample, 3, 10);
    expect(record).toMatchObject({ kind: 'truth-subset', ...setting, subset: 3, size: 10 });
    const removed = twin.X.map((_, i) => i).filter((i) => !kept.includes(i));
    expectClose(record.loss, twinLosses(choice, removed, settings), TOLERANCE.illConditioned);
    const sums = twinInfluence(choice, settings).map((row) =>
      kept.reduce((sum, i) => sum + item(row, i), 0),
    );
    expectClose(record.influence, sums, TOLERANCE.illConditioned);
  });

  it('the control is a training from another seed', async () => {
    const baseline = await truthBaseline(choice, sample, settings, {});
    const record = await reseedRecord(baseline, 77, {});
    const [full, other] = [settings, { ...settings, seed: 77 }].map((of) =>
      twinLosses(choice, [], of),
    );
    expect(record).toMatchObject({ kind: 'truth-reseed', ...setting, networkSeed: 77 });
    expectClose(record.change, minus(other ?? [], full ?? []), TOLERANCE.illConditioned);
  });
});

describe('the points that are drawn', () => {
  it('are distinct, and fewer of them are the first of more', () => {
    const drawn = removedPoints(sample, 10);
    expect(new Set(drawn).size).toBe(10);
    expect(removedPoints(sample, 4)).toEqual(drawn.slice(0, 4));
    expect(removedPoints({ ...sample, seed: 6 }, 10)).not.toEqual(drawn);
  });

  it('differ from subset to subset', () => {
    const subsets = [0, 1, 2].map((k) => subsetPoints(sample, k, N / 2));
    for (const points of subsets) expect(new Set(points).size).toBe(N / 2);
    expect(subsets[0]).not.toEqual(subsets[1]);
    expect(subsets[1]).not.toEqual(subsets[2]);
    expect(subsetPoints({ ...sample, seed: 6 }, 1, N / 2)).not.toEqual(subsets[1]);
  });
});

it('stops when it is told to', async () => {
  const choice = { model: 'relu', reading: 'best-fit', context: 'fixed', ridge: RIDGE } as const;
  const baseline = await truthBaseline(choice, sample, SETTINGS, {});
  const stopped = { signal: AbortSignal.abort() };
  for (const work of [
    truthBaseline(choice, sample, SETTINGS, stopped),
    removalRecord(baseline, 0, stopped),
    subsetRecord(baseline, 0, 4, stopped),
    reseedRecord(baseline, 1, stopped),
  ]) {
    await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  }
});

it('costs a training each, and attention where the context is computed anew', () => {
  const shape = { n: 100, q: 50, d: 20, classes: 3 };
  const [relu, fixed, recomputed] = (
    [
      { model: 'relu', context: 'recomputed' },
      { model: 'attention', context: 'fixed' },
      { model: 'attention', context: 'recomputed' },
    ] as const
  ).map((choice) => retrainingCost(choice, SETTINGS, shape));
  expect(relu).toBe(fixed);
  expect(recomputed).toBeGreaterThan(fixed ?? NaN);
  expect(baselineCost(SETTINGS, shape)).toBeGreaterThan(relu ?? NaN);
});
