/** Spectra of Gram matrices and every reading of "condition number" that can be given for them. */
import { requireInteger, requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { NtkitError } from '../errors.js';
import { eigh } from '../linalg/eigh.js';
import { gram, secondMoment } from '../linalg/gram.js';
import type { Matrix } from '../linalg/matrix.js';
import { relativeNoise } from '../linalg/rounding.js';
import { requireNativeMatrix } from '../linalg/require-matrix.js';
import { partOf, requireKnownOptions, requireOnlyOptions, type RunOptions } from '../options.js';

/** Options of {@link spectrum} and {@link kernelSpectrum}. */
export interface SpectrumOptions extends RunOptions {
  /**
   * Eigenvalues of at most `tolerance` times the largest count as rounding noise.
   * Default max(n, d) times the machine epsilon of float64, or sqrt(n) times the `errorEstimate` of the matrix, as a
   * share of its largest diagonal element, if that is larger.
   */
  readonly tolerance?: number | undefined;
  /** The k of kappa_k. Default 100. */
  readonly k?: number | undefined;
}

/** The spectrum of a Gram matrix X X^T, or of a kernel, for which d = n. */
export interface Spectrum {
  /** Number of points. */
  readonly n: number;
  /** Number of inputs of a point; n for a kernel. */
  readonly d: number;
  /** Eigenvalues, descending, min(n, d) of them: those of X X^T beyond are zero. */
  readonly eigenvalues: Float64Array;
  /** The sum of the eigenvalues; what rounding left below zero counts as zero. */
  readonly trace: number;
  /** Relative size below which an eigenvalue counted as noise. */
  readonly tolerance: number;
  /** Numerical rank: eigenvalues above tolerance * lambda_1. */
  readonly rank: number;
  /** kappa = lambda_1 / lambda_min(n, d); Infinity when rank deficient. */
  readonly kappa: number;
  /** kappa_d = lambda_1 / lambda_rank: the condition number on the numerical range. */
  readonly kappaD: number;
  /** kappa_k = lambda_1 / lambda_k; Infinity when k exceeds the rank. */
  readonly kappaK: {
    /** The k that was asked for. */
    readonly k: number;
    /** The ratio of the two eigenvalues. */
    readonly value: number;
  };
  /** lambda_1 / trace: 1 when all rows are parallel. */
  readonly topShare: number;
  /** Spectral entropy -sum p log p of the shares p = lambda / trace, in nats. */
  readonly entropy: number;
  /** exp(entropy): between 1 and the rank. */
  readonly effectiveRank: number;
}

/** Of the progress of a spectrum, the part of the product; the eigenvalues take the rest. */
const PRODUCT_SHARE = 0.3;

/**
 * The spectrum of X X^T, from the smaller of X X^T and X^T X.
 *
 * @param X - n x d, float64.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when X is zero or an option is out of range; otherwise as `gram`
 * and `eigh`.
 */
export async function spectrum(X: Matrix, options: SpectrumOptions = {}): Promise<Spectrum> {
  requireKnownOptions(options, ['tolerance', 'k']);
  const points = requireNativeMatrix(X, 'X', 'float64');
  const { rows: n, cols: d } = points;
  const { tolerance, k, ...run } = options;
  // Before the work, so that wrong options are refused at once.
  readingsOf({ tolerance, k }, n, d);
  const product = partOf(run, 0, PRODUCT_SHARE);
  const smaller = d < n ? await secondMoment(points, product) : await gram(points, product);
  const readings = readingsOf({ tolerance, k }, n, d, relativeNoise(smaller));
  const { values } = await eigh(smaller, partOf(run, PRODUCT_SHARE, 1));
  return describeSpectrum(values, n, d, readings);
}

/**
 * The spectrum of a kernel, whole. For kernels too large for that see `leadingSpectrum`.
 *
 * @param K - n x n, float64, symmetric and positive semidefinite.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when K is zero or has an eigenvalue below -1e-10 times the largest, or
 * below -tolerance times the largest if that is lower; otherwise as `eigh`.
 */
export async function kernelSpectrum(K: Matrix, options: SpectrumOptions = {}): Promise<Spectrum> {
  requireKnownOptions(options, ['tolerance', 'k']);
  const kernel = requireSquare(K);
  const { tolerance, k, ...run } = options;
  const readings = readingsOf({ tolerance, k }, kernel.rows, kernel.rows, relativeNoise(kernel));
  const { values } = await eigh(kernel, run);
  requireSemidefinite(values, readings.tolerance);
  return describeSpectrum(values, kernel.rows, kernel.rows, readings);
}

/**
 * The kernel argument `K`: square, float64.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`.
 */
export function requireSquare(K: Matrix): Matrix {
  const kernel = requireNativeMatrix(K, 'K', 'float64');
  if (kernel.cols === kernel.rows) return kernel;
  throw new NtkitError(
    'ERR_SHAPE_MISMATCH',
    `Expected ${kernel.rows} columns for K but received ${kernel.cols}`,
  );
}

/** What a kernel's eigenvalues may lie below zero, relative to the largest: as far as `eigh` lets K be asymmetric. */
const NEGATIVE = 1e-10;

function requireSemidefinite(values: Float64Array, tolerance: number): void {
  const [largest = 0, smallest = 0] = [values[0], values.at(-1)];
  if (smallest >= -Math.max(tolerance, NEGATIVE) * Math.abs(largest)) return;
  throw new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected a positive semidefinite matrix for K but its eigenvalues go from ${smallest} to ${largest}`,
  );
}

/**
 * Condition numbers and shape of a list of eigenvalues.
 *
 * @param eigenvalues - descending, min(n, d) of them.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`.
 */
export function describeSpectrum(
  eigenvalues: Float64Array,
  n: number,
  d: number,
  options: Readings = {},
): Spectrum {
  const values = requireNumbers(eigenvalues, 'eigenvalues', 1);
  requireInteger(n, 'n', 1);
  requireInteger(d, 'd', 1);
  requireOnlyOptions(options, ['tolerance', 'k']);
  const { tolerance, k } = readingsOf(options, n, d);
  const largest = values[0] ?? 0;
  if (!(largest > 0)) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'Expected a nonzero matrix for X but every eigenvalue of its Gram matrix is 0',
    );
  }
  const kept = values.filter((value) => value > tolerance * largest);
  // Rounding can leave an eigenvalue of a Gram matrix below zero; it has no share of the trace.
  const shares = values.filter((value) => value > 0);
  const trace = shares.reduce((sum, value) => sum + value, 0);
  const entropy = shares.reduce((sum, value) => sum - (value / trace) * Math.log(value / trace), 0);
  const rank = kept.length;
  const kappaD = largest / (kept[rank - 1] ?? NaN);
  return {
    n,
    d,
    eigenvalues: values,
    trace,
    tolerance,
    rank,
    kappa: rank < values.length ? Infinity : kappaD,
    kappaD,
    kappaK: { k, value: k > rank ? Infinity : largest / (kept[k - 1] ?? NaN) },
    topShare: largest / trace,
    entropy,
    effectiveRank: Math.exp(entropy),
  };
}

