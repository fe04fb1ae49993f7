/**
 * What the experiments produce: plain records, one per finished cell, written as they finish and read
 * back by the report. Types only.
 */
import type {
  AttackName,
  FlipAttack,
  ModelName,
  PartName,
  ReadingName,
  TaskName,
  TrainingName,
} from './names.js';
import type { DynamicsRecord, DynamicsSettings } from './parts/dynamics-results.js';
import type { MultiverseGrid, MultiverseRecord } from './parts/multiverse-results.js';
import type { TruthRecord, TruthSettings } from './parts/truth-results.js';
import type { AttentionStudyRecord } from './studies/attention-study-results.js';
import type { SpectrumStudyRecord } from './studies/spectrum-study-results.js';
import type { TheoryRecord } from './studies/theory-results.js';

export type * from './names.js';

/** Spectrum of one Gram matrix; every condition number is named by its definition. */
export interface SpectrumRecord {
  /** Eigenvalues, descending, min(n, d) of them. */
  readonly eigenvalues: readonly number[];
  /** Eigenvalues below `tolerance * eigenvalues[0]` are rounding noise. */
  readonly tolerance: number;
  /** Number of eigenvalues above the tolerance. */
  readonly rank: number;
  /** lambda_1 / lambda_min(n, d); null when rank deficient (infinite). */
  readonly kappa: number | null;
  /** lambda_1 / lambda_rank. */
  readonly kappaD: number;
  /** lambda_1 / lambda_k for the chosen k; null when k exceeds the rank. */
  readonly kappaK: { readonly k: number; readonly value: number | null };
  /** lambda_1 / trace. */
  readonly topShare: number;
  /** exp(entropy of lambda / trace). */
  readonly effectiveRank: number;
}

/** Condition numbers before and after attention, for one seed. */
export interface SpectrumCell {
  readonly kind: 'spectrum';
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  /** Of G = X X^T. */
  readonly plain: SpectrumRecord;
  /** Of F F^T, F = X X^T X: eigenvalues are the cubes of those of G. */
  readonly attended: SpectrumRecord;
  /** Of X~ X~^T, X~ the unit rows of F. */
  readonly normalized: SpectrumRecord;
  /** log10 of kappa_d(G)^3. */
  readonly log10KappaCubed: number;
  /** log10 of the width the paper predicts is needed: v1 kappa_d^6 / eps^2, v2 kappa_d^6 n ln n. */
  readonly log10Width: { readonly v1: number; readonly v2: number; readonly eps: number };
}

/** A difference of outputs, test points x outputs, in three norms. */
export interface DistanceNorms {
  /** The paper's Table 1, as we read it. */
  readonly spectral: number;
  readonly frobenius: number;
  /** Root mean square: it does not grow with the test set. */
  readonly rms: number;
}

/** Distance |F_m(Z) - F_NTK(Z)| between one trained network and its infinite-width kernel predictor. */
export interface DistanceCell extends DistanceNorms {
  readonly kind: 'distance';
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  /** |softmax(F_m(Z)) - F_NTK(Z)|: the network's probabilities against the kernel's regression on one-hot targets. */
  readonly softmax: DistanceNorms;
  /** Share of test points whose largest output is the label. */
  readonly networkAccuracy: number;
  readonly ridgeAccuracy: number;
  /** Mean training loss of the last epoch, without the regulariser. */
  readonly finalLoss: number;
  /** Share of hidden units that are zero on every training point. */
  readonly deadUnits: number;
  /** |K_m - K_inf|_F / |K_inf|_F at initialisation. */
  readonly kernelError: number;
  /** |K_T - K_0|_F / |K_0|_F after training. */
  readonly kernelDrift: number;
}

/** How the influence ranking changes when the most influential training points are perturbed. */
export interface FlipCell {
  readonly kind: 'flip';
  readonly task: TaskName;
  readonly training: TrainingName;
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly attack: FlipAttack;
  readonly width: number;
  readonly seed: number;
  /** eps as the reading states it, and in pixels in [0, 1]. */
  readonly eps: number;
  readonly epsPixels: number;
  /** Share of the top tau by |score| whose score changes sign. */
  readonly flipRate: number;
  /** The same, each point weighted by |score before|. */
  readonly weightedFlipRate: number;
  /** Points of the top set whose score before or after lies within the noise floor of 0. */
  readonly indeterminate: number;
  readonly topCount: number;
  /** Rank correlations over all training points; null when every score is the same. */
  readonly spearman: number | null;
  readonly kendall: number | null;
  readonly topOverlap: number;
}

/**
 * What is done to the training points: `curated`, T is removed; `transformed`, T is replaced by adversarial versions;
 * `adversarial`, all points are; `reseed`, nothing: the control, a network of another seed on the same clean data.
 */
export type InterventionName = 'curated' | 'transformed' | 'adversarial' | 'reseed';

/**
 * Influence, accuracy and loss before and after an intervention. Both are those of kernel ridge regression with the
 * network's empirical kernel, on clean test points; but for the control, the network stays as it was trained.
 */
