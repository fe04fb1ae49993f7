/** What a replication run will do, with costs: the basis of its progress and of the time left. */
import type { FlipAttack, ModelName, ReadingName, ReproduceConfig } from './results.js';

/** One unit of progress: work that ends in one or more cells. Costs are in flops. */
export interface PlannedWork {
  readonly label: string;
  readonly cost: number;
}

/** The shape of the data a run works on. */
export interface ProblemShape {
  readonly n: number;
  readonly q: number;
  readonly d: number;
}

/** A step of Adam reads and writes weights and two moments: about this many flops' worth of time a weight. */
const ADAM_FLOPS = 40;

/** What one step costs beside its arithmetic. */
const STEP_FLOPS = 3e6;

/** Training one network: two products a step, and Adam. */
export function trainingCost(
  config: Pick<ReproduceConfig, 'epochs' | 'batchSize'>,
  { n, d }: ProblemShape,
  width: number,
): number {
  const steps = config.epochs * Math.ceil(n / config.batchSize);
  return config.epochs * n * d * width * 4 + steps * (d * width * ADAM_FLOPS + STEP_FLOPS);
}

/** Influence scores: gates, kernels, factorisation, and leave-one-out of every point. */
export function influenceCost({ n, q, d }: ProblemShape, width: number): number {
  return 2 * (2 * n + q) * d * width + 2 * n * (n + q) * d + n ** 3 + 2 * q * n * n;
}

/** The eigenvalues of two matrices of the smaller side. */
export function spectrumCost({ n, d }: ProblemShape): number {
  const side = Math.min(n, d);
  return 2 * (n * d * side + 4 * side ** 3);
}

/** Kernel ridge regression with K_inf. */
export function kernelCost({ n, q, d }: ProblemShape): number {
  return n * (n + 2 * q) * d + n ** 3;
}

/** An attack of up to ten steps on the top points, through attention. */
export function attackCost(config: ReproduceConfig, { n, d }: ProblemShape, width: number): number {
  return 10 * config.tau * n * d * (4 * width + 4 * d);
}

/** Labels of the work of a run, shared by the plan and the progress it drives. */
export const label = {
  spectrum: (seed: number): string => `spectrum, seed ${seed}`,
  kernel: (model: ModelName, seed: number): string =>
    `infinite-width kernel, ${model}, seed ${seed}`,
  distance: (reading: ReadingName, model: ModelName, width: number, seed: number): string =>
    `NTK distance, ${reading}, ${model}, width ${width}, seed ${seed}`,
  control: (reading: ReadingName, model: ModelName, seed: number): string =>
    `control network, ${reading}, ${model}, seed ${seed}`,
  influence: (reading: ReadingName, model: ModelName, seed: number): string =>
    `influence, ${reading}, ${model}, seed ${seed}`,
  flip: (reading: ReadingName, model: ModelName, attack: FlipAttack, seed: number): string =>
    `flip rate, ${reading}, ${model}, ${attack}, seed ${seed}`,
} as const;

/** Everything that `reproduce` will do for a config, in no particular order. */
export function planReproduce(config: ReproduceConfig, shape: ProblemShape): PlannedWork[] {
  const { influenceWidth } = config;
  const scores = influenceCost(shape, influenceWidth);
  const attackAndScores = attackCost(config, shape, influenceWidth) + scores;
  return config.seeds.flatMap((seed) => [
    { label: label.spectrum(seed), cost: spectrumCost(shape) },
    ...config.models.flatMap((model) => [
      { label: label.kernel(model, seed), cost: kernelCost(shape) },
      ...config.readings.flatMap((reading) => [
        ...config.widths.map((width) => ({
          label: label.distance(reading, model, width, seed),
          cost: trainingCost(config, shape, width),
        })),
        { label: label.influence(reading, model, seed), cost: scores },
        ...config.attacks.map((attack) => ({
          label: label.flip(reading, model, attack, seed),
          cost: attackAndScores,
        })),
        {
          label: label.control(reading, model, seed),
          cost: trainingCost(config, shape, influenceWidth),
        },
        { label: label.flip(reading, model, 'reseed', seed), cost: scores },
      ]),
    ]),
  ]);
}
