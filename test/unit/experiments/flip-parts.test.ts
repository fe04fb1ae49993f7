/** Tables 3 and 4, the radii and the interventions against an independent computation by plain loops. */
import { beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_SEED } from '../../../src/experiments/networks.js';
import { READINGS } from '../../../src/experiments/readings.js';
import type {
  Cell,
  FlipCell,
  InterventionCell,
  ModelName,
  PartName,
  ReadingName,
} from '../../../src/experiments/results.js';
import { ridgePredictions } from '../../reference/influence.js';
import { empiricalNtk, type Network } from '../../reference/network.js';
import { at, item, rowOf, unitRows, type Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  attackedPixels,
  expectFlips,
  influenceOf,
  scoresUnderAttack,
  trainedTwin,
} from './flip-twin.js';
import { TINY_CONFIG, TINY_DATASET, runTiny } from './tiny.js';
import {
  batchesOf,
  drawTwin,
  initialNetwork,
  inputsOf,
  scoresOf,
  trainOnAttacks,
  type TwinSample,
} from './twin.js';

/** Wide enough that no point is left with one active unit, at whose optimum the sign of a gradient is rounding. */
const WIDTH = 16;
const SEED = 5;
const SETTINGS = (['relu', 'attention'] as const).flatMap((model) =>
  (['as-stated', 'best-fit'] as const).map((reading) => ({ model, reading })),
);
const PARTS: readonly PartName[] = ['table3', 'table4', 'epsilon', 'interventions'];

let cells: readonly Cell[];

beforeAll(async () => {
  ({ cells } = await runTiny({
    ...TINY_CONFIG,
    parts: PARTS,
    seeds: [SEED],
    widths: [WIDTH],
    influenceWidth: WIDTH,
  }));
});

function cellOf<Kind extends FlipCell | InterventionCell>(
  part: PartName,
  wanted: Partial<Kind>,
): Kind {
  const found = cells.filter(
    (cell) =>
      cell.part === part &&
      Object.entries(wanted).every(([key, value]) => cell[key as keyof Cell] === value),
  );
  expect(found).toHaveLength(1);
  return found[0] as unknown as Kind;
}

/** eps of a reading in pixels: the tiny data set's pixels have a standard deviation of 1/4. */
function inPixels(reading: ReadingName, eps: number): number {
  return reading === 'best-fit' ? eps / 4 : eps;
}

const sample = drawTwin(TINY_DATASET, TINY_CONFIG, SEED);

