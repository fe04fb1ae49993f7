/** The widths that the paper predicts from a condition number. */
import { requireNumber } from '../arguments.js';
import { requireSpectrum, type Spectrum } from './spectrum.js';

/** What the paper predicts from a condition number; as base-10 logarithms, since the numbers overflow. */
export interface PredictedWidths {
  /** log10 kappa_d^3: the condition number after attention (Theorem 4.7). */
  readonly log10KappaCubed: number;
  /** log10 kappa_d^6, which the predicted widths are proportional to. */
  readonly log10KappaSixth: number;
  /** log10 of the width needed for the kernel regime: kappa_d^6 / eps^2 (v1), kappa_d^6 n ln n (v2). */
  readonly log10Width: {
    /** log10 (kappa_d^6 / eps^2), of the paper's first version. */
    readonly v1: number;
    /** log10 (kappa_d^6 n ln n), of its second. */
    readonly v2: number;
    /** The accuracy that v1 was taken at. */
    readonly eps: number;
  };
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
    log10KappaSixth: 6 * logKappa,
    log10Width: {
      v1: 6 * logKappa - 2 * Math.log10(eps),
      v2: 6 * logKappa + Math.log10(plain.n * Math.log(plain.n)),
      eps,
    },
  };
}
