/** The numbers printed in arXiv 2603.13085 that a run is compared with. Rates are shares, not percent. */
import type { FlipAttack, ModelName, TrainingName } from '../experiments/results.js';

/** The attacks of the paper's Table 2. */
export type PaperAttack = Exclude<FlipAttack, 'reseed'>;

/** Influence flip rates of each model under each attack. */
export type PaperFlipRates = Readonly<Record<ModelName, Readonly<Record<PaperAttack, number>>>>;

/** What the paper reports for one data set. */
export interface PaperNumbers {
  /** Table 1, |f_m - f_NTK|_2, as (width, distance) in ascending width. */
  readonly distance: Readonly<Record<ModelName, readonly (readonly [number, number])[]>>;
  /** Table 2, influence flip rate at eps 0.3. */
  readonly flipRate: PaperFlipRates;
  /** Table 3, the same of the binary task: 3 against 8, cars against planes. */
  readonly binaryFlipRate: PaperFlipRates;
  /** Table 4, under PGD after standard and after adversarial training. */
  readonly trainedFlipRate: Readonly<Record<ModelName, Readonly<Record<TrainingName, number>>>>;
  /** Condition number of the Gram matrix, as quoted in the text. */
  readonly kappa: number;
  /** log10 of the width said to be needed, first and second version of the paper. */
  readonly log10Width: { readonly v1: number; readonly v2: number };
}

const MNIST: PaperNumbers = {
  distance: {
    relu: [
      [16, 45.1],
      [1024, 39.9],
      [4096, 39.2],
    ],
    attention: [
      [16, 10.3],
      [1024, 33.3],
      [4096, 43.4],
    ],
  },
  flipRate: {
    relu: { fgsm: 0.041, pgd: 0.033, mim: 0.034 },
    attention: { fgsm: 0.346, pgd: 0.289, mim: 0.219 },
  },
  binaryFlipRate: {
    relu: { fgsm: 0.084, pgd: 0.084, mim: 0.086 },
    attention: { fgsm: 0.259, pgd: 0.41, mim: 0.405 },
  },
  trainedFlipRate: {
    relu: { standard: 0.033, adversarial: 0.434 },
    attention: { standard: 0.289, adversarial: 0.422 },
  },
  kappa: 1.2e3,
  log10Width: { v1: 18, v2: 24 },
};

const CIFAR10: PaperNumbers = {
  distance: {
    relu: [
      [16, 246.2],
      [1024, 101.7],
      [4096, 56.9],
    ],
    attention: [
      [16, 3.7],
      [1024, 10.4],
      [4096, 12.6],
    ],
  },
  flipRate: {
    relu: { fgsm: 0.033, pgd: 0.031, mim: 0.032 },
    attention: { fgsm: 0.264, pgd: 0.191, mim: 0.205 },
  },
  binaryFlipRate: {
    relu: { fgsm: 0.152, pgd: 0.155, mim: 0.153 },
    attention: { fgsm: 0.143, pgd: 0.14, mim: 0.148 },
  },
  trainedFlipRate: {
    relu: { standard: 0.031, adversarial: 0.365 },
    attention: { standard: 0.191, adversarial: 0.386 },
  },
  kappa: 8.7e3,
  log10Width: { v1: 24, v2: 29 },
};

const BY_DATASET: ReadonlyMap<string, PaperNumbers> = new Map([
  ['mnist', MNIST],
  ['cifar10', CIFAR10],
]);

/** The paper's numbers for a data set, whose name may be spelled `cifar10`, `cifar-10` or `CIFAR-10`. */
export function paperNumbers(dataset: string): PaperNumbers | undefined {
  return BY_DATASET.get(dataset.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** The paper's NTK distance at one width, where Table 1 has it. */
export function paperDistance(
  paper: PaperNumbers | undefined,
  model: ModelName,
  width: number,
): number | undefined {
  return paper?.distance[model].find(([paperWidth]) => paperWidth === width)?.[1];
}

/** The paper's flip rate of Table 2; the control on a new seed is not in the paper. */
export function paperFlipRate(
  paper: PaperNumbers | undefined,
  model: ModelName,
  attack: FlipAttack,
): number | undefined {
  return flipRateOf(paper?.flipRate, model, attack);
}

/** A flip rate of Table 2 or 3. */
export function flipRateOf(
  rates: PaperFlipRates | undefined,
  model: ModelName,
  attack: FlipAttack,
): number | undefined {
  return attack === 'reseed' ? undefined : rates?.[model][attack];
}
