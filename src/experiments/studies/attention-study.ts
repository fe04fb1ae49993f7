/**
 * Attention variants side by side: linearized, truncated, stacked, with random projections, softmax, and none. What
 * each does to the spectrum, to the distance between network and kernel, and to the sign of influence.
 */
import { unitRows } from '../../data/dataset.js';
import { KernelRidge } from '../../influence/kernel-ridge.js';
import { malleability } from '../../influence/malleability.js';
import type { Matrix, Elements } from '../../linalg/matrix.js';
import { frobeniusNorm, relativeDifference, spectralNorm, subtract } from '../../linalg/norms.js';
import { TwoLayerNetwork, deadUnits } from '../../models/two-layer-network.js';
import type { RunOptions } from '../../options.js';
import { spectrum, type Spectrum } from '../../spectrum/spectrum.js';
import { mean } from '../../statistics.js';
import {
  accuracy,
  controlOf,
  finiteWidthKernel,
  inPrecision,
  kernelRegime,
  trainNetwork,
  type KernelRegime,
  type NetworkChoice,
  type TrainedNetwork,
} from '../networks.js';
import { influenceScores, type Scores } from '../influence-cells.js';
import { EIGENVALUE_FLOPS, influenceCost, kernelCost, type ProblemShape } from '../costs.js';
import { READINGS } from '../readings.js';
import type { ReproduceConfig } from '../results.js';
import type { ModelInputs, Sample } from '../sample.js';
import type {
  AttentionVariant,
  Collapse,
  LogCondition,
  RankChange,
  VariantFlips,
  VariantNetworkRecord,
  VariantSpectrumRecord,
} from './attention-study-results.js';
import { queryMap, variantInputs } from './attention-variant.js';
import { fromRows, meanCosine } from './dense.js';
import { stepOptions } from './step-options.js';
import { variantFgsm } from './variant-attack.js';

/** Condition numbers and collapse of a variant's training rows, for lambda_1 / lambda_k at the given k. */
export async function variantSpectrum(
  variant: AttentionVariant,
  { seed, X }: Pick<Sample, 'seed' | 'X'>,
  indices: readonly number[],
  run: RunOptions,
): Promise<VariantSpectrumRecord> {
  const options = stepOptions(run);
  // One query is what the interface asks for; it costs nothing beside the n training rows.
  const { train } = await variantInputs(variant, seed, X, X.selectRows([0]), options);
  const measured = await spectrum(train, options);
  const { n, d, tolerance, rank, kappaD } = measured;
  return {
    kind: 'variant-spectrum',
    ...{ variant, seed, n, d, tolerance, rank },
    log10KappaD: Math.log10(kappaD),
    kappaK: indices.map((k) => logCondition(measured, k)),
    ...collapseOf(train, measured),
  };
}

/** lambda_1 / lambda_k as a logarithm. */
export function logCondition({ eigenvalues, rank }: Spectrum, k: number): LogCondition {
  const ratio = (eigenvalues[0] ?? NaN) / (eigenvalues[k - 1] ?? NaN);
  return { k, log10: k > rank ? null : Math.log10(ratio) };
}

/** How far unit rows have become one. */
export function collapseOf(rows: Matrix, { topShare, effectiveRank }: Spectrum): Collapse {
  return { topShare, meanCosine: meanCosine(rows), effectiveRank };
}

/** What one network of the study needs beside its variant. */
export interface VariantSetting {
  readonly choice: NetworkChoice;
  readonly sample: Sample;
  /** Standard deviation of the data's pixels by channel, the unit of a standardised eps. */
  readonly pixelStd: readonly number[];
  readonly config: ReproduceConfig;
}

/** A network trained behind a variant, and what it is compared with. */
export interface VariantState {
  /** The variant's rows. */
  readonly inputs: ModelInputs;
  readonly regime: KernelRegime;
  readonly network: TrainedNetwork;
  /** Influence of the training points on clean data. */
  readonly before: Scores;
  /** The same at the network of another seed, where there is one. */
  readonly control?: Scores | undefined;
}

/**
 * Trains the network behind a variant. Progress is that of the training.
 *
 * @param withControl - whether a network of another seed is trained, too.
 */
export async function trainVariant(
  variant: AttentionVariant,
  { choice, sample, config }: VariantSetting,
  withControl: boolean,
  options: RunOptions,
): Promise<VariantState> {
  const quiet = stepOptions(options);
  const inputs = await variantInputs(variant, sample.seed, sample.X, sample.Z, quiet);
  const regime = await kernelRegime(inputs, sample, config.ridge, quiet);
  const trainings = withControl ? 2 : 1;
  const train = async (of: NetworkChoice, done: number): Promise<TrainedNetwork> =>
    trainNetwork(of, inputs, sample, config, {
      ...options,
      onProgress: (share) => options.onProgress?.((done + share) / trainings),
    });
  const scores = async ({ trained }: TrainedNetwork): Promise<Scores> =>
    influenceScores(trained, inputs, sample, config.ridge, quiet);
  const network = await train(choice, 0);
  const before = await scores(network);
  const control = withControl ? await scores(await train(controlOf(choice), 1)) : undefined;
  return { inputs, regime, network, before, control };
}

/**
 * Compares a trained network with kernel ridge regression on the same rows: at initialisation, after training, and in
 * how many influences change sign under FGSM.
 */
