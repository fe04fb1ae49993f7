/** Flip rates under every reading that shares one trained network and one unit of eps. */
import { trainAdversarially } from '../../attacks/train-adversarially.js';
import type { InfluenceTarget } from '../../influence/kernel-ridge.js';
import { malleability } from '../../influence/malleability.js';
import { Matrix, type Elements } from '../../linalg/matrix.js';
import type { LossName, TwoLayerNetwork } from '../../models/two-layer-network.js';
import type { RunOptions } from '../../options.js';
import { attentionCost, type ProblemShape } from '../costs.js';
import { inPrecision } from '../networks.js';
import type { ModelName } from '../results.js';
import type { ModelInputs, Sample } from '../sample.js';
import { fitPoints, pointInfluence } from './multiverse-influence.js';
import { combinations, readingId } from './multiverse-readings.js';
import type {
  Axes,
  FlipReading,
  MultiverseAttack,
  MultiverseFlipsRecord,
} from './multiverse-results.js';
import {
  EPS_UNITS,
  STEPS,
  adversarialRows,
  fixedContext,
  kernelsOf,
  recomputedContext,
  type Attacked,
  type AttackVariant,
  type Ball,
  type World,
} from './multiverse-world.js';
import { createNetwork, kernelFlops, train, trainFlops, type NetworkSettings } from './network.js';

/** The axes of a flip reading that only change what is done with a trained network and a unit of eps. */
export type FlipAxes = Omit<Axes<FlipReading>, 'table' | 'sigma' | 'eps'>;

/** What decides a trained network and the attacks on it. */
export interface FlipNetwork {
  readonly table: FlipReading['table'];
  readonly model: ModelName;
  readonly settings: NetworkSettings;
  readonly ball: Ball;
}

/** What is measured on it. */
export interface FlipMeasurement {
  /** Table 4 has PGD alone. */
  readonly attacks: readonly MultiverseAttack[];
  readonly tau: number;
  readonly ridge: number;
}

/** The loss of the networks of a table: cross-entropy of classes, squared error of +-1 targets. */
export const FLIP_LOSSES: Readonly<Record<FlipReading['table'], LossName>> = {
  t2: 'cross-entropy',
  t3: 'squared',
  t4: 'cross-entropy',
};

/**
 * Trains the network of a table: on the sample or, for Table 4, on PGD examples of it in the ball, with the clean
 * points as context. But for Table 4 it does not depend on the ball.
 */
export async function flipNetwork(
  { table, model, settings, ball }: FlipNetwork,
  sample: Sample,
  inputs: ModelInputs,
  options: RunOptions,
): Promise<TwoLayerNetwork<Elements>> {
  const initial = await createNetwork(inputs.train.cols, sample.Y.cols, settings, options);
  if (table !== 't4') {
    return (await train(initial, inputs.train, sample.Y, settings, options)).network;
  }
  const { precision, loss, epochs, batchSize, learningRate, weightDecay, seed } = settings;
  const context = model === 'attention' ? inPrecision(sample.X, precision) : undefined;
  const { network } = await trainAdversarially(
    { network: initial, context, loss },
    inPrecision(sample.pixels, precision),
    inPrecision(sample.Y, precision),
    {
      ...{ epochs, batchSize, learningRate, weightDecay, seed },
      ...{ eps: ball.radius, epsUnits: EPS_UNITS[ball.eps], steps: STEPS },
      ...(ball.eps === 'standardised' ? { scale: ball.pixelScale } : {}),
      ...options,
    },
  );
  return network;
}

/** Attacks a trained network once and evaluates every reading of the axes. */
export async function multiverseFlipsRecord(
  which: FlipNetwork,
  network: TwoLayerNetwork<Elements>,
  { attacks, tau, ridge }: FlipMeasurement,
  axes: FlipAxes,
  sample: Sample,
  inputs: ModelInputs,
  options: RunOptions,
): Promise<MultiverseFlipsRecord> {
  const { table, model, settings, ball } = which;
  const { signal, memoryBudget } = options;
  const quiet = { signal, memoryBudget };
  const attacked = { model, network, sample, inputs, loss: settings.loss, settings };
  const clean = await cleanScores(attacked, axes, { tau, ridge }, quiet);
  const variants = attackVariants(attacks, axes.step);
  const measured = new Map<string, number>();
  for (const [k, variant] of variants.entries()) {
    const adversarial = await adversarialRows(attacked, variant, ball, quiet);
    const rates = await ratesAfter(attacked, clean, adversarial, axes, ridge, quiet);
    for (const [key, rate] of rates) measured.set(`${variantKey(variant)} ${key}`, rate);
    options.onProgress?.((k + 1) / variants.length);
  }
  const own = { table: [table], sigma: [settings.scale], eps: [ball.eps] };
  const readings = combinations<FlipReading>({ ...own, ...axes });
  return {
    kind: 'multiverse-flips',
    ...{ model, width: settings.width, seed: sample.seed },
    ...{ n: sample.X.rows, q: sample.Z.rows, radius: ball.radius, tau, ridge, attacks },
    rates: readings.map((reading) => ({
      reading: readingId(reading),
      rates: attacks.map((attack) => {
        const key = `${variantKey(variantOf(attack, reading.step))} ${rateKey(model, reading)}`;
        return measured.get(key) ?? NaN;
      }),
    })),
  };
}

