/** Readings of what the paper leaves open, and the records of what each gives. Types only. */
import type { InfluenceTarget } from '../../influence/kernel-ridge.js';
import type { ModelName } from '../results.js';

/** One reading of Table 1. */
export interface DistanceReading {
  readonly table: 't1';
  /** Standard deviation of the initial weights. */
  readonly sigma: number;
  /** L2 regularisation, coupled. */
  readonly l2: number;
  /** Training points. */
  readonly n: number;
  readonly epochs: number;
  /** `mse`: half the squared error on one-hot targets. */
  readonly loss: 'cross-entropy' | 'mse';
  /** Of outputs minus kernel outputs, test points x classes. `rms`: Frobenius over the root of the number of elements. */
  readonly norm: 'spectral' | 'frobenius' | 'rms';
}

/**
 * One reading of a flip rate: Table 2 (10 classes), 3 (two classes, +-1 targets) or 4 (networks trained on PGD
 * examples).
 */
export interface FlipReading {
  readonly table: 't2' | 't3' | 't4';
  readonly sigma: number;
  /** Unit of eps: the pixels' standard deviation, pixels in [0, 1], or the norm of the image. */
  readonly eps: 'standardised' | 'pixel' | 'unit';
  /**
   * Change of the output f(t) that stands for the removal of point i, with alpha = (K + lambda I)^-1 Y and
   * P = K_t (K + lambda I)^-1:
   *
   * - `loo`: exact, -P_ti alpha_i / ((K + lambda I)^-1)_ii.
   * - `no-denominator`: first order, -lambda P_ti alpha_i; the exact one divides this by 1 minus the leverage of i.
   * - `alpha-kept`: -K(t, i) alpha_i: the term of i is dropped and alpha never refitted, not after the perturbation
   *   either.
   */
  readonly influence: 'loo' | 'no-denominator' | 'alpha-kept';
  /** Whose sign is watched: the mean over the test points, or each pair of a test point and a training point. */
  readonly aggregate: 'mean' | 'pair';
  readonly target: InfluenceTarget;
  /** The empirical kernel of the trained network, or the infinite-width kernel. */
  readonly kernel: 'km' | 'kinf';
  /** Whether the most influential points are perturbed one at a time, or all of them at once. */
  readonly points: 'singly' | 'together';
  /** Step sizes of PGD and MIM: eps/4 and eps/10 (`usual`), eps/4 for both, or eps/10 for both. */
  readonly step: 'usual' | 'quarter' | 'tenth';
  /** Whether attention attends to the clean training points or to the perturbed ones. 2L-ReLU attends to nothing. */
  readonly context: 'fixed' | 'recomputed';
}

/** The values of each axis of some readings. */
export type Axes<Reading> = { readonly [Axis in keyof Reading]: readonly Reading[Axis][] };

/** The readings that the part runs, and the sizes it runs them at. */
export interface MultiverseGrid {
  /** Widths of the networks of Table 1, whose distances are over the run's test points. */
  readonly widths: readonly number[];
  /** Numbers of points and epochs above the run's become the run's own. */
  readonly distance: Axes<DistanceReading>;
  /** Points of the flip rates, unless the run has fewer: the kernel is refitted for every set of perturbed points. */
  readonly flipTrainCount: number;
  readonly flipTestCount: number;
  /** Width of the networks of the flip rates. */
  readonly flipWidth: number;
  readonly flips: Axes<FlipReading>;
}

/** Distances of one trained network under every reading that shares it. */
export interface MultiverseDistanceRecord {
  readonly kind: 'multiverse-distance';
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  readonly q: number;
  readonly distances: readonly {
    /** Identifier of a {@link DistanceReading}. */
    readonly reading: string;
    readonly distance: number;
    /** Test accuracy of the network: one that has not learned is no evidence. */
    readonly accuracy: number;
  }[];
}

/** The attacks of Tables 2 and 3, in the order of their rates. */
export type MultiverseAttack = 'fgsm' | 'pgd' | 'mim';

/** Flip rates of one trained network under every reading that shares it and the unit of eps. */
export interface MultiverseFlipsRecord {
  readonly kind: 'multiverse-flips';
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  readonly n: number;
  readonly q: number;
  /** Radius, in the unit of the readings. */
  readonly radius: number;
  readonly tau: number;
  readonly ridge: number;
  readonly attacks: readonly MultiverseAttack[];
  readonly rates: readonly {
    /** Identifier of a {@link FlipReading}. */
    readonly reading: string;
    /** One rate an attack. */
    readonly rates: readonly number[];
  }[];
}

export type MultiverseRecord = MultiverseDistanceRecord | MultiverseFlipsRecord;
