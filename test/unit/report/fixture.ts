/** A run as `ntkit reproduce` leaves it behind: MNIST, three seeds, both readings; numbers by formula. */
import type {
  Cell,
  CellOrigin,
  DistanceCell,
  FlipAttack,
  FlipCell,
  ImagesCell,
  ModelName,
  PartName,
  ReadingName,
  ReproduceConfig,
  RunRecord,
  ScoredImage,
  SpectrumCell,
  SpectrumRecord,
} from '../../../src/experiments/results.js';

import type { PartView } from '../../../src/report/view.js';
import { condition, cube, layered } from './records.js';

export const CONFIG: ReproduceConfig = {
  preset: 'paper',
  datasets: ['mnist'],
  parts: ['spectrum', 'table1', 'table2'],
  trainCount: 1000,
  testCount: 500,
  widths: [16, 64, 256, 1024],
  seeds: [0, 1, 2],
  models: ['relu', 'attention'],
  readings: ['as-stated', 'best-fit'],
  influenceWidth: 1024,
  attacks: ['fgsm', 'pgd', 'mim'],
  eps: 0.3,
  epsilons: [0.1, 0.3],
  conditionCounts: [100, 1000],
  conditionDraws: 1,
  theoryCount: 500,
  truncationRanks: [],
  variantWidths: [16, 64],
  variantReadings: ['as-stated', 'best-fit'],
  tau: 0.1,
  ridge: 1e-3,
  epochs: 500,
  adversarialEpochs: 50,
  batchSize: 128,
  learningRate: 1e-3,
  weightDecay: 1e-3,
  trainPrecision: 'float32',
  dynamics: { trainCount: 300 },
  truth: {
    ...{ trainCount: 300, testCount: 100, epochs: 200, widths: [16, 64] },
    contexts: ['recomputed'],
    ...{ removals: 10, subsets: 8, reseeds: 2, subsetShare: 0.5 },
  },
  multiverse: {
    ...{ widths: [16, 1024], flipTrainCount: 200, flipTestCount: 100, flipWidth: 128 },
    distance: {
      ...{ table: ['t1'], sigma: [1], l2: [1e-3], n: [200], epochs: [500] },
      ...{ loss: ['mse'], norm: ['spectral'] },
    },
    flips: {
      ...{ table: ['t2'], sigma: [1], eps: ['standardised', 'pixel'], influence: ['loo'] },
      ...{ aggregate: ['mean'], target: ['loss'], kernel: ['km'], points: ['together'] },
      ...{ step: ['usual'], context: ['recomputed'] },
    },
  },
};

/** A complete run; `overrides` replace whole fields. */
export function fakeRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const config = overrides.config ?? CONFIG;
  return {
    status: 'complete',
    command: 'ntkit reproduce --preset paper --dataset mnist',
    startedAt: '2026-11-03T09:12:44.000Z',
    config,
    numerics: '1 avx512 SkylakeX',
    planned: (['spectrum', 'table1', 'table2'] as const).map((part) => ({
      part,
      dataset: 'mnist',
      cells: fakeCells(config).filter((cell) => cell.part === part).length,
    })),
    dataHashes: {
      'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    machine: {
      package: '0.1.0',
      node: 'v20.20.2',
      platform: 'linux x64',
      blas: 'OpenBLAS 0.3.21, int32, static',
      core: 'SkylakeX',
      isa: 'avx512',
      threads: 8,
    },
    cells: fakeCells(config),
    stages: [
      { stage: 'training', seconds: 1712.4 },
      { stage: 'influence', seconds: 206.1 },
      { stage: 'attacks', seconds: 88.2 },
      { stage: 'infinite kernels', seconds: 31.9 },
      { stage: 'spectrum', seconds: 4.21 },
      { stage: 'data', seconds: 0.83 },
    ],
    totalSeconds: 1204.6,
    ...overrides,
  };
}

