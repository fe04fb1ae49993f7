/** What the work of a run costs: the basis of its plan, its progress and the time left. */
import type { ReproduceConfig } from './results.js';

/** The shape of the data a run works on: n training and q test points of d inputs in c classes. */
export interface ProblemShape {
  readonly n: number;
  readonly q: number;
  readonly d: number;
  readonly classes: number;
}

/** A step of Adam reads and writes weights and two moments: about this many flops' worth of time a weight. */
const ADAM_FLOPS = 40;

/** What one step costs beside its arithmetic. */
const STEP_FLOPS = 3e6;

/**
 * The eigenvalues of an n x n matrix take the time of so many n^3 flops: 4/3 n^3 are done, half of them in products of
 * a matrix and a vector, which wait for memory.
 */
export const EIGENVALUE_FLOPS = 10;

const DOUBLE = 8;

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

/** The distance of a trained network: its kernel before and after training, and its outputs. */
export function distanceCost({ n, q, d }: ProblemShape, width: number): number {
  return 4 * n * d * width + 2 * n * n * d + 2 * q * d * width;
}

/** Attention of all points to the training points, through the smaller of their two Gram matrices. */
export function attentionCost({ n, q, d }: ProblemShape): number {
  return 4 * (n + q) * d * Math.min(n, d);
}

/** An attack of up to ten steps on some points, through attention. */
export function attackCost(points: number, { d }: ProblemShape, width: number): number {
  return 10 * points * d * (4 * width + 4 * d);
}

/** Bytes of the training and test rows, as pixels, unit rows and attended rows. */
export function dataBytes({ n, q, d }: ProblemShape): number {
  return DOUBLE * (3 * n + 2 * q) * d;
}

/** Bytes of a network's weights before and after training. */
export function networkBytes(
  { d }: ProblemShape,
  width: number,
  precision: ReproduceConfig['trainPrecision'],
): number {
  return (precision === 'float32' ? DOUBLE / 2 : DOUBLE) * 2 * d * width;
}

/** Bytes of a kernel matrix of the training points. */
export function kernelBytes({ n }: ProblemShape): number {
  return DOUBLE * n * n;
}

/** Bytes of kernel ridge regression: the kernel, its copy with the factor, and the test kernel. */
export function ridgeBytes({ n, q }: ProblemShape): number {
  return DOUBLE * n * (2 * n + q);
}

/** Bytes at the peak of a cell with the data, a network of some width in training and one ridge regression. */
export function cellBytes(shape: ProblemShape, width: number): number {
  // Adam has two moments of each weight.
  return dataBytes(shape) + 2 * networkBytes(shape, width, 'float64') + ridgeBytes(shape);
}
