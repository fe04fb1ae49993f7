import { beforeAll, describe, expect, it } from 'vitest';
import {
  attackVariants,
  flipNetwork,
  flipNetworkCost,
  multiverseFlipsCost,
  multiverseFlipsRecord,
  type FlipAxes,
  type FlipNetwork,
} from '../../../../src/experiments/parts/multiverse-flips.js';
import { parseReading } from '../../../../src/experiments/parts/multiverse-readings.js';
import type {
  FlipReading,
  MultiverseFlipsRecord,
} from '../../../../src/experiments/parts/multiverse-results.js';
import { pixelScale } from '../../../../src/experiments/parts/multiverse-world.js';
import { train } from '../../../reference/network.js';
import { item, norm, unit } from '../../../reference/rows.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { TINY_DATASET } from '../tiny.js';
import { attacked, inputsOf } from '../twin.js';
import { twinFlipRate, type TwinWorld } from './multiverse-twin.js';
import {
  SEED,
  SETTINGS,
  inputsOfModel,
  sample,
  twin,
  twinBatches,
  twinNetwork,
} from './problem.js';

const TAU = 0.1;
const RIDGE = 1e-3;
const RADIUS = 0.3;

/** The radius in pixels: the data set's pixels have a standard deviation of 0.25. */
const EPS_PIXELS = { standardised: () => RADIUS / 4, pixel: () => RADIUS, unit: sizeOf };

function sizeOf(pixels: readonly number[]): number {
  return RADIUS * norm(pixels);
}

const AXES: FlipAxes = {
  influence: ['loo', 'no-denominator', 'alpha-kept'],
  aggregate: ['mean', 'pair'],
  target: ['margin'],
  kernel: ['km', 'kinf'],
  points: ['singly', 'together'],
  step: ['usual'],
  context: ['fixed', 'recomputed'],
};

function networkOf(of: Partial<FlipNetwork> = {}): FlipNetwork {
  const ball = { eps: 'pixel', radius: RADIUS, pixelScale: pixelScale(TINY_DATASET) } as const;
  return { table: 't2', model: 'relu', settings: SETTINGS, ball, ...of };
}

