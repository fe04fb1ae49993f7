/** Spectra of Gram matrices and every reading of "condition number" that can be given for them. */
import { requireInteger, requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { NtkitError } from '../errors.js';
import { eigh } from '../linalg/eigh.js';
import { gram, secondMoment } from '../linalg/gram.js';
import type { Matrix } from '../linalg/matrix.js';
import { requireNativeMatrix } from '../linalg/require-matrix.js';
import { partOf, requireKnownOptions, requireOnlyOptions, type RunOptions } from '../options.js';

/** Options of {@link spectrum}. */
export interface SpectrumOptions extends RunOptions {
  /**
   * Eigenvalues of at most `tolerance` times the largest count as rounding noise.
   * Default max(n, d) times the machine epsilon of float64.
   */
  readonly tolerance?: number | undefined;
  /** The k of kappa_k. Default 100. */
  readonly k?: number | undefined;
}

/** The spectrum of a Gram matrix X X^T. */
export interface Spectrum {
  readonly n: number;
  readonly d: number;
  /** Eigenvalues, descending, min(n, d) of them: those of X X^T beyond are zero. */
  readonly eigenvalues: Float64Array;
  readonly tolerance: number;
  /** Numerical rank: eigenvalues above tolerance * lambda_1. */
  readonly rank: number;
  /** kappa = lambda_1 / lambda_min(n, d); Infinity when rank deficient. */
  readonly kappa: number;
  /** kappa_d = lambda_1 / lambda_rank: the condition number on the numerical range. */
  readonly kappaD: number;
  /** kappa_k = lambda_1 / lambda_k; Infinity when k exceeds the rank. */
  readonly kappaK: { readonly k: number; readonly value: number };
  /** lambda_1 / trace: 1 when all rows are parallel. */
  readonly topShare: number;
  /** exp of the entropy of lambda / trace. */
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
  const readings = readingsOf({ tolerance, k }, n, d);
  const product = partOf(run, 0, PRODUCT_SHARE);
  const smaller = d < n ? await secondMoment(points, product) : await gram(points, product);
  const { values } = await eigh(smaller, partOf(run, PRODUCT_SHARE, 1));
  return describeSpectrum(values, n, d, readings);
}

/**
 * The spectrum of F F^T with F = X X^T X, linearized attention before its rows are normalised: the cubes of the
 * eigenvalues of X X^T (never the eigenvalues of the cube, whose small ones are noise), on the same rank.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`.
 */
export function attendedSpectrum(plain: Spectrum): Spectrum {
  requireSpectrum(plain, 'plain');
  const cubes = plain.eigenvalues.map((value, i) => (i < plain.rank ? value ** 3 : 0));
  const { n, d, tolerance } = plain;
  return describeSpectrum(cubes, n, d, { tolerance: tolerance ** 3, k: plain.kappaK.k });
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
    tolerance,
    rank,
    kappa: rank < values.length ? Infinity : kappaD,
    kappaD,
    kappaK: { k, value: k > rank ? Infinity : largest / (kept[k - 1] ?? NaN) },
    topShare: largest / trace,
    effectiveRank: Math.exp(entropy),
  };
}

const TOLERANCE_RANGE = 'number from 0 to below 1';

function isTolerance(value: number): boolean {
  return value >= 0 && value < 1;
}

type Readings = Pick<SpectrumOptions, 'tolerance' | 'k'>;

/** The options after defaults. */
function readingsOf(options: Readings, n: number, d: number): { tolerance: number; k: number } {
  const { tolerance = Math.max(n, d) * Number.EPSILON, k = 100 } = options;
  requireNumber(tolerance, 'tolerance', TOLERANCE_RANGE, isTolerance);
  return { tolerance, k: requireInteger(k, 'k', 1) };
}

/** What the paper predicts from a condition number; as base-10 logarithms, since the numbers overflow. */
export interface PredictedWidths {
  /** log10 kappa_d^3: the condition number after attention (Theorem 4.7). */
  readonly log10KappaCubed: number;
  /** log10 of the width needed for the kernel regime: kappa_d^6 / eps^2 (v1), kappa_d^6 n ln n (v2). */
  readonly log10Width: { readonly v1: number; readonly v2: number; readonly eps: number };
}

/**
 * The widths at which attention is predicted to enter the kernel regime (arXiv 2603.13085, Theorem 4.7).
 *
 * @param eps - the accuracy in v1's bound.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when eps is not positive and finite; `ERR_NOT_FINITE`.
 */
export function predictedWidths(plain: Spectrum, eps: number): PredictedWidths {
  requireSpectrum(plain, 'plain');
  requireNumber(eps, 'eps', 'positive number', (x) => x > 0);
  const logKappa = Math.log10(plain.kappaD);
  return {
    log10KappaCubed: 3 * logKappa,
    log10Width: {
      v1: 6 * logKappa - 2 * Math.log10(eps),
      v2: 6 * logKappa + Math.log10(plain.n * Math.log(plain.n)),
      eps,
    },
  };
}

/** Checks the fields that are computed with. */
function requireSpectrum(value: unknown, name: string): void {
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
