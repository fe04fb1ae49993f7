/**
 * Data with a spectrum of choice: the condition number of the Gram matrix, on which linearized attention
 * depends, is set instead of found.
 */
import { requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { Matrix } from '../linalg/matrix.js';
import { requireOnlyOptions } from '../options.js';
import { STREAMS, gaussian } from '../random.js';

/**
 * Eigenvalues of X^T X: given one by one, or min(n, d) of them falling from 1 as k^-rate (`power`) or
 * exp(-rate (k - 1)) (`exponential`), k = 1, 2, ...
 */
export type Spectrum =
  | readonly number[]
  | {
      /** How the eigenvalues fall. */
      readonly decay: 'power' | 'exponential';
      /** How fast: a positive number. */
      readonly rate: number;
    };

/** What {@link syntheticDataset} is to make. */
export interface SyntheticOptions {
  /** Number of points. */
  readonly n: number;
  /** Number of inputs of a point. */
  readonly d: number;
  /** Eigenvalues of X^T X. */
  readonly spectrum: Spectrum;
  /** Number of classes, at least 2. */
  readonly classes: number;
  /** Integer from 0 to 2^53 - 1: the singular vectors are a function of it alone. */
  readonly seed: number;
}

/** Points with labels and a known spectrum. */
export interface SyntheticDataset {
  /** X, n x d. Rows are not of unit length: normalising them changes the spectrum. */
  readonly inputs: Matrix;
  /** Index of the class of each point. */
  readonly labels: Int32Array;
  /** Number of classes. */
  readonly classes: number;
  /** The nonzero eigenvalues of X^T X and of X X^T, descending. */
  readonly eigenvalues: Float64Array;
}

/**
 * Draws X = U diag(sqrt(lambda)) V^T with random orthonormal U (n x r) and V (d x r), so that X^T X has the
 * eigenvalues lambda to rounding, and labels that a linear rule on X separates: the side of the leading
 * right singular vector for two classes, the largest of the first `classes` whitened projections
 * x.v_k / sqrt(lambda_k) for more.
 *
 * Costs O((n + d) r^2 + n d r) in plain TypeScript: meant for up to a few thousand points.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a size is no positive integer, an eigenvalue is negative, there
 * are more of them than min(n, d) or fewer positive ones than classes need (one for two classes, else as many as
 * classes), or an option is unknown; `ERR_NOT_FINITE` when an eigenvalue is not finite.
 */
export function syntheticDataset(options: SyntheticOptions): SyntheticDataset {
  requireOnlyOptions(options, ['n', 'd', 'spectrum', 'classes', 'seed']);
  const { n, d, classes, seed } = options;
  requireAtLeast(1, 'n', n);
  requireAtLeast(1, 'd', d);
  requireAtLeast(2, 'classes', classes);
  const eigenvalues = resolveSpectrum(options.spectrum, Math.min(n, d));
  const rank = eigenvalues.length;
  const needed = classes === 2 ? 1 : classes;
  if (rank < needed) {
    throw invalidArgument(`at least ${needed} positive eigenvalues`, 'spectrum', rank);
  }
  const left = orthonormalRows(rank, n, gaussian(seed, STREAMS.leftVectors, rank * n));
  const right = orthonormalRows(rank, d, gaussian(seed, STREAMS.rightVectors, rank * d));
  return {
    inputs: compose(left, eigenvalues, right),
    labels: labelPoints(left, classes),
    classes,
    eigenvalues,
  };
}

const DECAYS: readonly string[] = ['power', 'exponential'];

/** The positive eigenvalues, descending. */
function resolveSpectrum(spectrum: Spectrum, largestRank: number): Float64Array {
  requireObject(spectrum, 'spectrum', 'array of eigenvalues or { decay, rate }');
  const values =
    'decay' in spectrum ? decaying(spectrum, largestRank) : requireNumbers(spectrum, 'spectrum', 0);
  if (values.length > largestRank) {
    throw invalidArgument(`at most min(n, d) = ${largestRank} values`, 'spectrum', values.length);
  }
  values.forEach((value, k) => {
    if (value < 0) throw invalidArgument('nonnegative finite number', `spectrum[${k}]`, value);
  });
  return values.filter((value) => value > 0).sort((a, b) => b - a);
}

function decaying(spectrum: Exclude<Spectrum, readonly number[]>, count: number): Float64Array {
  const { decay, rate } = spectrum;
  if (!DECAYS.includes(decay)) {
    throw invalidArgument(`one of ${DECAYS.join(', ')}`, 'spectrum.decay', decay);
  }
  requireNumber(rate, 'spectrum.rate', 'nonnegative finite number', (x) => x >= 0);
  return Float64Array.from({ length: count }, (_, k) =>
    decay === 'power' ? (k + 1) ** -rate : Math.exp(-rate * k),
  );
}

/** Gaussian rows, orthonormalised by modified Gram-Schmidt, twice: once loses orthogonality to rounding. */
function orthonormalRows(count: number, length: number, gaussians: Float64Array): Matrix {
  const rows = Matrix.of(gaussians, count, length);
  for (let k = 0; k < count; k++) {
    for (let pass = 0; pass < 2; pass++) {
      removeEarlier(rows, k);
      normalize(rows.row(k));
    }
  }
  return rows;
}

/** Subtracts from row k its projections on the rows before it. */
function removeEarlier(rows: Matrix, k: number): void {
  const row = rows.row(k);
  for (let j = 0; j < k; j++) {
    const earlier = rows.row(j);
    addScaled(row, -dot(earlier, row), earlier);
  }
}

/** X = sum_k sqrt(lambda_k) u_k v_k^T. */
function compose(left: Matrix, eigenvalues: Float64Array, right: Matrix): Matrix {
  const inputs = Matrix.zeros(left.cols, right.cols);
  for (let i = 0; i < inputs.rows; i++) {
    const point = inputs.row(i);
    eigenvalues.forEach((eigenvalue, k) => {
      addScaled(point, Math.sqrt(eigenvalue) * left.at(k, i), right.row(k));
    });
  }
  return inputs;
}

/** u_ki is the whitened projection of point i on the k-th right singular vector. */
function labelPoints(left: Matrix, classes: number): Int32Array {
  return Int32Array.from({ length: left.cols }, (_, i) => {
    if (classes === 2) return left.at(0, i) > 0 ? 1 : 0;
    let best = 0;
    for (let k = 1; k < classes; k++) if (left.at(k, i) > left.at(best, i)) best = k;
    return best;
  });
}

function normalize(vector: Float64Array): void {
  const norm = Math.sqrt(dot(vector, vector));
  vector.forEach((value, j) => (vector[j] = value / norm));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * (b[j] ?? NaN), 0);
}

/** target += scale * source. */
function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  source.forEach((value, j) => (target[j] = (target[j] ?? NaN) + scale * value));
}

function requireAtLeast(least: number, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw invalidArgument(`integer of at least ${least}`, name, value);
  }
}
