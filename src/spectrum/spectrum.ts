/** Spectra of Gram matrices and every reading of "condition number" that can be given for them. */
import { NtkitError, invalidArgument } from '../errors.js';
import { eigh } from '../linalg/eigh.js';
import { gram, secondMoment } from '../linalg/gram.js';
import type { Matrix } from '../linalg/matrix.js';
import { partOf, requireKnownOptions, type RunOptions } from '../options.js';

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
  const { tolerance, k, ...run } = options;
  const product = partOf(run, 0, PRODUCT_SHARE);
  const smaller = X.cols < X.rows ? await secondMoment(X, product) : await gram(X, product);
  const { values } = await eigh(smaller, partOf(run, PRODUCT_SHARE, 1));
  return describeSpectrum(values, X.rows, X.cols, { tolerance, k });
}

/**
 * The spectrum of F F^T with F = X X^T X, linearized attention before its rows are normalised: the cubes of the
 * eigenvalues of X X^T (never the eigenvalues of the cube, whose small ones are noise), on the same rank.
 */
export function attendedSpectrum(plain: Spectrum): Spectrum {
  const cubes = plain.eigenvalues.map((value, i) => (i < plain.rank ? value ** 3 : 0));
  const { n, d, tolerance } = plain;
  return describeSpectrum(cubes, n, d, { tolerance: tolerance ** 3, k: plain.kappaK.k });
}

/**
 * Condition numbers and shape of a list of eigenvalues.
 *
 * @param eigenvalues - descending, min(n, d) of them.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function describeSpectrum(
  eigenvalues: Float64Array,
  n: number,
  d: number,
  options: Pick<SpectrumOptions, 'tolerance' | 'k'> = {},
): Spectrum {
  const { tolerance = Math.max(n, d) * Number.EPSILON, k = 100 } = options;
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw invalidArgument('number from 0 to below 1', 'tolerance', tolerance);
  }
  if (!Number.isInteger(k) || k < 1) throw invalidArgument('positive integer', 'k', k);
  const largest = eigenvalues[0] ?? 0;
  if (!(largest > 0)) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'Expected a nonzero matrix for X but every eigenvalue of its Gram matrix is 0',
    );
  }
  const kept = eigenvalues.filter((value) => value > tolerance * largest);
  // Rounding can leave an eigenvalue of a Gram matrix below zero; it has no share of the trace.
  const shares = eigenvalues.filter((value) => value > 0);
  const trace = shares.reduce((sum, value) => sum + value, 0);
  const entropy = shares.reduce((sum, value) => sum - (value / trace) * Math.log(value / trace), 0);
  const rank = kept.length;
  const kappaD = largest / (kept[rank - 1] ?? NaN);
  return {
    n,
    d,
    eigenvalues,
    tolerance,
    rank,
    kappa: rank < eigenvalues.length ? Infinity : kappaD,
    kappaD,
    kappaK: { k, value: k > rank ? Infinity : largest / (kept[k - 1] ?? NaN) },
    topShare: largest / trace,
    effectiveRank: Math.exp(entropy),
  };
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
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when eps is not positive.
 */
export function predictedWidths(plain: Spectrum, eps: number): PredictedWidths {
  if (!(eps > 0)) throw invalidArgument('positive number', 'eps', eps);
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