/** What a set of perturbed points costs beside its arithmetic: many small calls and copies. */
const SET_FLOPS = 1e8;

/**
 * Flops of {@link multiverseFlipsRecord}, without the training. Every set of perturbed points is a factorisation, and
 * with a recomputed context kernels of its own.
 */
export function multiverseFlipsCost(
  { model, settings: { width } }: Pick<FlipNetwork, 'model' | 'settings'>,
  { attacks, tau }: FlipMeasurement,
  axes: FlipAxes,
  shape: ProblemShape,
): number {
  const { n, q, d } = shape;
  const count = definitions(axes).length;
  // The top sets of different definitions overlap: on MNIST nine of them watched three times as many points as one.
  const watched = Math.min(n, Math.ceil(tau * n * Math.sqrt(count)));
  const fit = n ** 3 / 3 + 4 * n * n + SET_FLOPS;
  const kernels = kernelFlops(n + q, d, width);
  const attention = attentionCost(shape) / axes.kernel.length;
  const ofContext = (context: FlipReading['context']): number =>
    axes.points.reduce((sum, points) => {
      const sets = points === 'singly' ? watched : count;
      const anew = context === 'recomputed' ? kernels + attention : 0;
      return sum + sets * (fit + anew);
    }, 4 * kernels);
  const worlds = contextsOf(model, axes).reduce((sum, context) => sum + ofContext(context), 0);
  const attack = STEPS * n * d * 4 * (width + d);
  const variants = attackVariants(attacks, axes.step).length;
  return (
    axes.kernel.length * (kernels + 3 * n ** 3) + variants * (attack + axes.kernel.length * worlds)
  );
}

/** Flops of {@link flipNetwork}: adversarial training attacks every batch before each step. */
export function flipNetworkCost(
  { table, settings }: Pick<FlipNetwork, 'table' | 'settings'>,
  shape: ProblemShape,
): number {
  return (table === 't4' ? 1 + STEPS : 1) * trainFlops(settings, shape);
}

/** One definition of the scores: on the clean data, and the points whose signs are watched. */
interface Scores {
  readonly kernel: FlipReading['kernel'];
  readonly influence: FlipReading['influence'];
  readonly target: InfluenceTarget;
  /** I(t, i), q x n. */
  readonly before: Matrix;
  /** The top tau by |mean over the test points|. */
  readonly top: readonly number[];
  /** Coefficients on the clean data, which `alpha-kept` keeps. */
  readonly alpha: Matrix;
}

async function cleanScores(
  { sample, inputs, network }: Attacked,
  axes: FlipAxes,
  { tau, ridge }: Pick<FlipMeasurement, 'tau' | 'ridge'>,
  options: RunOptions,
): Promise<Scores[]> {
  const all = Array.from(sample.labels.keys());
  const scores: Scores[] = [];
  for (const kernel of axes.kernel) {
    const kernels = await kernelsOf(kernel, inputs, network, options);
    const fit = await fitPoints(kernels, sample.Y, all, ridge, options);
    for (const { influence, target } of definitions(axes)) {
      const before = pointInfluence(fit, sample.Yt, influence, target, fit.alpha);
      const means = all.map((i) => columnMean(before, i));
      const top = Array.from(malleability(means, means, { tau }).topIndices);
      scores.push({ kernel, influence, target, before, top, alpha: fit.alpha });
    }
  }
  return scores;
}

function definitions(axes: FlipAxes): Pick<FlipReading, 'influence' | 'target'>[] {
  return axes.influence.flatMap((influence) =>
    axes.target.map((target) => ({ influence, target })),
  );
}

