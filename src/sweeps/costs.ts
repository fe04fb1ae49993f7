/** What the work of a sweep costs in flops, and how many bytes it takes. */
import type { Settings } from './config/axes.js';

/** n training and q test points of d inputs in c classes. */
export interface Shape {
  readonly n: number;
  readonly q: number;
  readonly d: number;
  readonly c: number;
}

export const DOUBLE = 8;

/** What one step of training costs beside its arithmetic. */
const STEP_FLOPS = 3e6;

/** A step of Adam reads and writes weights and two moments: about this many flops' worth of time a weight. */
const UPDATE_FLOPS = 40;

/** An element of an arc-cosine kernel beside its product. */
const MAP_FLOPS = 20;

/** Words of 64 gates that one flop's time counts. */
const GATE_FLOPS = 1 / 16;

/** The eigenvalues of a matrix take the time of so many n^3 flops. */
const EIGENVALUE_FLOPS = 10;

/** Ranking a point takes the time of so many elements of a sample. */
const RANKING_ELEMENTS = 100;

/** Flops, or their worth in time. */
export const COSTS = {
  /** Two products a step, and the update. */
  training(
    { n, d }: Shape,
    { width, epochs, batch }: Pick<Settings, 'width' | 'epochs' | 'batch'>,
  ): number {
    const steps = epochs * Math.ceil(n / batch);
    return 4 * epochs * n * d * width + steps * (d * width * UPDATE_FLOPS + STEP_FLOPS);
  },
  /** K_inf among the training points and against the test points. */
  infiniteKernels({ n, q, d }: Shape): number {
    return n * (n + 2 * q) * d + MAP_FLOPS * n * (n / 2 + q);
  },
  /** K_m of given weights among the training points and against the test points. */
  empiricalKernels({ n, q, d }: Shape, width: number): number {
    return 2 * (2 * n + q) * d * width + n * (n + 2 * q) * (d + GATE_FLOPS * width);
  },
  /** K_m among the training points. */
  empiricalKernel({ n, d }: Shape, width: number): number {
    return 2 * n * d * width + n * n * (d + GATE_FLOPS * width);
  },
  /** Cholesky and the predictions. */
  fit({ n, q, c }: Shape): number {
    return n ** 3 / 3 + 4 * n * n * c + 2 * q * n * c;
  },
  /** Cholesky, the diagonal of the inverse, and one row of the test kernel after another against the factor. */
  influence({ n, q, c }: Shape): number {
    return (2 / 3) * n ** 3 + 2 * q * n * n + 4 * n * n * c;
  },
  /** The spectra of X X^T and of its attended unit rows. */
  spectra({ n, d }: Shape): number {
    const side = Math.min(n, d);
    return 2 * (n * d * side + EIGENVALUE_FLOPS * side ** 3);
  },
  /** The most influential points and two rank correlations, as elements of a sample: both run on JavaScript's thread. */
  rankings({ n }: Shape): number {
    return 2 * RANKING_ELEMENTS * n;
  },
  /** Steps of a gradient through the network and, with attention, through its context. */
  attack(
    points: number,
    steps: number,
    { d }: Shape,
    { width, model }: Pick<Settings, 'width' | 'model'>,
  ): number {
    return steps * points * d * (4 * width + (model === 'attention' ? 4 * d : 0));
  },
} as const;

/** Bytes. */
export const bytesOf = {
  kernel: ({ n }: Shape): number => DOUBLE * n * n,
  testKernel: ({ n, q }: Shape): number => DOUBLE * q * n,
  /** Copies of the rows that a kernel is computed from. */
  kernelWork: ({ n, q, d }: Shape): number => DOUBLE * (2 * n + q) * d,
  /** The factor beside the kernel. */
  fit: ({ n, c }: Shape): number => DOUBLE * (n * n + 2 * n * c),
  weights: ({ d }: Shape, width: number, precision: Settings['precision']): number =>
    elementBytes(precision) * d * width,
  /** Two moments, the copy of the start, the gradient; rows in the precision of training and a copy. */
  training: ({ n, d, c }: Shape, width: number, precision: Settings['precision']): number =>
    elementBytes(precision) * (4 * d * width + 2 * n * (d + c)),
  /** Weights and two moments, from which a training goes on after a save. */
  trainingState: (shape: Shape, width: number, precision: Settings['precision']): number =>
    3 * bytesOf.weights(shape, width, precision),
  /** Two kernels and the factor, the weights in double precision, gates. */
  influence: (shape: Shape, width: number): number =>
    bytesOf.kernel(shape) +
    bytesOf.fit(shape) +
    bytesOf.testKernel(shape) +
    bytesOf.kernelWork(shape) +
    2 * bytesOf.weights(shape, width, 'float64') +
    ((2 * shape.n + shape.q) * width) / 8,
} as const;

function elementBytes(precision: Settings['precision']): number {
  return precision === 'float32' ? DOUBLE / 2 : DOUBLE;
}
