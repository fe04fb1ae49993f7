/** What the columns of the studies' rows mean. */

type Columns = Readonly<Record<string, string>>;

const COLLAPSE = {
  topShare: 'lambda_1 / trace of the Gram matrix of unit rows: 1 when all are parallel',
  meanCosine: 'mean cosine of two different rows',
  effectiveRank: 'exp(entropy of lambda / trace)',
} as const;

/** Of rows of the kind `condition`, one a definition. */
export const CONDITION_COLUMNS: Columns = {
  draw: 'which of the draws of n points of the seed',
  definition:
    'of lambda_1 / lambda_r: kappa, r = min(n, d); kappa-d-rounding and kappa-d, r = eigenvalues above a tolerance; kappa-k, r = k',
  parameter: 'the tolerance relative to lambda_1, or k; empty for kappa',
  position: 'r, empty where the condition number is infinite',
  log10: 'log10 of the condition number, empty where infinite',
  'predicted.v1': 'log10 of kappa^6 / eps^2 with eps = 1, the width asked for by version 1',
  'predicted.v2': 'log10 of kappa^6 n ln n, the width asked for by version 2',
};

/** Of rows of the kind `cube`, without those of `plain` and `normalized`, which all spectra have. */
export const CUBE_COLUMNS: Columns = {
  'cut.tolerance': 'eigenvalues up to this share of lambda_1 are left out',
  'cut.rank': 'r, the number of eigenvalues that are left in every matrix compared',
  'log10Kappa.plain': 'log10 of lambda_1 / lambda_r of G',
  'log10Kappa.attended': 'the same of F F^T, measured',
  'log10Kappa.normalized': 'the same of U U^T, measured',
  log10Bound: 'log10 of cond(D)^2, D the norms of the rows of F',
  'plain.meanCosine': 'mean cosine of two different rows of X',
  'normalized.meanCosine': 'mean cosine of two different rows of U',
};

/** Of rows of the kind `layers`. */
export const LAYERS_COLUMNS: Columns = {
  stack: 'context: every layer attends to X; self: each attends to its own input',
  layers: 'number of layers',
  exponent: 'p, the power of G before normalisation',
  rank: 'numerical rank of the rows after the last layer',
  log10Predicted: 'log10 of the power p of lambda_1 / lambda_r of G',
  log10Measured: 'log10 of lambda_1 / lambda_r of the Gram matrix of the rows',
  'power.k': 'the k of power.log10',
  'power.log10': 'log10 of the power p of lambda_1 / lambda_k of G, empty when k exceeds the rank',
  ...COLLAPSE,
};

/** Of the variant that a row is about. */
export const VARIANT_COLUMNS: Columns = {
  'variant.kind': 'none, linearized, truncated, stacked, projected (random Q, K, V) or softmax',
  'variant.rank': 'rank of truncated attention',
};

/** Of variants that the study of attention has beside them. */
export const STACK_COLUMNS: Columns = {
  'variant.stack': 'context: every layer attends to X; self: each attends to its own input',
  'variant.layers': 'layers of a stack',
  'variant.temperature': 'temperature of softmax, a number or sqrt-d',
};

/** Of rows of the kind `variant-spectrum`, of the Gram matrix of the variant's unit rows. */
export const VARIANT_SPECTRUM_COLUMNS: Columns = {
  d: 'inputs of a point',
  tolerance: 'eigenvalues up to tolerance * lambda_1 are rounding noise',
  rank: 'number of eigenvalues above the tolerance',
  log10KappaD: 'log10 of lambda_1 / lambda_rank',
  'kappaK.k': 'the k of kappaK.log10',
  'kappaK.log10': 'log10 of lambda_1 / lambda_k, empty when k exceeds the rank',
  ...COLLAPSE,
};

