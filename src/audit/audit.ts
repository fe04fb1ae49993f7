/** An audit of labelled points: which labels are doubtful, which points matter, and how far either can be trusted. */
import { requireArray, requireIndices, requireInteger, requireNumber } from '../arguments.js';
import { oneHot } from '../data/dataset.js';
import { NtkitError, invalidArgument } from '../errors.js';
import { KernelRidge } from '../influence/kernel-ridge.js';
import { malleability } from '../influence/malleability.js';
import { columnDeviations } from '../linalg/columns.js';
import type { Matrix } from '../linalg/matrix.js';
import { requireNativeMatrix } from '../linalg/require-matrix.js';
import { requireKnownOptions, requireRunOptions, type RunOptions } from '../options.js';
import { STREAMS } from '../random.js';
import { kernelSpectrum, spectrum } from '../spectrum/spectrum.js';
import { crossInfluence, drawFolds, type InfluenceScores } from './cross-influence.js';
import { inputsOf, kernelOf } from './kernels.js';
import { confidentlyMislabelled, labelScores, leftOutOutputs } from './label-scores.js';
import { attackPoints, jitterPoints, trainAttacked } from './perturbations.js';
import { choosePoints, commonDeviation, countDuplicates, standardizeColumns } from './points.js';
import { recoverPlanted } from './recovery.js';
import type { Audit, AuditMalleability, AuditSetting, Intervention } from './result.js';

/** Options of {@link audit}. */
export interface AuditOptions extends RunOptions {
  /** Names of the classes. Default: their numbers, up to the largest label. */
  readonly classes?: readonly string[] | undefined;
  /** Points to audit at most, chosen at random. Default 2000; the time grows with its cube. */
  readonly n?: number | undefined;
  /** lambda of the kernel ridge regressions. Default 1e-3. */
  readonly ridge?: number | undefined;
  /** The NTK at infinite width, or at `width` with drawn weights. Default `'infinite'`. */
  readonly kernel?: 'infinite' | 'empirical' | undefined;
  /** Hidden units of the empirical kernel and of the network behind the attack. Default 256. */
  readonly width?: number | undefined;
  /** Whether the kernel is that behind linearized attention. Default `false`. */
  readonly attention?: boolean | undefined;
  /**
   * Whether columns are scaled to mean 0 and standard deviation 1 first: for inputs of different units. Default
   * `false`, for inputs of one unit, such as pixels.
   */
  readonly standardize?: boolean | undefined;
  /** Of the choice of points, folds, flips, noise and network. Default 0. */
  readonly seed?: number | undefined;
}

/** Share of the points that form the top set of influence. */
const TAU = 0.1;
/** Size of noise and attack, in standard deviations of an input. */
const EPS = 0.3;
/** Fewer points leave nothing to compare. */
const FEWEST = 10;
const OPTIONS = ['classes', 'n', 'ridge', 'kernel', 'width', 'attention', 'standardize', 'seed'];

