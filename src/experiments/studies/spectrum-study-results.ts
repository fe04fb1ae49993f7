/** Records of the study of spectra: condition numbers by every definition, the cube, stacks of layers. Types only. */
import type { Collapse, LogCondition } from './attention-study-results.js';

/**
 * What stands below the fraction of a condition number lambda_1 / lambda_r of G = X X^T:
 *
 * - `kappa`: r = min(n, d), the textbook number.
 * - `kappa-d-rounding`: r = numerical rank, eigenvalues above max(n, d) times machine epsilon times the largest.
 * - `kappa-d`: r = number of eigenvalues above `parameter` times the largest.
 * - `kappa-k`: r = `parameter`.
 */
export type ConditionDefinition = 'kappa' | 'kappa-d-rounding' | 'kappa-d' | 'kappa-k';

/** A condition number by one definition; logarithms, since its powers overflow. */
export interface ConditionNumber {
  readonly definition: ConditionDefinition;
  /** The relative tolerance of `kappa-d` and `kappa-d-rounding`, the k of `kappa-k`; null for `kappa`. */
  readonly parameter: number | null;
  /** r; null where the condition number is infinite. */
  readonly position: number | null;
  /** Base-10 logarithm; null where infinite: lambda_r is rounding noise, or there is no such eigenvalue. */
  readonly log10: number | null;
  /** log10 of the width predicted from it: v1 kappa^6 / eps^2 with eps = 1, v2 kappa^6 n ln n. */
  readonly log10Width: { readonly v1: number; readonly v2: number } | null;
}

/** Every condition number of one draw of n points. */
export interface ConditionRecord {
  readonly kind: 'condition';
  readonly seed: number;
  /** Which of the seed's draws of n points; the first is the sample that networks are trained on, or its beginning. */
  readonly draw: number;
  readonly n: number;
  readonly d: number;
  readonly numbers: readonly ConditionNumber[];
}

/** Whether attention cubes the condition number, measured on a rank that all matrices have in common. */
export interface CubeRecord {
  readonly kind: 'cube';
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  /** Eigenvalues, descending, min(n, d) of them: of G = X X^T, of F F^T (F = X X^T X, measured), of its unit rows. */
  readonly eigenvalues: {
    readonly plain: readonly number[];
    readonly attended: readonly number[];
    readonly normalized: readonly number[];
  };
  /** r: the number of eigenvalues above `tolerance` times the largest in each of the three spectra. */
  readonly cut: { readonly tolerance: number; readonly rank: number };
  /** log10 of lambda_1 / lambda_r. */
  readonly log10Kappa: {
    readonly plain: number;
    readonly attended: number;
    readonly normalized: number;
  };
  /** log10 of cond(D)^2, D the norms of the rows of F: how far the normalisation can move the condition number. */
  readonly log10Bound: number;
  readonly plain: Collapse;
  readonly normalized: Collapse;
}

/** A stack of attention layers against the power of the condition number that the theory gives it. */
export interface LayersRecord extends Collapse {
  readonly kind: 'layers';
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  readonly stack: 'context' | 'self';
  readonly layers: number;
  /** p with kernel G^p before normalisation: 2 k + 1 (`context`), 3^k (`self`). */
  readonly exponent: number;
  /** Numerical rank of the stack's unit rows. */
  readonly rank: number;
  /** r: the number of eigenvalues above `tolerance` times the largest in the stack's Gram matrix. */
  readonly cut: { readonly tolerance: number; readonly rank: number };
  /** log10 of lambda_1 / lambda_r: to the power p of G, and measured on the unit rows of the stack. */
  readonly log10Predicted: number;
  readonly log10Measured: number;
  /** p log10 kappa_k(G): what the power of a fixed eigenvalue would be. */
  readonly powers: readonly LogCondition[];
}

export type SpectrumStudyRecord = ConditionRecord | CubeRecord | LayersRecord;
