/** What an audit of labelled points found. Types only. */
import type { KernelRidgeDiagnostics } from '../influence/kernel-ridge.js';
import type { Spectrum } from '../spectrum/spectrum.js';

/** What was audited, and how, after defaults. */
export interface AuditSetting {
  /** Rows of X. */
  readonly total: number;
  /** Points of the audit: a random choice of them where fewer were asked for. */
  readonly n: number;
  /** Inputs of a point. */
  readonly d: number;
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** Audited points of each class. */
  readonly counts: readonly number[];
  /** Lambda of the regressions. */
  readonly ridge: number;
  /** NTK at infinite width, or of `width` drawn units. */
  readonly kernel: 'infinite' | 'empirical';
  /** Hidden units of the empirical kernel, and of the network behind the attack. */
  readonly width: number;
  /** Whether the kernel is behind linearized attention. */
  readonly attention: boolean;
  /** Whether columns were scaled to mean 0 and standard deviation 1. */
  readonly standardize: boolean;
  /** Of everything random. */
  readonly seed: number;
}

/** One audited point. */
export interface AuditedPoint {
  /** Its row of X. */
  readonly index: number;
  /** Index of its class as given. */
  readonly label: number;
  /** Index of the class with the largest output of the regression without the point. */
  readonly predicted: number;
  /**
   * Suspicion: the largest other output minus the output of the given class, of the regression without the point.
   * Positive where the rest of the data disagrees with the label.
   */
  readonly suspicion: number;
  /** Share of the given class in those outputs, negative ones counted as 0: self-confidence. */
  readonly confidence: number;
  /** Mean loss influence on points that the regression did not see; positive: the point helps. */
  readonly influence: number;
}

/** How well a ranking finds points. */
export interface Detection {
  /** Chance that a planted point ranks above another one. */
  readonly areaUnderCurve: number;
  /** Share of planted points among as many at the top as were planted. */
  readonly precision: number;
}

/** Labels flipped on purpose, and how well the rankings find them. */
export interface Recovery {
  /** Points whose label was flipped to a random other class. */
  readonly planted: number;
  /** Ranked by suspicion. */
  readonly suspicion: Detection;
  /** Ranked by falling self-confidence. */
  readonly confidence: Detection;
}

/** What was changed before the influence was computed again. */
export type Intervention = 'folds' | 'noise' | 'attack';

/** How far the influence moved. */
export interface AuditMalleability {
  /** What was changed. */
  readonly intervention: Intervention;
  /** Points of the top set. */
  readonly top: number;
  /** Share of the top set whose influence changed sign. */
  readonly flipRate: number;
  /** The same, each point weighted by |influence before|. */
  readonly weightedFlipRate: number;
  /** Points of the top set whose influence is within rounding of 0 before or after; no flips. */
  readonly indeterminate: number;
  /** Spearman's rho of the influence before and after, over all points; null where it is undefined. */
  readonly spearman: number | null;
  /** Share of the top set that stays at the top. */
  readonly topOverlap: number;
}

/** The result of `audit`. */
export interface Audit {
  /** What was asked for, after defaults. */
  readonly setting: AuditSetting;
  /** In the order of their rows. */
  readonly points: readonly AuditedPoint[];
  /** Spectrum and condition of the Gram matrix. */
  readonly spectrum: {
    /** Of X X^T, X the unit rows (attended where asked for). */
    readonly data: Spectrum;
    /** Of the kernel K. */
    readonly kernel: Spectrum;
  };
  /** How well the regression predicts points that it did not see. */
  readonly fit: {
    /** Share of points whose label the regression without them predicts. */
    readonly accuracy: number;
    /** Share of the largest class. */
    readonly majority: number;
    /** Of the fit to all points. */
    readonly diagnostics: KernelRidgeDiagnostics;
  };
  /** Which labels the rest of the data doubts. */
  readonly labels: {
    /** Points with positive suspicion. */
    readonly disagreeing: number;
    /** Points that confident learning counts as mislabelled. */
    readonly confident: number;
  };
  /** How many flipped labels the ranking finds in a copy. */
  readonly recovery: Recovery;
  /** Which points help and harm. */
  readonly influence: {
    /** Scores this near 0 have no certain sign. */
    readonly floor: number;
    /** Points with such scores. */
    readonly indeterminate: number;
  };
  /** How much of the ranking survives. */
  readonly malleability: {
    /** Share of points in the top set. */
    readonly tau: number;
    /** Size of noise and attack, in standard deviations of an input. */
    readonly eps: number;
    /** Share of points that the attacked network classifies as they are labelled. */
    readonly networkAccuracy: number;
    /** One a change of the data. */
    readonly interventions: readonly AuditMalleability[];
  };
  /** The points as they were audited. */
  readonly rows: {
    /** Rows of X that are zero: without direction, and left out. */
    readonly zero: readonly number[];
    /** Audited points that are equal to an earlier one in every input. */
    readonly duplicates: number;
    /** Those of them whose label differs. */
    readonly conflicts: number;
  };
}