/**
 * Audits labelled points through kernel ridge regression f with kernel K on their unit rows (K_inf, or K_m of `width`
 * units; behind linearized attention on request), targets one-hot:
 *
 * - **Labels.** Without point i the regression gives f_(-i)(x_i) = y_i - alpha_i / (A^-1)_ii, A = K + ridge I, exactly
 *   and from one factor. Suspicion of its label y: max over k != y of f_(-i)(x_i)_k, minus f_(-i)(x_i)_y. Beside it
 *   the self-confidence of confident learning, the share of f_(-i)(x_i)_y among the positive outputs.
 * - **Recovery.** A tenth of the labels is flipped in a copy: area under the curve and precision with which either
 *   ranking finds them say how far to trust it on this data. Labels that were wrong before count against it.
 * - **Influence.** Mean leave-one-out loss influence (`KernelRidge#influence`) on the points of each of 5 folds,
 *   predicted by the others; the mean over the 4 folds that a point is not in. Positive: it helps. Scores within
 *   rounding of 0 (epsilon x condition number x largest |score|) have no certain sign.
 * - **Malleability** of the influence, of its top tenth by size: sign changes, rank correlation and overlap after (1)
 *   other folds, which is the noise of the measure; (2) random signs of 0.3 standard deviations on every input of the
 *   top tenth; (3) the FGSM examples of that size against a trained two-layer network in their place. Queries stay as
 *   they are.
 * - **Spectrum** of the Gram matrix and of K, with condition numbers by their definitions.
 *
 * @param X - points, N x d, float64. Zero rows have no direction and are left out.
 * @param labels - class of each point, from 0.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` also with fewer than two classes or ten points that are not zero,
 * `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_NOT_POSITIVE_DEFINITE` when the ridge is too small, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function audit(
  X: Matrix,
  labels: ArrayLike<number>,
  options: AuditOptions = {},
): Promise<Audit> {
  requireKnownOptions(options, OPTIONS);
  requireRunOptions(options);
  const rows = requireNativeMatrix(X, 'X', 'float64');
  const { classes, given } = requireClasses(labels, options.classes, rows.rows);
  const asked = settingOf(options);
  const { indices, zero } = choosePoints(rows, asked.n, asked.seed);
  const own = Int32Array.from(indices, (i) => given[i] ?? 0);
  const counts = classes.map((_, k) => own.filter((label) => label === k).length);
  if (counts.filter((count) => count > 0).length < 2 || own.length < FEWEST) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected at least ${FEWEST} points of two classes for X and labels but received ${own.length} of ${counts.filter((count) => count > 0).length}`,
    );
  }
  const setting = { ...asked, total: rows.rows, n: own.length, d: rows.cols, classes, counts };
  const chosen = rows.selectRows(indices);
  return auditPoints(chosen, own, indices, zero, setting, options);
}

async function auditPoints(
  chosen: Matrix,
  labels: Int32Array,
  indices: Int32Array,
  zero: readonly number[],
  setting: AuditSetting,
  { signal, memoryBudget, onProgress }: RunOptions,
): Promise<Audit> {
  const { ridge, seed, classes, n } = setting;
  const run = { signal, memoryBudget };
  const done = (share: number): void => onProgress?.(share);
  const points = setting.standardize ? standardizeColumns(chosen) : chosen;
  const Y = oneHot(labels, classes.length);
  const inputs = await inputsOf(points, points, setting, run);
  const K = await kernelOf(inputs, undefined, setting, run);
  const spectra = { data: await spectrum(inputs, run), kernel: await kernelSpectrum(K, run) };
  done(0.3);

  const model = await KernelRidge.fit(K, Y, { ...run, ridge });
  const outputs = await leftOutOutputs(model, Y, run);
  const scores = labelScores(outputs, labels);
  const recovery = await recoverPlanted(K, labels, classes.length, ridge, seed, run);
  done(0.4);

  const folds = drawFolds(n, seed, STREAMS.auditFolds);
  const before = await crossInfluence(K, K, Y, folds, ridge, run);
  done(0.5);
  const moved = await movedInfluence({ points, labels, Y, K, folds, before }, setting, run, done);
  const right = scores.filter(({ predicted }, i) => predicted === labels[i]).length;
  done(1);
  return {
    setting,
    points: scores.map((score, i) => ({
      index: indices[i] ?? 0,
      label: labels[i] ?? 0,
      ...score,
      influence: before.values[i] ?? 0,
    })),
    spectrum: spectra,
    fit: {
      accuracy: right / n,
      majority: Math.max(...setting.counts) / n,
      diagnostics: model.diagnostics,
    },
    labels: {
      disagreeing: scores.filter(({ suspicion }) => suspicion > 0).length,
      confident: confidentlyMislabelled(outputs, labels),
    },
    recovery,
    influence: {
      floor: before.floor,
      indeterminate: before.values.filter((value) => Math.abs(value) <= before.floor).length,
    },
    malleability: moved,
    rows: { zero, ...countDuplicates(chosen, labels) },
  };
}

/** What the influence of a setting was computed from. */
interface Baseline {
  readonly points: Matrix;
  readonly labels: Int32Array;
  readonly Y: Matrix;
  readonly K: Matrix;
  readonly folds: Int32Array;
  readonly before: InfluenceScores;
}