/** Of rows of the kind `variant-network`. */
export const VARIANT_NETWORK_COLUMNS: Columns = {
  reading: 'reading of what the paper leaves open: as-stated or best-fit',
  width: 'hidden units m',
  q: 'test points',
  ridge: 'lambda of kernel ridge regression',
  kernelError: '|K_m - K_inf|_F / |K_inf|_F at initialisation',
  initialDistance:
    'spectral norm of the difference of kernel regressions with K_m, untrained, and K_inf',
  distance: 'spectral norm of F_m(Z) - F_NTK(Z) after training',
  distanceRms: 'root mean square of the same difference',
  kernelDrift: '|K_T - K_0|_F / |K_0|_F after training',
  networkAccuracy: 'share of test points that the network classifies rightly',
  ridgeAccuracy: 'the same of kernel ridge regression with K_inf',
  finalLoss: 'mean training loss of the last epoch, without the regulariser',
  deadUnits: 'share of hidden units that are zero on every training point',
  'flips.attack': 'the attack on T, the top tau by |influence|: fgsm',
  'flips.eps': 'radius in the unit of the reading',
  'flips.epsPixels': 'radius in pixels in [0, 1], the mean over channels',
  'flips.tau': 'share of the training points in T',
  'flips.topCount': 'number of points of T',
  'flips.flipRate': 'share of T whose influence changes sign',
  'flips.weightedFlipRate': 'the same, each point weighted by |influence before|',
  'flips.indeterminate':
    'points of T with influence before or after within rounding of 0; never flips',
  'flips.spearman': "Spearman's rho of the influence before and after, over all training points",
  'flips.topOverlap': 'share of T that stays among the top tau',
  control: 'empty where no network of another seed was trained to compare with',
  'control.flipRate': 'flips.flipRate between this network and one of another seed on clean data',
  'control.weightedFlipRate': 'flips.weightedFlipRate of the control',
  'control.indeterminate': 'flips.indeterminate of the control',
  'control.spearman': 'flips.spearman of the control',
  'control.topOverlap': 'flips.topOverlap of the control',
};

const RATIO = '|Delta K| of the largest change of K(x_i, x_j) over';

/** Of rows of the part `theory`. */
export const THEORY_COLUMNS: Columns = {
  n: 'training points',
  d: 'inputs of a point',
  eps: 'size of the perturbation in its norm',
  draws: 'random perturbations of each point',
  'linf.bound': 'eps |C^2 x_j|_1, median over points j',
  'linf.attained.smallest': `${RATIO} linf.bound, smallest over j`,
  'linf.attained.largest': `${RATIO} linf.bound, largest over j`,
  'linf.random': 'largest |Delta K| of random signs over the bound of its point',
  'linf.columnReading.smallest': `${RATIO} eps |g_j|_1, g_j column j of G, smallest over j`,
  'linf.columnReading.largest': `${RATIO} eps |g_j|_1, largest over j`,
  'linf.columnExceeded': 'share of points where that is above 1',
  'l2.bound': 'eps |C^2 x_j|_2, median over points j',
  'l2.attained.smallest': `${RATIO} l2.bound, smallest over j`,
  'l2.attained.largest': `${RATIO} l2.bound, largest over j`,
  'l2.random': 'largest |Delta K| of random directions over the bound of its point',
  'l2.gramBound.smallest': `${RATIO} eps |G g_j|_1, smallest over j`,
  'l2.gramBound.largest': `${RATIO} eps |G g_j|_1, largest over j`,
  'l2.columnReading.smallest': `${RATIO} eps |g_j|_1, smallest over j, under |delta|_2 <= eps`,
  'l2.columnReading.largest': `${RATIO} eps |g_j|_1, largest over j, under |delta|_2 <= eps`,
  'l2.columnExceeded': 'share of points where that is above 1',
  ridge: 'lambda of kernel ridge regression',
  targetNorm2: '|Y|_F^2 of the one-hot targets',
  kernel: 'relu: K_inf of X; attention: K_inf of attended unit rows; gram: G; attended-gram: G^3',
  lipschitz: 'L_K, max over i != j of |grad K(x_i, x_j)|_1 in x_i with the context fixed',
  meanDiagonal: 'mean of K(x_i, x_i)',
  log10S: 'log10 of S = L_K |Y|_F^2 / lambda^2',
  q: 'test points',
  target: 'top, bottom: eigenvectors of G; random: mixtures of them; labels: one-hot',
  columns: 'number of targets',
  tolerance: 'eigenvalues of G up to this share of lambda_1 are left out; empty for labels',
  alignment: '<K, Y Y^T> / (|K|_F |Y Y^T|_F)',
  rkhsNorm2: 'tr(Y^T (K + lambda I)^-1 Y) / |Y|_F^2, K scaled to a mean diagonal of 1',
  testError: '|F(Z) - Y_t|_F^2 / |Y_t|_F^2',
};
