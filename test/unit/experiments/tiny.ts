/** A data set and a configuration small enough to recompute by plain loops. */
import type { ImageDataset, LabelledImages } from '../../../src/data/dataset.js';
import {
  keyedWorks,
  reproduce,
  type KeyedWork,
  type ReproduceContext,
} from '../../../src/experiments/reproduce.js';
import type { Cell, ReproduceConfig } from '../../../src/experiments/results.js';
import { Stopwatch } from '../../../src/experiments/stopwatch.js';
import { image } from '../../support/idx-files.js';

const SIDE = 6;
const CLASSES = 3;

function split(first: number, count: number): LabelledImages {
  const labels = Array.from({ length: count }, (_, i) => (first + i) % CLASSES);
  const pixels = labels.flatMap((label, i) => image(SIDE, label, first + i));
  return {
    pixels: Uint8Array.from(pixels),
    labels: Uint8Array.from(labels),
    ...{ count, width: SIDE, height: SIDE, channels: 1 },
  };
}

/** 6 x 6 images of three classes. */
export const TINY_DATASET: ImageDataset = {
  name: 'tiny',
  train: split(0, 40),
  test: split(40, 20),
  classes: ['left', 'middle', 'right'],
  pixelStd: [0.25],
  hashes: {},
};

/** Every model, reading and attack, at sizes that train in an instant. */
export const TINY_CONFIG: ReproduceConfig = {
  preset: 'tiny',
  datasets: ['tiny'],
  parts: ['spectrum', 'table1', 'table2'],
  trainCount: 24,
  testCount: 9,
  widths: [8, 12],
  seeds: [0, 5],
  models: ['relu', 'attention'],
  readings: ['as-stated', 'best-fit'],
  influenceWidth: 8,
  attacks: ['fgsm', 'pgd', 'mim'],
  eps: 0.3,
  epsilons: [0.1, 0.3],
  // Of these, 100 is more than there are training points.
  conditionCounts: [12, 24, 100],
  conditionDraws: 2,
  theoryCount: 16,
  truncationRanks: [],
  variantWidths: [8, 12],
  variantReadings: ['best-fit'],
  tau: 0.25,
  ridge: 1e-3,
  epochs: 4,
  adversarialEpochs: 4,
  batchSize: 10,
  learningRate: 0.02,
  weightDecay: 1e-3,
  trainPrecision: 'float64',
  dynamics: { trainCount: 20 },
  truth: {
    ...{ trainCount: 16, testCount: 6, epochs: 3, widths: [6, 8] },
    contexts: ['fixed', 'recomputed'],
    ...{ removals: 4, subsets: 3, reseeds: 1, subsetShare: 0.5 },
  },
  multiverse: {
    ...{ widths: [6, 8], flipTrainCount: 16, flipTestCount: 6, flipWidth: 8 },
    distance: {
      ...{ table: ['t1'], sigma: [0.01, 1], l2: [1e-3], n: [12, 16], epochs: [2, 4] },
      ...{ loss: ['cross-entropy', 'mse'], norm: ['spectral', 'rms'] },
    },
    flips: {
      ...{ table: ['t2', 't3', 't4'], sigma: [1], eps: ['standardised', 'pixel'] },
      ...{ influence: ['loo'], aggregate: ['mean', 'pair'], target: ['loss'] },
      ...{ kernel: ['km', 'kinf'], points: ['singly', 'together'], step: ['usual'] },
      context: ['fixed', 'recomputed'],
    },
  },
};

/** The cells that a configuration asks for on the tiny data set. */
export function tinyWorks(config: ReproduceConfig = TINY_CONFIG): KeyedWork[] {
  return keyedWorks([TINY_DATASET], config, 'test');
}

/** What a run did. */
export interface TinyRun {
  readonly cells: readonly Cell[];
  /** Labels of finished work, in order. */
  readonly finished: readonly string[];
  /** Sum of the costs that were reported. */
  readonly cost: number;
  readonly stages: readonly string[];
}

/** Runs a configuration on the tiny data set and records what it does. */
export async function runTiny(
  config: ReproduceConfig = TINY_CONFIG,
  context: Partial<Pick<ReproduceContext, 'append' | 'signal' | 'concurrency'>> = {},
  works: readonly KeyedWork[] = tinyWorks(config),
): Promise<TinyRun> {
  const cells: Cell[] = [];
  const finished: string[] = [];
  const stopwatch = new Stopwatch();
  let cost = 0;
  await reproduce([TINY_DATASET], config, works, {
    append: async (cell) => {
      cells.push(cell);
      await Promise.resolve();
    },
    advance: (share, name) => {
      cost += share;
      if (name !== undefined) finished.push(name);
    },
    stopwatch,
    signal: new AbortController().signal,
    concurrency: 1,
    ...context,
  });
  return { cells, finished, cost, stages: stopwatch.stages().map(({ stage }) => stage) };
}
