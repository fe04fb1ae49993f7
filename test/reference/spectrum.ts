/** Condition numbers and shape of the spectrum of G = X X^T, from the Jacobi eigenvalues of X^T X or G. */
import { context, gram } from './attention.js';
import { jacobiEigenvalues } from './eigen.js';
import { columnsOf, item, type Rows } from './rows.js';

export interface SpectrumMetrics {
  /** min(n, d) eigenvalues, descending. */
  readonly eigenvalues: number[];
  /** Eigenvalues of at most tolerance * lambda_1 are noise. */
  readonly tolerance: number;
  readonly rank: number;
  /** lambda_1 / lambda_min(n, d), null when rank deficient. */
  readonly kappa: number | null;
  /** lambda_1 / lambda_rank. */
  readonly kappaD: number;
  /** lambda_1 / trace. */
  readonly topShare: number;
  /** exp of the entropy of lambda / trace. */
  readonly effectiveRank: number;
  /** log10 kappaD^3. */
  readonly log10KappaCubed: number;
  /** log10 of kappaD^6 / eps^2 and of kappaD^6 n ln n. */
  readonly log10Width: { readonly v1: number; readonly v2: number };
}

export function spectrumMetrics(
  X: Rows,
  options: { tolerance?: number; eps: number },
): SpectrumMetrics {
  const [n, d] = [X.length, columnsOf(X)];
  const { tolerance = Math.max(n, d) * Number.EPSILON, eps } = options;
  const eigenvalues = jacobiEigenvalues(d < n ? context(X) : gram(X));
  const largest = item(eigenvalues, 0);
  const kept = eigenvalues.filter((value) => value > tolerance * largest);
  const kappaD = largest / item(kept, kept.length - 1);
  const positive = eigenvalues.filter((value) => value > 0);
  const shares = positive.map((value) => value / sum(eigenvalues));
  return {
    eigenvalues,
    tolerance,
    rank: kept.length,
    kappa: kept.length < eigenvalues.length ? null : kappaD,
    kappaD,
    topShare: largest / sum(eigenvalues),
    effectiveRank: Math.exp(-sum(shares.map((share) => share * Math.log(share)))),
    log10KappaCubed: 3 * Math.log10(kappaD),
    log10Width: {
      v1: 6 * Math.log10(kappaD) - 2 * Math.log10(eps),
      v2: 6 * Math.log10(kappaD) + Math.log10(n * Math.log(n)),
    },
  };
}

/** lambda_1 / lambda_k, k = 1, 2, ... */
export function conditionAt(eigenvalues: readonly number[], k: number): number {
  return item(eigenvalues, 0) / item(eigenvalues, k - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