describe.each(SETTINGS)('$model, $reading', ({ model, reading }) => {
  const setting = { model, reading };

  describe('Table 3, two classes by the squared error', () => {
    const binary = drawTwin(TINY_DATASET, TINY_CONFIG, SEED, 'binary');
    const { trained } = trainedTwin(setting, binary, WIDTH, SEED, 'squared');
    const influence = influenceOf(trained, model, binary);

    it.each(['fgsm', 'pgd', 'mim'] as const)('under %s', (attack) => {
      const cell = cellOf<FlipCell>('table3', { ...setting, attack });
      const eps = inPixels(reading, 0.3);
      expect(cell).toMatchObject({ task: 'binary', training: 'standard', epsPixels: eps });
      expectFlips(
        cell,
        influence,
        scoresUnderAttack(influence, model, binary, attack, eps, SEED, 'squared'),
      );
    });

    it('and the control', () => {
      const other = trainedTwin(setting, binary, WIDTH, SEED + CONTROL_SEED, 'squared').trained;
      const after = influenceOf(other, model, binary).before;
      expectFlips(cellOf<FlipCell>('table3', { ...setting, attack: 'reseed' }), influence, after);
    });
  });

  describe('Table 4', () => {
    const eps = inPixels(reading, 0.3);
    const robust = (seed: number): Network => {
      const { scale } = READINGS[reading];
      const initial = initialNetwork(WIDTH, 36, TINY_DATASET.classes.length, scale, seed);
      const batches = batchesOf(seed, TINY_CONFIG);
      return trainOnAttacks(initial, model, sample, batches, eps, seed, TINY_CONFIG);
    };

    it.each([
      ['standard', (seed: number) => trainedTwin(setting, sample, WIDTH, seed).trained],
      ['adversarial', robust],
    ] as const)('after %s training', (training, networkOf) => {
      const influence = influenceOf(networkOf(SEED), model, sample);
      const wanted = { ...setting, training } as const;
      expectFlips(
        cellOf<FlipCell>('table4', { ...wanted, attack: 'pgd' }),
        influence,
        scoresUnderAttack(influence, model, sample, 'pgd', eps, SEED),
      );
      const { before: after } = influenceOf(networkOf(SEED + CONTROL_SEED), model, sample);
      expectFlips(cellOf<FlipCell>('table4', { ...wanted, attack: 'reseed' }), influence, after);
    });
  });

  it.each(TINY_CONFIG.epsilons)('at radius %d', (eps) => {
    const { trained } = trainedTwin(setting, sample, WIDTH, SEED);
    const influence = influenceOf(trained, model, sample);
    const cell = cellOf<FlipCell>('epsilon', { ...setting, attack: 'pgd', eps });
    const after = scoresUnderAttack(influence, model, sample, 'pgd', inPixels(reading, eps), SEED);
    expectFlips(cell, influence, after);
  });

  describe('the intervention', () => {
    const { trained: network } = trainedTwin(setting, sample, WIDTH, SEED);
    const influence = influenceOf(network, model, sample);
    const everyPoint = sample.indices.map((_, i) => i);

    it.each([
      ['transformed', influence.top],
      ['adversarial', everyPoint],
    ] as const)('%s', (intervention, points) => {
      const eps = inPixels(reading, 0.3);
      const pixels = attackedPixels(network, model, sample, points, 'pgd', eps, SEED);
      const X = unitRows(pixels);
      const after = scoresOf(network, inputsOf(model, X, sample.Z), sample, TINY_CONFIG.ridge);
      const cell = cellOf<InterventionCell>('interventions', { ...setting, intervention });
      expect(cell).toMatchObject({ compared: everyPoint.length, eps: 0.3, epsPixels: eps });
      expectFlips(cell, influence, after);
      expectRegressions(cell, network, model, { ...sample, X });
    });

    it('curated', () => {
      const kept = everyPoint.filter((i) => !influence.top.includes(i));
      const rest = {
        ...sample,
        X: kept.map((i) => rowOf(sample.X, i)),
        Y: kept.map((i) => rowOf(sample.Y, i)),
      };
      const after = influenceOf(network, model, rest).before;
      const cell = cellOf<InterventionCell>('interventions', {
        ...setting,
        intervention: 'curated',
      });
      expect(cell).toMatchObject({ compared: kept.length, eps: 0, epsPixels: 0 });
      expectFlips(cell, { before: kept.map((i) => item(influence.before, i)) }, after);
      expectRegressions(cell, network, model, rest);
    });

    it('none, of the control', () => {
      const { trained: other } = trainedTwin(setting, sample, WIDTH, SEED + CONTROL_SEED);
      const cell = cellOf<InterventionCell>('interventions', {
        ...setting,
        intervention: 'reseed',
      });
      expect(cell).toMatchObject({ compared: everyPoint.length, eps: 0, epsPixels: 0 });
      expectFlips(cell, influence, influenceOf(other, model, sample).before);
      expectRegressions(cell, network, model, sample, other);
    });
  });
});

/** Accuracy and loss of kernel ridge regression before, on the sample, and after, on the changed points. */
function expectRegressions(
  cell: InterventionCell,
  network: Network,
  model: ModelName,
  changed: TwinSample,
  networkAfter = network,
): void {
  const before = regression(network, model, sample);
  const after = regression(networkAfter, model, changed);
  expectClose(cell.accuracyBefore, before.accuracy, TOLERANCE.rounding);
  expectClose(cell.accuracyAfter, after.accuracy, TOLERANCE.rounding);
  expectClose(cell.lossBefore, before.loss, TOLERANCE.illConditioned);
  expectClose(cell.lossAfter, after.loss, TOLERANCE.illConditioned);
}

function regression(
  { weights }: Network,
  model: ModelName,
  { X, Y, Z, Yt, testLabels }: TwinSample,
): { accuracy: number; loss: number } {
  const { train, test } = inputsOf(model, X, Z);
  const kernel = (rows: Rows): Rows => empiricalNtk(train, rows, { weights, trained: 'first' });
  const outputs = ridgePredictions(kernel(train), Y, kernel(test), TINY_CONFIG.ridge);
  const right = outputs.filter((row, t) => row.indexOf(Math.max(...row)) === item(testLabels, t));
  const squares = outputs.flatMap((row, t) => row.map((f, k) => (f - at(Yt, t, k)) ** 2));
  return {
    accuracy: right.length / outputs.length,
    loss: squares.reduce((sum, square) => sum + square, 0) / (2 * outputs.length),
  };
}

it('some cells of each part differ between the models', () => {
  for (const part of PARTS) {
    const rates = cells.flatMap((cell) =>
      cell.part === part && 'flipRate' in cell ? [cell.flipRate] : [],
    );
    expect(new Set(rates).size).toBeGreaterThan(1);
  }
});
