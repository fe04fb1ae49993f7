/** Records of the study of attention variants: what stands before the network, and what that does. Types only. */
import type { ReadingName } from '../names.js';

/**
 * What stands between the unit rows and the network; the rows of its result are scaled to unit norm.
 *
 * - `none`: nothing, the 2L-ReLU.
 * - `linearized`: z C with C = X^T X, the paper's MLP-Attn.
 * - `truncated`: z C_r, C_r the best approximation of C of rank `rank`.
 * - `stacked`: `layers` layers that attend to X (`context`) or each to its own input (`self`), rows scaled to unit
 *   norm after each.
 * - `projected`: z W_Q W_K^T C W_V, weights N(0, 1 / d) drawn from the seed of the record (v2, Proposition B.4).
 * - `softmax`: softmax(z X^T / temperature) X; `sqrt-d` stands for the square root of the number of inputs.
 */
export type AttentionVariant =
  | { readonly kind: 'none' | 'linearized' | 'projected' }
  | { readonly kind: 'truncated'; readonly rank: number }
  | { readonly kind: 'stacked'; readonly stack: 'context' | 'self'; readonly layers: number }
  | { readonly kind: 'softmax'; readonly temperature: number | 'sqrt-d' };

/** lambda_1 / lambda_k as a base-10 logarithm; null when k exceeds the numerical rank, where it is infinite. */
export interface LogCondition {
  readonly k: number;
  readonly log10: number | null;
}

/** How far rows have become one. */
export interface Collapse {
  /** lambda_1 / trace of the Gram matrix: 1 when all rows are parallel. */
  readonly topShare: number;
  /** Mean cosine of two different rows. */
  readonly meanCosine: number;
  /** exp(entropy of lambda / trace): 1 when all rows are parallel. */
  readonly effectiveRank: number;
}

/** The spectrum of the Gram matrix of a variant's training rows. */
export interface VariantSpectrumRecord extends Collapse {
  readonly kind: 'variant-spectrum';
  readonly variant: AttentionVariant;
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  /** Eigenvalues up to `tolerance` times the largest are rounding noise: max(n, d) times machine epsilon. */
  readonly tolerance: number;
  readonly rank: number;
  /** log10 of lambda_1 / lambda_rank. */
  readonly log10KappaD: number;
  readonly kappaK: readonly LogCondition[];
}

/** One network behind a variant: its distance to its kernel before and after training, and its malleability. */
export interface VariantNetworkRecord {
  readonly kind: 'variant-network';
  readonly variant: AttentionVariant;
  readonly reading: ReadingName;
  readonly width: number;
  readonly seed: number;
  readonly n: number;
  readonly q: number;
  readonly ridge: number;
  /** At initialisation: |K_m - K_inf|_F / |K_inf|_F on the training rows. */
  readonly kernelError: number;
  /** At initialisation: spectral norm of the difference between the kernel ridge regressions of K_m and K_inf. */
  readonly initialDistance: number;
  /** After training: |F_m(Z) - F_NTK(Z)|_2 over test points x outputs, the paper's Table 1 as we read it. */
  readonly distance: number;
  readonly distanceRms: number;
  /** |K_T - K_0|_F / |K_0|_F. */
  readonly kernelDrift: number;
  readonly networkAccuracy: number;
  /** Of kernel ridge regression with K_inf on the variant's rows. */
  readonly ridgeAccuracy: number;
  readonly finalLoss: number;
  readonly deadUnits: number;
  readonly flips: VariantFlips;
  /** The same comparison with a network of another seed on clean data; null where no such network was trained. */
  readonly control: RankChange | null;
}

/** How a ranking of influences changes. */
export interface RankChange {
  /** Share of the top tau by |score| whose score changes sign. */
  readonly flipRate: number;
  /** Each point weighted by |score before|. */
  readonly weightedFlipRate: number;
  /** Points of the top set whose score before or after lies within the rounding error of 0. */
  readonly indeterminate: number;
  /** Rank correlation over all points; null when every score is the same. */
  readonly spearman: number | null;
  readonly topOverlap: number;
}

/**
 * Influence flips of the top tau by |score|, replaced together by their FGSM versions. The gradient is exact, with
 * the context held; the scores after are those of the context recomputed from the perturbed points.
 */
export interface VariantFlips extends RankChange {
  readonly attack: 'fgsm';
  /** eps as the reading states it, and in pixels in [0, 1], the mean over channels. */
  readonly eps: number;
  readonly epsPixels: number;
  readonly tau: number;
  readonly topCount: number;
}

export type AttentionStudyRecord = VariantSpectrumRecord | VariantNetworkRecord;
