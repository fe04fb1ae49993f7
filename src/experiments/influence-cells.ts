/** Influence of the training points on the test points, how easily attacks flip it. */
import { fgsm, mim, pgd, type AttackTarget } from '../attacks/linf.js';
import { unitRows } from '../data/dataset.js';
import { KernelRidge } from '../influence/kernel-ridge.js';
import { malleability, noiseFloor } from '../influence/malleability.js';
import { Matrix, type Elements } from '../linalg/matrix.js';
import type { TwoLayerNetwork } from '../models/two-layer-network.js';
import type { RunOptions } from '../options.js';
import { frobeniusNorm, subtract } from '../linalg/norms.js';
import { accuracy, finiteWidthKernel, inPrecision, type NetworkChoice } from './networks.js';
import type { Ball } from './readings.js';
import type { AttackName, FlipCell, ReproduceConfig } from './results.js';
import { LOSSES, modelInputs, type ModelInputs, type Sample } from './sample.js';

/** Aggregate influence scores of the training points, with the size of their rounding error. */
export interface Scores {
  readonly values: Float64Array;
  /** Scores this near 0 have no sign. */
  readonly floor: number;
  /** Share of the test points that the regression behind the scores classifies rightly. */
  readonly accuracy: number;
  /** Its mean loss 1/2 |f(t) - y_t|^2 over the test points. */
  readonly loss: number;
}

/** Mean loss influence over the test points, from (K_m + ridge I)^-1 at the network's weights. */
export async function influenceScores(
  network: TwoLayerNetwork<Elements>,
  inputs: ModelInputs,
  sample: Pick<Sample, 'Y' | 'Yt' | 'testLabels'>,
  ridge: number,
  options: RunOptions,
): Promise<Scores> {
  const K = await finiteWidthKernel(network, inputs.train, options);
  const Kt = await finiteWidthKernel(network, inputs.train, options, inputs.test);
  const regression = await KernelRidge.fit(K, sample.Y, { ...options, ridge });
  const values = await regression.aggregateInfluence(Kt, sample.Yt, options);
  const floor = noiseFloor(values, regression.diagnostics);
  const outputs = await regression.predict(Kt, options);
  const loss = frobeniusNorm(subtract(outputs, sample.Yt)) ** 2 / (2 * outputs.rows);
  return { values, floor, accuracy: accuracy(outputs, sample.testLabels), loss };
}

/** What the influence experiments of one network share. */
export interface InfluenceSetting {
  readonly choice: NetworkChoice;
  readonly network: TwoLayerNetwork<Elements>;
  readonly inputs: ModelInputs;
  readonly sample: Sample;
  readonly before: Scores;
}

/** An attack and its radius, as the reading states it and in pixels in [0, 1]. */
export interface Perturbation {
  readonly attack: AttackName;
  readonly eps: number;
  readonly epsPixels: number;
  readonly ball: Ball;
}

/**
 * Replaces the most influential training points by adversarial versions of themselves, together, and compares
 * the scores. The attention context is recomputed from the perturbed data (transductive).
 */
export async function flipCell(
  setting: InfluenceSetting,
  perturbation: Perturbation,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<FlipCell> {
  const indices = topPoints(setting.before, config);
  const after = await scoresUnderAttack(setting, indices, perturbation, config, options);
  const { attack, eps, epsPixels } = perturbation;
  return flipsBetween(setting, after, { attack, eps, epsPixels }, config);
}

/** T: the top tau of the training points by |score|. */
export function topPoints({ values }: Scores, { tau }: ReproduceConfig): Uint32Array {
  return malleability(values, values, { tau }).topIndices;
}

/** The scores once some training points are replaced by adversarial versions of themselves. */
export async function scoresUnderAttack(
  setting: InfluenceSetting,
  indices: ArrayLike<number>,
  perturbation: Perturbation,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<Scores> {
  const adversarial = await perturb(setting, indices, perturbation, config, options);
  const pixels = replaceRows(setting.sample.pixels, indices, adversarial);
  return scoresOfPixels(setting, pixels, config, options);
}

/** The scores at the same network when the training points have other pixels. */
export async function scoresOfPixels(
  { choice, network, sample }: InfluenceSetting,
  pixels: Matrix,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<Scores> {
  const inputs = await modelInputs(choice.model, unitRows(pixels).matrix, sample.Z, options);
  return influenceScores(network, inputs, sample, config.ridge, options);
}

/** The control: the scores of a network trained on the same clean data from another seed. */
export function reseedCell(
  setting: InfluenceSetting,
  after: Scores,
  config: ReproduceConfig,
): FlipCell {
  return flipsBetween(setting, after, { attack: 'reseed', eps: 0, epsPixels: 0 }, config);
}

function flipsBetween(
  { choice, before }: InfluenceSetting,
  after: Scores,
  perturbation: Pick<FlipCell, 'attack' | 'eps' | 'epsPixels'>,
  config: ReproduceConfig,
): FlipCell {
  const { task, training, reading, model, width, seed } = choice;
  const result = malleability(before.values, after.values, {
    tau: config.tau,
    floor: Math.max(before.floor, after.floor),
  });
  return {
    kind: 'flip',
    ...{ task, training, reading, model, ...perturbation, width, seed },
    flipRate: result.flipRate,
    weightedFlipRate: result.weightedFlipRate,
    indeterminate: result.indeterminate,
    topCount: result.topIndices.length,
    spearman: result.spearman,
    kendall: result.kendall,
    topOverlap: result.topOverlap,
  };
}

/** Adversarial pixels of the given training points, against the trained network. */
export async function perturb(
  { choice, network, sample }: Pick<InfluenceSetting, 'choice' | 'network' | 'sample'>,
  indices: ArrayLike<number>,
  { attack, ball }: Perturbation,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<Matrix> {
  const precision = config.trainPrecision;
  const target: AttackTarget<Elements> = {
    network,
    context: choice.model === 'attention' ? inPrecision(sample.X, precision) : undefined,
    loss: LOSSES[choice.task],
  };
  const pixels = inPrecision(sample.pixels.selectRows(indices), precision);
  const Y = inPrecision(sample.Y.selectRows(indices), precision);
  const run = {
    fgsm: async () => fgsm(target, pixels, Y, { ...options, ...ball }),
    pgd: async () => pgd(target, pixels, Y, { ...options, ...ball, seed: choice.seed }),
    mim: async () => mim(target, pixels, Y, { ...options, ...ball }),
  }[attack];
  const { adversarial } = await run();
  return adversarial.toFloat64();
}

/** A copy with some rows replaced. */
export function replaceRows(matrix: Matrix, indices: ArrayLike<number>, rows: Matrix): Matrix {
  const replaced = Matrix.of(matrix.data.slice(), matrix.rows, matrix.cols);
  Array.from(indices).forEach((index, k) => {
    replaced.row(index).set(rows.row(k));
  });
  return replaced;
}