const TOLERANCE_RANGE = 'number from 0 to below 1';

function isTolerance(value: number): boolean {
  return value >= 0 && value < 1;
}

/** The options that are not about the run. */
export type Readings = Pick<SpectrumOptions, 'tolerance' | 'k'>;

/**
 * The options after defaults.
 *
 * @param noise - what errors of the matrix make of its eigenvalues, as a share of the largest.
 */
export function readingsOf(
  options: Readings,
  n: number,
  d: number,
  noise = 0,
): { tolerance: number; k: number } {
  const { tolerance = Math.max(Math.max(n, d) * Number.EPSILON, noise), k = 100 } = options;
  requireNumber(tolerance, 'tolerance', TOLERANCE_RANGE, isTolerance);
  return { tolerance, k: requireInteger(k, 'k', 1) };
}

/**
 * Checks the fields of a spectrum that are computed with.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`.
 */
export function requireSpectrum(value: unknown, name: string): void {
  const spectrum = requireObject(value, name, 'Spectrum');
  const { eigenvalues, n, d, tolerance, rank, kappaD, kappaK } = spectrum;
  requireNumbers(eigenvalues, `${name}.eigenvalues`, 1);
  requireInteger(n, `${name}.n`, 1);
  requireInteger(d, `${name}.d`, 1);
  requireNumber(tolerance, `${name}.tolerance`, TOLERANCE_RANGE, isTolerance);
  requireInteger(rank, `${name}.rank`, 1);
  requireNumber(kappaD, `${name}.kappaD`, 'number of at least 1', (x) => x >= 1);
  requireObject(kappaK, `${name}.kappaK`);
}
