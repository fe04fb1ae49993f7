/** Influence flips by plain loops, at a network however it was trained. */
import { expect } from 'vitest';
import { READINGS } from '../../../src/experiments/readings.js';
import type {
  AttackName,
  FlipCell,
  InterventionCell,
  ModelName,
  ReadingName,
} from '../../../src/experiments/results.js';
import { flipRate, kendall, overlap, spearman, topIndices } from '../../reference/malleability.js';
import type { LossName, Network } from '../../reference/network.js';
import { item, rowOf, unitRows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { TINY_CONFIG } from './tiny.js';
import {
  attacked,
  batchesOf,
  initialNetwork,
  inputsOf,
  scoresOf,
  train,
  type TwinSample,
} from './twin.js';

export interface Setting {
  readonly model: ModelName;
  readonly reading: ReadingName;
}

/** The network of a setting, before and after training, from a seed. */
export function trainedTwin(
  { model, reading }: Setting,
  sample: TwinSample,
  width: number,
  seed: number,
  loss: LossName = 'cross-entropy',
): { initial: Network; trained: Network } {
  const { train: rows } = inputsOf(model, sample.X, sample.Z);
  const [inputs, outputs] = [rowOf(rows, 0).length, rowOf(sample.Y, 0).length];
  const initial = initialNetwork(width, inputs, outputs, READINGS[reading].scale, seed);
  const batches = batchesOf(seed, TINY_CONFIG);
  return { initial, trained: train(initial, rows, sample.Y, batches, TINY_CONFIG, loss) };
}

/** Scores on the clean data, and what decides them. */
export interface TwinInfluence {
  readonly network: Network;
  readonly before: number[];
  readonly top: number[];
}

export function influenceOf(network: Network, model: ModelName, sample: TwinSample): TwinInfluence {
  const before = scoresOf(network, inputsOf(model, sample.X, sample.Z), sample, TINY_CONFIG.ridge);
  return { network, before, top: topOf(before) };
}

function topOf(scores: readonly number[]): number[] {
  return topIndices([...scores], Math.ceil(TINY_CONFIG.tau * scores.length), 'abs');
}

/** Training pixels of which the given points are replaced by adversarial versions, all together. */
export function attackedPixels(
  network: Network,
  model: ModelName,
  sample: TwinSample,
  points: readonly number[],
  attack: AttackName,
  epsPixels: number,
  seed: number,
  loss?: LossName,
): number[][] {
  return sample.pixels.map((row, i) => {
    const k = points.indexOf(i);
    return k === -1
      ? [...row]
      : attacked(attack, network, model, sample, { i, k }, epsPixels, seed, loss);
  });
}

/** Scores when the top points are replaced. */
export function scoresUnderAttack(
  { network, top }: TwinInfluence,
  model: ModelName,
  sample: TwinSample,
  attack: AttackName,
  epsPixels: number,
  seed: number,
  loss?: LossName,
): number[] {
  const pixels = attackedPixels(network, model, sample, top, attack, epsPixels, seed, loss);
  return scoresOf(network, inputsOf(model, unitRows(pixels), sample.Z), sample, TINY_CONFIG.ridge);
}

/** Compares the rank statistics of a cell with those of the scores before and after. */
export function expectFlips(
  cell: FlipCell | InterventionCell,
  { before }: Pick<TwinInfluence, 'before'>,
  after: number[],
): void {
  const top = topOf(before);
  const weight = (indices: number[]): number =>
    indices.reduce((sum, i) => sum + Math.abs(item(before, i)), 0);
  const flipped = top.filter((i) => item(before, i) * item(after, i) < 0);
  if (cell.kind === 'flip') {
    const largest = Math.max(...[...before, ...after].map(Math.abs));
    const isZero = (value: number): boolean => Math.abs(value) < 1e-12 * largest;
    const unsigned = top.filter((i) => isZero(item(before, i)) || isZero(item(after, i)));
    expect(cell).toMatchObject({ indeterminate: unsigned.length, topCount: top.length });
  }
  expectClose(cell.flipRate, flipRate(before, after, top), TOLERANCE.rounding);
  expectClose(cell.weightedFlipRate, weight(flipped) / weight(top), TOLERANCE.illConditioned);
  expectClose(cell.spearman, spearman(before, after), TOLERANCE.rounding);
  expectClose(cell.kendall, kendall(before, after), TOLERANCE.rounding);
  expectClose(cell.topOverlap, overlap(top, topOf(after)), TOLERANCE.rounding);
}
