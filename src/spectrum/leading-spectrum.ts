/** The largest eigenvalues of kernels too large for all of them. */
import { requireInteger } from '../arguments.js';
import { NtkitError } from '../errors.js';
import { eigh } from '../linalg/eigh.js';
import type { Matrix } from '../linalg/matrix.js';
import { requireKnownOptions, type RunOptions } from '../options.js';
import { relativeNoise } from '../linalg/rounding.js';
import { readingsOf, requireSquare } from './spectrum.js';

/** Options of {@link leadingSpectrum}. */
export interface LeadingSpectrumOptions extends RunOptions {
  /** How many eigenvalues, from 1 to n. */
  readonly top: number;
  /**
   * Eigenvalues of at most `tolerance` times the largest count as rounding noise. Default n times the machine
   * epsilon of float64.
   */
  readonly tolerance?: number | undefined;
}

/**
 * What the largest eigenvalues of a kernel tell. The condition number kappa, the spectral entropy and the effective
 * rank need the whole spectrum and are not here; the trace needs none of it.
 */
export interface LeadingSpectrum {
  /** Number of points. */
  readonly n: number;
  /** The largest eigenvalues, descending, `top` of them. */
  readonly eigenvalues: Float64Array;
  /** The sum of all n eigenvalues, from the diagonal of K. */
  readonly trace: number;
  /** lambda_1 / trace. */
  readonly topShare: number;
  /** (lambda_1 + ... + lambda_top) / trace. */
  readonly coveredShare: number;
  /** kappa_top = lambda_1 / lambda_top; Infinity when lambda_top is noise. */
  readonly kappaK: {
    /** The k that was asked for. */
    readonly k: number;
    /** The ratio of the two eigenvalues. */
    readonly value: number;
  };
  /** Relative size below which an eigenvalue counted as noise. */
  readonly tolerance: number;
  /** Numerical rank, when some of the eigenvalues here are noise; `undefined` when more may be above it. */
  readonly rank: number | undefined;
  /** kappa_d = lambda_1 / lambda_rank; `undefined` with the rank. */
  readonly kappaD: number | undefined;
}

/**
 * The `top` largest eigenvalues of a kernel and what can be read from them alone.
 *
 * @param K - n x n, float64, symmetric and positive semidefinite, which is not checked: its smallest eigenvalues
 * would tell.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when `top` exceeds n or no eigenvalue is positive; otherwise as `eigh`.
 */
export async function leadingSpectrum(
  K: Matrix,
  options: LeadingSpectrumOptions,
): Promise<LeadingSpectrum> {
  requireKnownOptions(options, ['top', 'tolerance']);
  const kernel = requireSquare(K);
  const n = kernel.rows;
  const { top, tolerance: given, ...run } = options;
  const count = requireInteger(top, 'top', 1, n);
  const { tolerance } = readingsOf({ tolerance: given }, n, n, relativeNoise(kernel));
  const { values: eigenvalues } = await eigh(kernel, { ...run, top: count });
  const largest = eigenvalues[0] ?? 0;
  if (!(largest > 0)) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected a nonzero positive semidefinite matrix for K but its largest eigenvalue is ${largest}`,
    );
  }
  const trace = Array.from({ length: n }, (_, i) => kernel.at(i, i)).reduce(sum, 0);
  const above = eigenvalues.filter((value) => value > tolerance * largest).length;
  const whole = above < count || count === n;
  const kappaAbove = largest / (eigenvalues[above - 1] ?? NaN);
  return {
    ...{ n, eigenvalues, trace, tolerance },
    topShare: largest / trace,
    coveredShare: eigenvalues.reduce(sum, 0) / trace,
    kappaK: { k: count, value: above < count ? Infinity : kappaAbove },
    rank: whole ? above : undefined,
    kappaD: whole ? kappaAbove : undefined,
  };
}

function sum(total: number, value: number): number {
  return total + value;
}
