/** Records of the kernel's path during training. Types only. */
import type { ModelName, ReadingName } from '../results.js';

/** What the part is asked to do beside the run's networks. */
export interface DynamicsSettings {
  /** Training points, unless the run has fewer: every network has a kernel of them for each snapshot. */
  readonly trainCount: number;
}

/** One network from its initialisation to the end of its training. */
export interface DynamicsRecord {
  readonly kind: 'dynamics';
  readonly reading: ReadingName;
  readonly model: ModelName;
  readonly width: number;
  readonly seed: number;
  /** Training points, on which every kernel is taken. */
  readonly n: number;
  /** Test points, for accuracy alone. */
  readonly q: number;
  /** The network after some epochs, ascending; the first point is epoch 0, the last the end of training. */
  readonly path: readonly DynamicsPoint[];
}

/** A network after some epochs. K_t is its empirical kernel on the training points. */
export interface DynamicsPoint {
  readonly epoch: number;
  /** |K_t - K_0|_F / |K_0|_F; null when K_0 = 0: no unit is active on any point. */
  readonly drift: number | null;
  /** <K_t, K_0> / (|K_t|_F |K_0|_F); null when either kernel is zero. */
  readonly alignment: number | null;
  /** <K_t, Y Y^T> / (|K_t|_F |Y Y^T|_F); null when K_t = 0. */
  readonly targetAlignment: number | null;
  /** |W_t - W_0|_F / |W_0|_F. */
  readonly weightChange: number;
  /** Mean training loss of the epoch that ends here, without the regulariser; null at epoch 0. */
  readonly loss: number | null;
  /** Share of test points whose largest output is the label. */
  readonly accuracy: number;
  /** Share of hidden units that are zero on every training point. */
  readonly deadUnits: number;
}