describe.each([
  { model: 'relu', eps: 'standardised', attack: 'pgd' },
  { model: 'attention', eps: 'pixel', attack: 'mim' },
  { model: 'attention', eps: 'unit', attack: 'fgsm' },
] as const)('flip rates of $model, eps in $eps, $attack', ({ model, eps, attack }) => {
  let record: MultiverseFlipsRecord;
  let world: TwinWorld;

  beforeAll(async () => {
    const inputs = await inputsOfModel(model);
    const which = networkOf({ model, ball: { ...networkOf().ball, eps } });
    const network = await flipNetwork(which, sample, inputs, {});
    const measurement = { attacks: [attack], tau: TAU, ridge: RIDGE };
    record = await multiverseFlipsRecord(which, network, measurement, AXES, sample, inputs, {});

    const rows = inputsOf(model, twin.X, twin.Z);
    const trained = train(twinNetwork(rows.train), rows.train, twin.Y, {
      ...{ loss: 'cross-entropy', learningRate: 0.02, weightDecay: 1e-3 },
      batches: twinBatches(),
    });
    const adversarial = twin.pixels.map((pixels, i) =>
      unit(attacked(attack, trained, model, twin, { i, k: i }, EPS_PIXELS[eps](pixels), SEED)),
    );
    world = { model, network: trained, X: twin.X, Z: twin.Z, adversarial };
  });

  it('are those of plain loops under every reading', () => {
    const task = { Y: twin.Y, Yt: twin.Yt, ridge: RIDGE };
    for (const { reading, rates } of record.rates) {
      const expected = twinFlipRate(parseReading(reading) as FlipReading, world, task, TAU);
      expect(rates).toHaveLength(1);
      expectClose(item([...rates], 0), expected, TOLERANCE.rounding);
    }
  });

  it('are one for each reading, and differ', () => {
    expect(record).toMatchObject({
      ...{ kind: 'multiverse-flips', model, width: 8, seed: SEED, n: 24, q: 9 },
      ...{ radius: RADIUS, tau: TAU, ridge: RIDGE, attacks: [attack] },
    });
    expect(record.rates).toHaveLength(3 * 2 * 2 * 2 * 2);
    for (const { reading } of record.rates) {
      expect(reading).toMatch(new RegExp(`^t2/sigma=0.1/eps=${eps}/`));
    }
    expect(new Set(record.rates.map(({ rates }) => rates[0])).size).toBeGreaterThan(1);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

describe('what readings share', () => {
  it('is attacked once', () => {
    const attacks = ['fgsm', 'pgd', 'mim'] as const;
    expect(attackVariants(attacks, ['usual', 'quarter', 'tenth'])).toEqual([
      { attack: 'fgsm', stepSize: 1 },
      { attack: 'pgd', stepSize: 1 / 4 },
      { attack: 'pgd', stepSize: 1 / 10 },
      { attack: 'mim', stepSize: 1 / 10 },
      { attack: 'mim', stepSize: 1 / 4 },
    ]);
    expect(attackVariants(attacks, ['usual'])).toHaveLength(3);
  });
});

describe('the network of Table 4', () => {
  it('is trained on PGD examples in the ball, that of Table 2 on the sample', async () => {
    const inputs = await inputsOfModel('attention');
    const weightsOf = async (of: Partial<FlipNetwork>): Promise<number[][]> => {
      const which = networkOf({ model: 'attention', ...of });
      return (await flipNetwork(which, sample, inputs, {})).weights.toArray();
    };
    const wide = networkOf().ball;
    const ball = { ...wide, radius: 0 };
    const standard = await weightsOf({ table: 't2', ball });
    expectClose(await weightsOf({ table: 't4', ball }), standard, TOLERANCE.golden);
    expect(await weightsOf({ table: 't4', ball: wide })).not.toEqual(standard);
    expect(await weightsOf({ table: 't2', ball: wide })).toEqual(standard);
  });

  it('costs eleven trainings', () => {
    const shape = { n: 100, q: 50, d: 20, classes: 3 };
    const cost = flipNetworkCost(networkOf(), shape);
    expect(flipNetworkCost(networkOf({ table: 't4' }), shape)).toBe(11 * cost);
  });
});

it('pixels have the standard deviation of their channel', () => {
  const train = { ...TINY_DATASET.train, width: 2, height: 1, channels: 3 };
  const dataset = { ...TINY_DATASET, train, pixelStd: [1, 2, 3] };
  expect([...pixelScale(dataset)]).toEqual([1, 2, 3, 1, 2, 3]);
});

it('stops when it is told to', async () => {
  const inputs = await inputsOfModel('relu');
  const network = await flipNetwork(networkOf(), sample, inputs, {});
  const stopped = { signal: AbortSignal.abort() };
  const measurement = { attacks: ['fgsm'], tau: TAU, ridge: RIDGE } as const;
  for (const work of [
    flipNetwork(networkOf(), sample, inputs, stopped),
    multiverseFlipsRecord(networkOf(), network, measurement, AXES, sample, inputs, stopped),
  ]) {
    await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  }
});

it('the cost grows with every axis that computes', () => {
  const shape = { n: 100, q: 50, d: 20, classes: 3 };
  const measurement = { attacks: ['fgsm', 'pgd'], tau: TAU, ridge: RIDGE } as const;
  const cost = (model: 'relu' | 'attention', axes: Partial<FlipAxes>): number =>
    multiverseFlipsCost(networkOf({ model }), measurement, { ...AXES, ...axes }, shape);
  const full = cost('attention', {});
  for (const part of [
    { kernel: ['km'] },
    { points: ['together'] },
    { context: ['recomputed'] },
    { influence: ['loo'] },
  ] as const) {
    expect(cost('attention', part)).toBeLessThan(full);
  }
  expect(cost('relu', {})).toBeLessThan(full);
  expect(cost('attention', { aggregate: ['mean'] })).toBe(full);
});