export interface InterventionCell {
  readonly kind: 'intervention';
  readonly intervention: InterventionName;
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  /** Of PGD, as the reading states it and in pixels; 0 when no point is perturbed. */
  readonly eps: number;
  readonly epsPixels: number;
  /** Points whose ranks are compared: all, or those that are left. */
  readonly compared: number;
  /** Of the top tau of the points compared. */
  readonly flipRate: number;
  readonly weightedFlipRate: number;
  readonly spearman: number | null;
  readonly kendall: number | null;
  readonly topOverlap: number;
  readonly accuracyBefore: number;
  readonly accuracyAfter: number;
  /** Mean over test points of 1/2 |f(t) - y_t|^2. */
  readonly lossBefore: number;
  readonly lossAfter: number;
}

/** One training image with its score. Pixels 0-255, row-major, `channels` values a pixel. */
export interface ScoredImage {
  readonly index: number;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly before: ImageState;
  readonly after: ImageState;
}

/** An image and its influence, before or after the attack. */
export interface ImageState {
  readonly score: number;
  readonly pixels: readonly number[];
}

/**
 * The most helpful and most harmful training points of one model, before and after they and T are replaced together
 * by their PGD versions.
 */
export interface ImagesCell {
  readonly kind: 'images';
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  /** Of PGD, as the reading states it and in pixels in [0, 1]. */
  readonly eps: number;
  readonly epsPixels: number;
  readonly helpful: readonly ScoredImage[];
  readonly harmful: readonly ScoredImage[];
}

/** What one cell of a part measured. */
export type CellResult =
  | SpectrumCell
  | DistanceCell
  | FlipCell
  | ImagesCell
  | InterventionCell
  | SpectrumStudyRecord
  | TheoryRecord
  | AttentionStudyRecord
  | DynamicsRecord
  | TruthRecord
  | MultiverseRecord;

/** Where a result belongs. */
export interface CellOrigin {
  readonly part: PartName;
  /** Name of the data set, one of the config's. */
  readonly dataset: string;
  /** SHA-256 of everything that decides the result: its choices, the settings, the data, the numerics. */
  readonly key: string;
}

/** One finished cell, as a run stores it. */
export type Cell = CellResult & CellOrigin;

/** Where the wall time of a run went; stages run side by side, so their sum can exceed the total. */
export interface StageTime {
  readonly stage: string;
  readonly seconds: number;
}

/** The machine and build that produced a run. */
export interface MachineRecord {
  readonly package: string;
  readonly node: string;
  readonly platform: string;
  readonly blas: string;
  readonly core: string;
  readonly isa: string;
  readonly threads: number;
}

/** Everything that a run was asked to do, after defaults. */
export interface ReproduceConfig {
  readonly preset: string;
  readonly datasets: readonly string[];
  readonly parts: readonly PartName[];
  readonly trainCount: number;
  readonly testCount: number;
  readonly widths: readonly number[];
  readonly seeds: readonly number[];
  readonly models: readonly ModelName[];
  readonly readings: readonly ReadingName[];
  /** Width at which influence and flip rates are computed. */
  readonly influenceWidth: number;
  readonly attacks: readonly AttackName[];
  /** Radius of Tables 2 to 4 and of the interventions, in the unit of the reading. */
  readonly eps: number;
  /** Radii of the `epsilon` part, in the unit of the reading. */
  readonly epsilons: readonly number[];
  /** Numbers of points at which the part `spectrum` takes condition numbers; those above `trainCount` are left out. */
  readonly conditionCounts: readonly number[];
  /** Draws of each of these numbers of points, a seed. */
  readonly conditionDraws: number;
  /** Points of the part `theory`, at most `trainCount`. */
  readonly theoryCount: number;
  /** Ranks of truncated attention, of the networks of the parts `spectrum` and `attention`; none: no such networks. */
  readonly truncationRanks: readonly number[];
  /** Widths and readings of the networks behind variants of attention. */
  readonly variantWidths: readonly number[];
  readonly variantReadings: readonly ReadingName[];
  readonly tau: number;
  readonly ridge: number;
  readonly epochs: number;
  /** Of adversarial training, whose epoch costs eleven times as much, and through attention d / m times that. */
  readonly adversarialEpochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly trainPrecision: 'float32' | 'float64';
  /** Of the parts of these names alone. */
  readonly dynamics: DynamicsSettings;
  readonly truth: TruthSettings;
  readonly multiverse: MultiverseGrid;
}

/** How many cells a run has of one part and data set. */
export interface PlannedPart {
  readonly part: PartName;
  readonly dataset: string;
  readonly cells: number;
}

/** One run as the report sees it. */
export interface RunRecord {
  readonly status: 'running' | 'complete' | 'incomplete';
  readonly command: string;
  readonly startedAt: string;
  readonly config: ReproduceConfig;
  /** SHA-256 of each raw data file, by `<data set>/<file name>`. */
  readonly dataHashes: Readonly<Record<string, string>>;
  /** What decides the bits of a result beside its key's other parts: another one never continues a run. */
  readonly numerics: string;
  /** Everything that was planned, finished or not. */
  readonly planned: readonly PlannedPart[];
  readonly machine: MachineRecord;
  readonly cells: readonly Cell[];
  readonly stages: readonly StageTime[];
  readonly totalSeconds: number;
}