function fakeCells(config: ReproduceConfig): Cell[] {
  const grid = config.readings.flatMap((reading) =>
    config.models.flatMap((model) => config.seeds.map((seed) => ({ reading, model, seed }))),
  );
  return [
    ...config.seeds.flatMap((seed): Cell[] => [
      spectrumCell(seed, config),
      {
        ...condition(config.trainCount, seed, seed / 10),
        ...originOf('spectrum', 'condition', seed),
      },
      { ...cube(config.trainCount, seed), ...originOf('spectrum', 'cube', seed) },
      { ...layered('context', 2, seed), ...originOf('spectrum', 'layers', seed) },
    ]),
    ...grid.flatMap(({ reading, model, seed }) =>
      config.widths.map((width) => distanceCell(reading, model, seed, width)),
    ),
    ...grid.flatMap(({ reading, model, seed }) =>
      [...config.attacks, 'reseed' as const].map((attack) =>
        flipCell(reading, model, seed, attack, config),
      ),
    ),
    ...config.readings.flatMap((reading) =>
      config.models.map((model) => imagesCell(reading, model, config)),
    ),
  ];
}

/** Where the cells of these choices belong. */
function originOf(part: PartName, ...choices: readonly (string | number)[]): CellOrigin {
  return { part, dataset: 'mnist', key: [part, ...choices].join(' ') };
}

/** A complete run as its only data set's view, with the cells of every part. */
export function fakeView(overrides: Partial<RunRecord> = {}): PartView {
  const run = fakeRun(overrides);
  return { ...run, dataset: run.config.datasets[0] ?? '' };
}

/** A number in [-1, 1] that looks random and depends on the key alone. */
export function jitter(key: string): number {
  let state = 2166136261;
  for (const character of key) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  }
  // The last characters reach the high bits only after another round of mixing.
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  return ((state ^ (state >>> 13)) >>> 0) / 2 ** 31 - 1;
}

const SIZE = 784;
const RANK = 620;

export function spectrumCell(
  seed: number,
  config: ReproduceConfig = CONFIG,
): SpectrumCell & CellOrigin {
  const share = 405 + 4 * jitter(`top${seed}`);
  const decay = (i: number) =>
    share * (i + 1) ** -1.35 * Math.exp(-i / (95 + 3 * jitter(`d${seed}`)));
  const plain = Array.from({ length: SIZE }, (_, i) => (i < RANK ? decay(i) : decay(i) * 1e-16));
  const cubes = plain.map((value) => value ** 3);
  const unit = plain.map((value, i) => (value / share) ** 2.97 * 993 * (i === 0 ? 1 : 0.8));
  const records = {
    plain: spectrumRecord(plain, 2.2e-13),
    attended: spectrumRecord(cubes, 1e-38),
    normalized: spectrumRecord(unit, 2.2e-13),
  };
  const kappaD = Math.log10(records.plain.kappaD);
  return {
    ...originOf('spectrum', seed),
    kind: 'spectrum',
    seed,
    n: config.trainCount,
    d: SIZE,
    ...records,
    log10KappaCubed: 3 * kappaD,
    log10Width: {
      v1: 6 * kappaD - 2 * Math.log10(config.eps),
      v2: 6 * kappaD + Math.log10(config.trainCount * Math.log(config.trainCount)),
      eps: config.eps,
    },
  };
}

function spectrumRecord(eigenvalues: number[], tolerance: number): SpectrumRecord {
  const at = (i: number) => eigenvalues[i] ?? NaN;
  const trace = eigenvalues.reduce((sum, value) => sum + value, 0);
  const rank = eigenvalues.filter((value) => value > tolerance * at(0)).length;
  const entropy = eigenvalues.reduce((sum, value) => {
    const share = value / trace;
    return share > 0 ? sum - share * Math.log(share) : sum;
  }, 0);
  return {
    eigenvalues,
    tolerance,
    rank,
    kappa: rank < eigenvalues.length ? null : at(0) / at(eigenvalues.length - 1),
    kappaD: at(0) / at(rank - 1),
    kappaK: { k: 100, value: rank < 100 ? null : at(0) / at(99) },
    topShare: at(0) / trace,
    effectiveRank: Math.exp(entropy),
  };
}

const DISTANCES: Readonly<Record<ModelName, readonly number[]>> = {
  relu: [47.2, 45.1, 41.3, 40.4],
  attention: [14.1, 18.2, 10.5, 11.4],
};

