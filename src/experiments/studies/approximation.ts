/**
 * The other side of the paper's dual implication: a kernel that follows the data's geometry fits targets that do,
 * too, and others worse. Alignment, RKHS norm and test error with and without attention.
 */
import { KernelRidge } from '../../influence/kernel-ridge.js';
import { linearizedAttention } from '../../kernels/attention.js';
import { infiniteNtk } from '../../kernels/infinite-ntk.js';
import { eigh, type EighResult } from '../../linalg/eigh.js';
import { crossGram, gram, secondMoment } from '../../linalg/gram.js';
import type { Matrix } from '../../linalg/matrix.js';
import { frobeniusNorm, subtract } from '../../linalg/norms.js';
import type { RunOptions } from '../../options.js';
import { STREAMS, gaussian } from '../../random.js';
import { kernelTargetAlignment } from '../../spectrum/alignment.js';
import type { ProblemShape } from '../costs.js';
import { modelInputs, type Sample } from '../sample.js';
import { dot, fromRows, norm2, scaled, transpose } from './dense.js';
import { stepOptions } from './step-options.js';
import type {
  ApproximationRecord,
  KernelFit,
  TargetFamily,
  TheoryKernel,
} from './theory-results.js';

/** What {@link approximation} fits. */
export interface ApproximationSettings {
  readonly target: TargetFamily;
  /** Number of targets; the labels have as many as classes. */
  readonly columns: number;
  /** Eigenvalues of G up to this share of the largest count for nothing: their eigenvectors are noise. */
  readonly tolerance: number;
  readonly ridge: number;
}

type Points = Pick<Sample, 'seed' | 'X' | 'Y' | 'Z' | 'Yt'>;

/** Fits one family of targets by every kernel. */
export async function approximation(
  sample: Points,
  settings: ApproximationSettings,
  run: RunOptions,
): Promise<ApproximationRecord> {
  const options = stepOptions(run);
  const { target, tolerance, ridge } = settings;
  const { Y, Yt } = await targetsOf(sample, settings, options);
  const fits: KernelFit[] = [];
  for (const kernel of ['gram', 'attended-gram', 'relu', 'attention'] as const) {
    const { K, Kt } = await kernelOf(kernel, sample, options);
    const regression = await KernelRidge.fit(K, Y, { ...options, ridge });
    const predicted = await regression.predict(Kt, options);
    fits.push({
      kernel,
      alignment: await kernelTargetAlignment(K, Y, options),
      rkhsNorm2: dot(Y.data, regression.alpha.data) / dot(Y.data, Y.data),
      testError: (frobeniusNorm(subtract(predicted, Yt)) / frobeniusNorm(Yt)) ** 2,
    });
  }
  return {
    kind: 'approximation',
    ...{ seed: sample.seed, n: Y.rows, q: Yt.rows, target, columns: Y.cols, ridge },
    tolerance: target === 'labels' ? null : tolerance,
    fits,
  };
}

/** Targets of the training and of the test points: x . w for the same w. */
async function targetsOf(
  { seed, X, Y, Z, Yt }: Points,
  { target, columns, tolerance }: ApproximationSettings,
  options: RunOptions,
): Promise<{ Y: Matrix; Yt: Matrix }> {
  if (target === 'labels') return { Y, Yt };
  const directions = await whitenedDirections(X, tolerance, options);
  const chosen = chooseDirections(directions, target, columns, seed);
  return { Y: await crossGram(X, chosen, options), Yt: await crossGram(Z, chosen, options) };
}

function chooseDirections(
  directions: Matrix,
  target: Exclude<TargetFamily, 'labels'>,
  columns: number,
  seed: number,
): Matrix {
  const { rows: rank, cols: d } = directions;
  const count = Math.min(columns, rank);
  if (target === 'random') {
    const weights = gaussian(seed, STREAMS.targetMixtures, count * rank);
    return fromRows(count, d, (c) =>
      mixture(directions, weights.subarray(c * rank, (c + 1) * rank)),
    );
  }
  const first = target === 'top' ? 0 : rank - count;
  return directions.selectRows(Array.from({ length: count }, (_, c) => first + c));
}

/** sum_k g_k w_k / |g|: as the values of the w_k on the points are orthogonal, it keeps their mean square of 1. */
function mixture(directions: Matrix, weights: Float64Array): Float64Array {
  const sum = new Float64Array(directions.cols);
  const length = norm2(weights);
  weights.forEach((weight, k) => {
    directions.row(k).forEach((value, j) => {
      sum[j] = (sum[j] ?? NaN) + (weight / length) * value;
    });
  });
  return sum;
}

/**
 * Directions w_k with X w_k = sqrt(n) u_k, u_k the unit eigenvectors of G = X X^T, in descending order of their
 * eigenvalues: w_k = sqrt(n / lambda_k) v_k with v_k an eigenvector of C = X^T X, or sqrt(n) X^T u_k / lambda_k.
 */
async function whitenedDirections(
  X: Matrix,
  tolerance: number,
  options: RunOptions,
): Promise<Matrix> {
  const { rows: n, cols: d } = X;
  const ofPoints = n < d;
  const smaller = ofPoints ? await gram(X, options) : await secondMoment(X, options);
  const asked = { ...options, vectors: true };
  const { values, vectors } = (await eigh(smaller, asked)) as Required<EighResult>;
  const rank = values.filter((value) => value > tolerance * (values[0] ?? NaN)).length;
  const order = Array.from({ length: rank }, (_, k) => k);
  const leading = transpose(vectors).selectRows(order);
  const rows = ofPoints ? await crossGram(leading, transpose(X), options) : leading;
  return fromRows(rank, d, (k) => {
    const eigenvalue = values[k] ?? NaN;
    const factor = Math.sqrt(n) / (ofPoints ? eigenvalue : Math.sqrt(eigenvalue));
    return rows.row(k).map((value) => factor * value);
  });
}

/** A kernel on the training points and of the test points with them, scaled to a mean diagonal of 1. */
async function kernelOf(
  kernel: TheoryKernel,
  { X, Z }: Points,
  options: RunOptions,
): Promise<{ K: Matrix; Kt: Matrix }> {
  if (kernel === 'gram')
    return unitDiagonal(await gram(X, options), await crossGram(Z, X, options));
  if (kernel === 'attended-gram') {
    const F = await linearizedAttention(X, { ...options, normalize: false });
    const Ft = await linearizedAttention(X, { ...options, queries: Z, normalize: false });
    return unitDiagonal(await gram(F, options), await crossGram(Ft, F, options));
  }
  const { train, test } = await modelInputs(kernel, X, Z, options);
  const K = await infiniteNtk(train, undefined, options);
  return unitDiagonal(K, await infiniteNtk(train, test, options));
}

function unitDiagonal(K: Matrix, Kt: Matrix): { K: Matrix; Kt: Matrix } {
  let trace = 0;
  for (let i = 0; i < K.rows; i++) trace += K.at(i, i);
  return { K: scaled(K, K.rows / trace), Kt: scaled(Kt, K.rows / trace) };
}

/** Flops of {@link approximation}: eigenvectors, four kernels and as many regressions. */
export function approximationCost({ n, q, d }: ProblemShape): number {
  const side = Math.min(n, d);
  return n * d * side + 9 * side ** 3 + 4 * (n * (n + 2 * q) * d + n ** 3 / 3 + n * n * 2);
}
