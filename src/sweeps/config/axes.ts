/** The axes of a sweep: what each key of its config means, which values it takes, and its default. */
import { z } from 'zod';

/** Larger seeds belong to control networks. */
const MAX_SEED = 2 ** 32 - 1;

/** Points, inputs and hidden units: more would not fit BLAS's integers in one product. */
const MAX_SIZE = 2 ** 24;

const MAX_DEPTH = 1000;

/** One value on every axis but the data. */
export interface Settings {
  /** `relu`: the two-layer network on unit rows; `attention`: the same behind linearized attention. Default `relu`. */
  readonly model: 'relu' | 'attention';
  /** Training points. Default 1000. */
  readonly n: number;
  /** Test points. Default 500. */
  readonly test: number;
  /** Layers of weights of the measure kernel's network. Default 2. */
  readonly depth: number;
  /** Which layers of the measure kernel's network learn: the first of two, or all. Default `first`. */
  readonly trained: 'first' | 'all';
  /** Hidden units. Default 256. */
  readonly width: number;
  /** Of the sample, the weights and the batches. Default 0. */
  readonly seed: number;
  /** Standard deviation of the initial weights. Default 0.01. */
  readonly sigma: number;
  /** L2 regularisation of the weights. Default 1e-3. */
  readonly l2: number;
  /** What the network learns by. Default `cross-entropy`. */
  readonly loss: 'cross-entropy' | 'squared';
  /** How the network learns. Default `adam`. */
  readonly optimizer: 'adam' | 'sgd';
  /** Passes over the training points. Default 500. */
  readonly epochs: number;
  /** Points a step. Default 128. */
  readonly batch: number;
  /** Learning rate. Default 1e-3. */
  readonly rate: number;
  /** Arithmetic of training and attacks. Default `float32`. */
  readonly precision: 'float32' | 'float64';
  /** Lambda of kernel ridge regression. Default 1e-3. */
  readonly ridge: number;
  /** Attack within the l_inf ball. Default `pgd`. */
  readonly attack: 'pgd' | 'fgsm' | 'mim';
  /** Radius of the ball, in `epsUnits`. Default 0.3. */
  readonly eps: number;
  /** `pixel`: the data's own units; `standardized`: standard deviations of each input. Default `pixel`. */
  readonly epsUnits: 'pixel' | 'standardized';
  /** Share of the training points that are attacked. Default 0.1. */
  readonly tau: number;
}

/** Name of an axis. */
export type AxisName = keyof Settings;

/** The values of every axis. */
export type AxisValues = {
  readonly [Name in AxisName]: readonly Settings[Name][];
};

/** What an axis takes. */
interface Axis<Value> {
  readonly value: z.ZodType<Value>;
  readonly default: Value;
  /** What an error says was expected. */
  readonly expects: string;
  /** What an editor shows beside the key. */
  readonly says: string;
}

/** The first name is the default. */
function choice<const Name extends string>(
  names: readonly [Name, ...Name[]],
  says: string,
): Axis<Name> {
  const expects = names.map((name) => `'${name}'`).join(' or ');
  return { value: z.enum(names), expects, default: names[0], says };
}

function whole(least: number, most: number, fallback: number, says: string): Axis<number> {
  const expects = `integer from ${least} to ${most}`;
  return { value: z.int().min(least).max(most), expects, default: fallback, says };
}

function positive(fallback: number, says: string): Axis<number> {
  return { value: z.number().positive(), expects: 'positive number', default: fallback, says };
}

/** Every axis but the data; the order is that in which cells are named. */
export const AXES: { readonly [Name in AxisName]: Axis<Settings[Name]> } = {
  model: choice(
    ['relu', 'attention'],
    'relu: the two-layer network on unit rows; attention: the same behind linearized attention',
  ),
  n: whole(2, MAX_SIZE, 1000, 'training points'),
  test: whole(1, MAX_SIZE, 500, 'test points'),
  depth: whole(2, MAX_DEPTH, 2, "layers of weights of the measure kernel's network"),
  trained: choice(
    ['first', 'all'],
    "which layers of the measure kernel's network learn: the first of two, or all",
  ),
  width: whole(1, MAX_SIZE, 256, 'hidden units'),
  seed: whole(0, MAX_SEED, 0, 'of the sample, the weights and the batches'),
  sigma: positive(0.01, 'standard deviation of the initial weights'),
  l2: {
    value: z.number().nonnegative(),
    expects: 'nonnegative number',
    default: 1e-3,
    says: 'L2 regularisation of the weights',
  },
  loss: choice(['cross-entropy', 'squared'], 'what the network learns by'),
  optimizer: choice(['adam', 'sgd'], 'how the network learns'),
  epochs: whole(1, MAX_SIZE, 500, 'passes over the training points'),
  batch: whole(1, MAX_SIZE, 128, 'points a step'),
  rate: positive(1e-3, 'learning rate'),
  precision: choice(['float32', 'float64'], 'arithmetic of training and attacks'),
  ridge: positive(1e-3, 'lambda of kernel ridge regression'),
  attack: choice(['pgd', 'fgsm', 'mim'], 'attack within the l_inf ball'),
  eps: positive(0.3, 'radius of the ball, in epsUnits'),
  epsUnits: choice(
    ['pixel', 'standardized'],
    "pixel: the data's own units; standardized: standard deviations of each input",
  ),
  tau: {
    value: z.number().positive().max(1),
    expects: 'number above 0 and up to 1',
    default: 0.1,
    says: 'share of the training points that are attacked',
  },
};

export const AXIS_NAMES: readonly AxisName[] = Object.keys(AXES) as AxisName[];