export async function variantNetwork(
  variant: AttentionVariant,
  setting: VariantSetting,
  state: VariantState,
  run: RunOptions,
): Promise<VariantNetworkRecord> {
  const { choice, sample, config } = setting;
  const options = stepOptions(run);
  const { inputs, regime, network } = state;
  const { initial, trained, losses } = network;
  const precision = config.trainPrecision;
  const outputs = await trained.predict(inPrecision(inputs.test, precision), options);
  const lazy = await ridgePredictions(initial, inputs, sample, config.ridge, options);
  const gap = subtract(outputs, regime.predictions);
  const atStart = await finiteWidthKernel(initial, inputs.train, options);
  const atEnd = await finiteWidthKernel(trained, inputs.train, options);
  return {
    kind: 'variant-network',
    variant,
    ...{ reading: choice.reading, width: choice.width, seed: sample.seed },
    ...{ n: sample.X.rows, q: sample.Z.rows, ridge: config.ridge },
    kernelError: relativeDifference(atStart, regime.K),
    initialDistance: await spectralNorm(subtract(lazy, regime.predictions), options),
    distance: await spectralNorm(gap, options),
    distanceRms: frobeniusNorm(gap) / Math.sqrt(gap.data.length),
    kernelDrift: relativeDifference(atEnd, atStart),
    networkAccuracy: accuracy(outputs, sample.testLabels),
    ridgeAccuracy: accuracy(regime.predictions, sample.testLabels),
    finalLoss: losses.at(-1) ?? 0,
    deadUnits: await deadUnits(trained, inPrecision(inputs.train, precision), options),
    flips: await variantFlips(variant, state, setting, options),
    control:
      state.control === undefined ? null : rankChange(state.before, state.control, config.tau),
  };
}

/** How the ranking of influences changes from one set of scores to another. */
function rankChange(before: Scores, after: Scores, tau: number): RankChange {
  const floor = Math.max(before.floor, after.floor);
  const result = malleability(before.values, after.values, { tau, floor });
  return {
    flipRate: result.flipRate,
    weightedFlipRate: result.weightedFlipRate,
    indeterminate: result.indeterminate,
    spearman: result.spearman,
    topOverlap: result.topOverlap,
  };
}

/** Predictions of kernel ridge regression with K_m on the test points. */
async function ridgePredictions(
  network: TwoLayerNetwork<Elements>,
  { train, test }: ModelInputs,
  { Y }: Sample,
  ridge: number,
  options: RunOptions,
): Promise<Matrix> {
  const K = await finiteWidthKernel(network, train, options);
  const regression = await KernelRidge.fit(K, Y, { ...options, ridge });
  return regression.predict(await finiteWidthKernel(network, train, options, test), options);
}

/** Replaces the most influential training points by their FGSM versions, together, and compares the scores. */
async function variantFlips(
  variant: AttentionVariant,
  { network: { trained }, before }: VariantState,
  { choice, sample, pixelStd, config }: VariantSetting,
  options: RunOptions,
): Promise<VariantFlips> {
  const { eps, tau, ridge } = config;
  const { epsUnits } = READINGS[choice.reading];
  const radii = epsUnits === 'pixel' ? [eps] : pixelStd.map((std) => eps * std);
  const network = new TwoLayerNetwork(trained.weights.toFloat64(), trained.signs.toFloat64());
  const { topIndices } = malleability(before.values, before.values, { tau });
  const adversarial = await variantFgsm(
    network,
    await queryMap(variant, sample.seed, sample.X, options),
    sample.pixels.selectRows(topIndices),
    sample.Y.selectRows(topIndices),
    radii,
    options,
  );
  const replaced = new Map(Array.from(topIndices, (index, k) => [index, adversarial.row(k)]));
  const { pixels, Z } = sample;
  const perturbed = fromRows(pixels.rows, pixels.cols, (i) => replaced.get(i) ?? pixels.row(i));
  const X = unitRows(perturbed).matrix;
  const inputsAfter = await variantInputs(variant, sample.seed, X, Z, options);
  const after = await influenceScores(network, inputsAfter, sample, ridge, options);
  return {
    attack: 'fgsm',
    ...{ eps, epsPixels: mean(radii), tau },
    topCount: topIndices.length,
    ...rankChange(before, after, tau),
  };
}

/** Flops of a variant on n rows and q queries. */
export function variantCost(
  variant: AttentionVariant,
  { n, q, d }: Pick<ProblemShape, 'n' | 'q' | 'd'>,
): number {
  const side = Math.min(n, d);
  const layer = 2 * (n + q) * d * side + n * d * side;
  switch (variant.kind) {
    case 'none':
      return 0;
    case 'linearized':
      return layer;
    case 'truncated':
      return layer + 4 * side ** 3;
    case 'stacked':
      return variant.layers * layer;
    case 'projected':
      return layer + 2 * (2 * n + q) * d * d;
    case 'softmax':
      return 4 * n * (n + q) * d;
  }
}

/** Flops of {@link variantSpectrum}. */
export function variantSpectrumCost(
  variant: AttentionVariant,
  { n, d }: Pick<ProblemShape, 'n' | 'd'>,
): number {
  const side = Math.min(n, d);
  return variantCost(variant, { n, q: 1, d }) + n * d * side + EIGENVALUE_FLOPS * side ** 3;
}

/** Flops of {@link trainVariant} beside the training: the rows, a kernel regression and a set of scores. */
export function variantTrainCost(
  variant: AttentionVariant,
  shape: ProblemShape,
  width: number,
): number {
  return variantCost(variant, shape) + kernelCost(shape) + influenceCost(shape, width);
}

/** Flops of {@link variantNetwork}: the attacked rows, kernels before and after training, a set of scores. */
export function variantNetworkCost(
  variant: AttentionVariant,
  shape: ProblemShape,
  width: number,
): number {
  // Projections are multiplied out to d x d for the gradient.
  const gradient = variant.kind === 'projected' ? 6 * shape.d ** 3 : 0;
  return variantCost(variant, shape) + gradient + 2 * influenceCost(shape, width);
}
