/**
 * Records of the ground truth: networks trained again on other data, against what the kernel's influence says of
 * them. One record a retraining. Types only.
 */
import type { ModelName, ReadingName } from '../results.js';

/**
 * What attention attends to after points are removed: `recomputed`, the points that are left, as the network that
 * never saw the others; or `fixed`, all points, as the kernel's influence assumes. For 2L-ReLU both are the same.
 */
export type RemovalContext = 'fixed' | 'recomputed';

/** What the part is asked to do beside the run's models, readings and seeds. */
export interface TruthSettings {
  /** Points and epochs of every training, unless the run has fewer. */
  readonly trainCount: number;
  readonly testCount: number;
  readonly epochs: number;
  readonly widths: readonly number[];
  /** Of MLP-Attn; 2L-ReLU attends to nothing. */
  readonly contexts: readonly RemovalContext[];
  /** Retrainings of each network: without one point, on a random subset, from another seed. */
  readonly removals: number;
  readonly subsets: number;
  readonly reseeds: number;
  /** Share of the training points in a subset. */
  readonly subsetShare: number;
}

/** What the retrainings of one network have in common. */
export interface TruthSetting {
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  readonly n: number;
  readonly q: number;
  readonly context: RemovalContext;
}

/** One training point removed. Arrays have one element a test point, in the order of the sample. */
export interface RemovalRecord extends TruthSetting {
  readonly kind: 'truth-removal';
  /** Position of the removed point in the training sample. */
  readonly point: number;
  /** Loss of the network trained without the point minus loss of the network trained with it. */
  readonly change: readonly number[];
  /** The kernel's leave-one-out influence on the loss, at K_m of the trained network: positive where the point helps. */
  readonly influence: readonly number[];
}

/** One random subset of the training points kept, all others removed. */
export interface SubsetRecord extends TruthSetting {
  readonly kind: 'truth-subset';
  /** Number of the subset. */
  readonly subset: number;
  /** Points in it. */
  readonly size: number;
  /** Loss of the network trained on the subset. */
  readonly loss: readonly number[];
  /** Sum over the subset of the kernel's influence: the larger, the lower the loss should be. */
  readonly influence: readonly number[];
}

/** The control: all points, another seed of weights and batches. */
export interface ReseedRecord extends TruthSetting {
  readonly kind: 'truth-reseed';
  /** The other seed. */
  readonly networkSeed: number;
  readonly change: readonly number[];
}

export type TruthRecord = RemovalRecord | SubsetRecord | ReseedRecord;
