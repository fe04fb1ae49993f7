/** Records of the tests of the paper's propositions on sensitivity and approximation. Types only. */

/** Smallest and largest of one value a training point. */
export interface Range {
  readonly smallest: number;
  readonly largest: number;
}

/**
 * Proposition 4.5: how far K(x_i, x_j) = x_i C^2 x_j^T moves when x_i moves by delta and the context C = X^T X is held
 * fixed. g_j is column j of G = X X^T. Every ratio is of |Delta K| over a bound, one value a point j.
 */
export interface SensitivityRecord {
  readonly kind: 'sensitivity';
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  /** Size of delta, in its norm. */
  readonly eps: number;
  /** Random perturbations tried for each point. */
  readonly draws: number;
  readonly linf: {
    /** The bound eps |C^2 x_j|_1, median over the points. */
    readonly bound: number;
    /** Under the maximiser delta = eps sign(C^2 x_j): 1 where the bound is attained. */
    readonly attained: Range;
    /** Largest ratio under random delta of entries +-eps: above 1 would refute the bound. */
    readonly random: number;
    /** |Delta K| of the maximiser over eps |g_j|_1, the reading of the printed bound: above 1 refutes it. */
    readonly columnReading: Range;
    /** Share of the points at which that reading is exceeded. */
    readonly columnExceeded: number;
  };
  readonly l2: {
    /** The bound eps |C^2 x_j|_2, median over the points. */
    readonly bound: number;
    readonly attained: Range;
    /** Largest ratio under random delta of length eps. */
    readonly random: number;
    /** |Delta K| of the maximiser over eps |G g_j|_1: valid, so at most 1, and loose. */
    readonly gramBound: Range;
    /** |Delta K| of the maximiser over eps |g_j|_1: above 1 refutes the reading for l2, too. */
    readonly columnReading: Range;
    readonly columnExceeded: number;
  };
}

/**
 * - `relu`: K_inf on the rows X.
 * - `attention`: K_inf on the unit rows of X X^T X, the kernel of MLP-Attn.
 * - `gram`: G = X X^T.
 * - `attended-gram`: G^3, the kernel of linearized attention alone (Theorem 4.1).
 */
export type TheoryKernel = 'relu' | 'attention' | 'gram' | 'attended-gram';

/** S(K, lambda, y) = L_K |y|^2 / lambda^2 of one kernel. */
export interface KernelSensitivity {
  readonly kernel: Exclude<TheoryKernel, 'gram'>;
  /**
   * L_K = max over training points i != j of |grad_(x_i) K(x_i, x_j)|_1, the context held fixed: what K changes for
   * each unit of an l_inf perturbation of x_i.
   */
  readonly lipschitz: number;
  /** Mean of K(x_i, x_i), the unit in which L_K can be compared between kernels. */
  readonly meanDiagonal: number;
  /** log10 of S with |y|^2 = |Y|_F^2. */
  readonly log10S: number;
}

/** The intrinsic influence sensitivity of the kernels with and without attention. */
export interface InfluenceSensitivityRecord {
  readonly kind: 'influence-sensitivity';
  readonly seed: number;
  readonly n: number;
  readonly ridge: number;
  /** |Y|_F^2. */
  readonly targetNorm2: number;
  readonly kernels: readonly KernelSensitivity[];
}

/**
 * Targets x . w whose values on the training points are sqrt(n) u, u a unit eigenvector of G or a mixture of them:
 *
 * - `top`: the first eigenvectors, aligned with the data.
 * - `bottom`: the last of the eigenvalues above the tolerance.
 * - `random`: random mixtures of all eigenvectors above it, equally weighted.
 * - `labels`: the one-hot labels of the data, for comparison.
 */
export type TargetFamily = 'top' | 'bottom' | 'random' | 'labels';

/** How well one kernel fits a family of targets. Every kernel is scaled to a mean diagonal of 1. */
export interface KernelFit {
  readonly kernel: TheoryKernel;
  /** <K, Y Y^T> / (|K|_F |Y Y^T|_F) on the training points. */
  readonly alignment: number;
  /** tr(Y^T (K + ridge I)^-1 Y) / |Y|_F^2: the squared RKHS norm of the targets for each unit of their own. */
  readonly rkhsNorm2: number;
  /** |F(Z) - Y_t|_F^2 / |Y_t|_F^2 of kernel ridge regression on the test points: 1 is as good as 0. */
  readonly testError: number;
}

/** The approximation error with and without attention on one family of targets. */
export interface ApproximationRecord {
  readonly kind: 'approximation';
  readonly seed: number;
  readonly n: number;
  readonly q: number;
  readonly target: TargetFamily;
  /** Number of targets, all fitted by one regression. */
  readonly columns: number;
  /** Eigenvalues of G up to this share of the largest are left out; null for the labels. */
  readonly tolerance: number | null;
  readonly ridge: number;
  readonly fits: readonly KernelFit[];
}

export type TheoryRecord = SensitivityRecord | InfluenceSensitivityRecord | ApproximationRecord;