/** Flip rates after one attack, by {@link rateKey}. */
async function ratesAfter(
  attacked: Attacked,
  clean: readonly Scores[],
  adversarial: Matrix,
  axes: FlipAxes,
  ridge: number,
  options: RunOptions,
): Promise<Map<string, number>> {
  const rates = new Map<string, number>();
  const candidates = [...new Set(clean.flatMap(({ top }) => top))];
  for (const context of contextsOf(attacked.model, axes)) {
    const world =
      context === 'recomputed'
        ? recomputedContext(attacked, adversarial, options)
        : await fixedContext(axes.kernel, attacked, adversarial, candidates, options);
    for (const points of axes.points) {
      const sets = points === 'singly' ? candidates.map((i) => [i]) : distinctTops(clean);
      const after = await influenceAfter(attacked.sample, clean, world, sets, ridge, options);
      for (const [k, one] of clean.entries()) {
        for (const aggregate of axes.aggregate) {
          const key = rateKey(attacked.model, { ...one, points, context, aggregate });
          rates.set(key, flipRate(one, after[k] ?? new Map<number, Float64Array>(), aggregate));
        }
      }
    }
  }
  return rates;
}

/** The influences on every test point of a training point that has been perturbed, by the point. */
type Columns = Map<number, Float64Array>;

/** Perturbs each set of points, and collects for each definition the influence of its own top points in it. */
async function influenceAfter(
  { Y, Yt }: Sample,
  scores: readonly Scores[],
  world: World,
  sets: readonly (readonly number[])[],
  ridge: number,
  options: RunOptions,
): Promise<Columns[]> {
  const columns = scores.map((): Columns => new Map());
  for (const set of sets) {
    // A set of several points is the top set of some definitions; a single point belongs to many.
    const concerned = scores.filter(({ top }) =>
      set.length === 1 ? top.includes(set[0] ?? NaN) : setKey(top) === setKey(set),
    );
    for (const kernel of new Set(concerned.map((one) => one.kernel))) {
      const fit = await fitPoints(await world(set, kernel), Y, set, ridge, options);
      for (const one of concerned.filter((score) => score.kernel === kernel)) {
        const after = pointInfluence(fit, Yt, one.influence, one.target, one.alpha);
        set.forEach((point, k) => columns[scores.indexOf(one)]?.set(point, columnOf(after, k)));
      }
    }
  }
  return columns;
}

/** Share of the top points, or of their pairs with test points, whose influence changes sign. Zero is no flip. */
function flipRate(
  { before, top }: Scores,
  after: Columns,
  aggregate: FlipReading['aggregate'],
): number {
  const flips = top.map((point) => {
    const [was, is] = [columnOf(before, point), after.get(point) ?? new Float64Array()];
    if (aggregate === 'mean') return average(was) * average(is) < 0 ? 1 : 0;
    return was.filter((value, t) => value * (is[t] ?? NaN) < 0).length / was.length;
  });
  return average(flips);
}

/** The network without attention attends to nothing: one computation serves both contexts. */
function contextsOf(model: ModelName, axes: FlipAxes): readonly FlipReading['context'][] {
  return model === 'relu' ? ['fixed'] : axes.context;
}

function rateKey(
  model: ModelName,
  of: Pick<FlipReading, 'influence' | 'aggregate' | 'target' | 'kernel' | 'points' | 'context'>,
): string {
  const context = model === 'relu' ? 'fixed' : of.context;
  return [of.influence, of.aggregate, of.target, of.kernel, of.points, context].join(' ');
}

/** Step sizes in radii. */
const STEP_SIZES = {
  usual: { pgd: 1 / 4, mim: 1 / 10 },
  quarter: { pgd: 1 / 4, mim: 1 / 4 },
  tenth: { pgd: 1 / 10, mim: 1 / 10 },
} as const;

function variantOf(attack: MultiverseAttack, step: FlipReading['step']): AttackVariant {
  return { attack, stepSize: attack === 'fgsm' ? 1 : STEP_SIZES[step][attack] };
}

function variantKey({ attack, stepSize }: AttackVariant): string {
  return `${attack} ${stepSize}`;
}

/** The attacks that the readings need, each once. */
export function attackVariants(
  attacks: readonly MultiverseAttack[],
  steps: readonly FlipReading['step'][],
): AttackVariant[] {
  const all = attacks.flatMap((attack) => steps.map((step) => variantOf(attack, step)));
  return [...new Map(all.map((variant) => [variantKey(variant), variant])).values()];
}

function distinctTops(scores: readonly Scores[]): (readonly number[])[] {
  return [...new Map(scores.map(({ top }) => [setKey(top), top])).values()];
}

function setKey(points: readonly number[]): string {
  return points.toSorted((a, b) => a - b).join(' ');
}

function columnOf(A: Matrix, k: number): Float64Array {
  return Float64Array.from({ length: A.rows }, (_, t) => A.at(t, k));
}

function columnMean(A: Matrix, k: number): number {
  return average(columnOf(A, k));
}

function average(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