export function distanceCell(
  reading: ReadingName,
  model: ModelName,
  seed: number,
  width: number,
): DistanceCell & CellOrigin {
  const noise = jitter(`${reading}${model}${seed}${width}`);
  const level = DISTANCES[model][Math.round(Math.log2(width) / 2) - 2] ?? 20;
  const spectral =
    level * (reading === 'best-fit' ? 0.93 : 1) * (1 + (0.9 / Math.sqrt(width)) * noise);
  const attended = model === 'attention';
  return {
    ...originOf('table1', reading, model, seed, width),
    kind: 'distance',
    reading,
    model,
    width,
    seed,
    spectral,
    frobenius: spectral * 1.82,
    rms: spectral / Math.sqrt(5000),
    softmax: { spectral: spectral / 5, frobenius: spectral / 4, rms: spectral / 300 },
    networkAccuracy: attended ? 0.38 + 0.06 * noise : 0.91 + 0.01 * noise,
    ridgeAccuracy: attended ? 0.921 : 0.934,
    finalLoss: attended ? 1.71 + 0.1 * noise : 0.21 + 0.01 * noise,
    deadUnits: attended ? 0.42 + 0.1 * noise : 0.01,
    kernelError: (attended ? 0.64 : 1.56) / Math.sqrt(width),
    kernelDrift: attended ? 0.4 + 0.05 * noise : 1.4 + 0.1 * noise,
  };
}

const RATES: Readonly<Record<ReadingName, Readonly<Record<ModelName, number>>>> = {
  'as-stated': { relu: 0.29, attention: 0.36 },
  'best-fit': { relu: 0.035, attention: 0.24 },
};

export function flipCell(
  reading: ReadingName,
  model: ModelName,
  seed: number,
  attack: FlipAttack,
  config: ReproduceConfig = CONFIG,
): FlipCell & CellOrigin {
  const noise = jitter(`${attack}${model}${seed}${reading}`);
  const topCount = Math.ceil(config.tau * config.trainCount);
  const reseeded = model === 'relu' ? 0.07 : 0.18;
  const rate = attack === 'reseed' ? reseeded : RATES[reading][model];
  const flips = Math.round(topCount * rate * (1 + 0.25 * noise));
  return {
    ...originOf('table2', reading, model, seed, attack),
    kind: 'flip',
    task: 'multiclass',
    training: 'standard',
    reading,
    model,
    attack,
    width: config.influenceWidth,
    seed,
    eps: config.eps,
    epsPixels: reading === 'best-fit' ? config.eps * 0.3081 : config.eps,
    flipRate: flips / topCount,
    weightedFlipRate: (0.6 * flips) / topCount,
    indeterminate: 1,
    topCount,
    spearman: 0.9 - rate + 0.02 * noise,
    kendall: 0.75 - rate + 0.02 * noise,
    topOverlap: 0.8 - rate,
  };
}

function imagesCell(
  reading: ReadingName,
  model: ModelName,
  config: ReproduceConfig,
): ImagesCell & CellOrigin {
  const strip = (sign: number) =>
    Array.from({ length: 8 }, (_, i) =>
      scoredImage(`${reading}${model}${sign}`, i, (sign * 0.0123) / (i + 1)),
    );
  return {
    ...originOf('table2', reading, model, 'images'),
    kind: 'images',
    reading,
    model,
    width: config.influenceWidth,
    ...{ seed: 0, eps: config.eps, epsPixels: config.eps * 0.3081 },
    helpful: strip(1),
    harmful: strip(-1),
  };
}

/** A soft ring, brighter below, as a stand-in for a handwritten digit. */
export function scoredImage(key: string, i: number, score: number): ScoredImage {
  const radius = 6 + 2 * jitter(`${key}r${i}`);
  const stretch = 1 + 0.4 * jitter(`${key}s${i}`);
  const pixels = Array.from({ length: 28 * 28 }, (_, p) => {
    const x = (p % 28) - 13.5;
    const y = (Math.floor(p / 28) - 13.5) / stretch;
    return Math.round((180 + 5 * y) * Math.exp(-((Math.hypot(x, y) - radius) ** 2) / 3));
  });
  return {
    index: Math.round(500 + 499 * jitter(`${key}i${i}`)),
    label: String(Math.round(4.5 + 4.5 * jitter(`${key}l${i}`))),
    ...{ width: 28, height: 28, channels: 1 },
    before: { score, pixels },
    // Every second score changes sign, and each pixel is a little brighter.
    after: {
      score: (i % 2 === 0 ? 0.5 : -0.5) * score,
      pixels: pixels.map((value) => Math.min(255, value + 20)),
    },
  };
}