/** The influence after other folds, noise and an attack, against that before. */
async function movedInfluence(
  { points, labels, Y, K, folds, before }: Baseline,
  setting: AuditSetting,
  run: RunOptions,
  done: (share: number) => void,
): Promise<Audit['malleability']> {
  const { ridge, seed } = setting;
  const compare = (intervention: Intervention, after: InfluenceScores): AuditMalleability => {
    const floor = Math.max(before.floor, after.floor);
    const result = malleability(before.values, after.values, { tau: TAU, floor });
    const { topIndices, flipRate, weightedFlipRate, indeterminate, topOverlap } = result;
    const rates = { flipRate, weightedFlipRate, indeterminate, topOverlap };
    return { intervention, top: topIndices.length, ...rates, spearman: result.spearman };
  };
  const others = drawFolds(points.rows, seed, STREAMS.auditOtherFolds);
  const refolded = compare('folds', await crossInfluence(K, K, Y, others, ridge, run));
  done(0.6);

  const afterMoving = async (perturbed: Matrix): Promise<InfluenceScores> => {
    const train = await inputsOf(perturbed, perturbed, setting, run);
    const queries = await inputsOf(points, perturbed, setting, run);
    const moved = await kernelOf(train, undefined, setting, run);
    const asked = await kernelOf(train, queries, setting, run);
    return crossInfluence(moved, asked, Y, folds, ridge, run);
  };
  const { topIndices } = malleability(before.values, before.values, { tau: TAU });
  const scale = setting.standardize ? columnDeviations(points) : commonDeviation(points);
  const jittered = jitterPoints(points, topIndices, EPS, scale, seed);
  const noise = compare('noise', await afterMoving(jittered));
  done(0.7);
  const attacked = await trainAttacked(points, Y, labels, setting, run);
  done(0.85);
  const adversarial = await attackPoints(attacked, points, Y, topIndices, EPS, scale, run);
  const attack = compare('attack', await afterMoving(adversarial));
  return {
    tau: TAU,
    eps: EPS,
    networkAccuracy: attacked.accuracy,
    interventions: [refolded, noise, attack],
  };
}

type Asked = Omit<AuditSetting, 'total' | 'd' | 'classes' | 'counts'>;

/** The options after defaults. */
function settingOf(options: AuditOptions): Asked {
  const { n: points = 2000, ridge = 1e-3, kernel = 'infinite', width = 256 } = options;
  const { attention = false, standardize = false, seed = 0 } = options;
  requireInteger(points, 'n', FEWEST);
  requireNumber(ridge, 'ridge', 'finite nonnegative number', (value) => value >= 0);
  if (!['infinite', 'empirical'].includes(kernel)) {
    throw invalidArgument("'infinite' or 'empirical'", 'kernel', kernel);
  }
  requireInteger(width, 'width', 1, 2 ** 31 - 1);
  for (const [name, value] of Object.entries({ attention, standardize })) {
    if (typeof value !== 'boolean') throw invalidArgument('boolean', name, value);
  }
  requireInteger(seed, 'seed', 0);
  return { n: points, ridge, kernel, width, attention, standardize, seed };
}

function requireClasses(
  labels: ArrayLike<number>,
  names: readonly string[] | undefined,
  rows: number,
): { classes: readonly string[]; given: readonly number[] } {
  const texts =
    names === undefined ? undefined : requireArray(names, 'classes', 'array of strings');
  const wrong = texts?.findIndex((text) => typeof text !== 'string') ?? -1;
  if (wrong >= 0) throw invalidArgument('string', `classes[${wrong}]`, texts?.[wrong]);
  const given = requireIndices(labels, 'labels', texts?.length ?? rows, 'class');
  if (given.length !== rows) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${rows} labels, one for each row of X, but received ${given.length}`,
    );
  }
  const count = texts?.length ?? 1 + given.reduce((most, label) => Math.max(most, label), 0);
  const classes = texts as string[] | undefined;
  return { classes: classes ?? Array.from({ length: count }, (_, k) => String(k)), given };
}
