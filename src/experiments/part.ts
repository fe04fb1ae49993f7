/**
 * A part of the replication: it lists its cells with their cost before anything runs, and computes one cell
 * at a time. `parts/index.ts` is the list of all parts.
 */
import type { ProblemShape } from './costs.js';
import type { CellResult, ModelName, PartName, ReproduceConfig } from './results.js';
import type { Workbench } from './workbench.js';

/**
 * What distinguishes a cell from the others of its part and data set: plain JSON, a part of its key. Seed and model let
 * the scheduler run cells together that share their work.
 */
export interface CellChoice {
  readonly seed: number;
  readonly model?: ModelName;
}

/** Work whose result several cells use: it is done once for all of them. */
export interface SharedWork {
  /** The same name means the same work on the same data set. */
  readonly name: string;
  /** In flops. */
  readonly cost: number;
}

/** One cell of a part, before it runs. */
export interface PlannedCell<Choice extends CellChoice = CellChoice> {
  readonly choice: Choice;
  /** What progress calls it, after data set and part. */
  readonly label: string;
  /** In flops, without the shared work. */
  readonly cost: number;
  /** Trained networks, kernels and scores that the cell takes from its workbench, in the order it asks for them. */
  readonly shared: readonly SharedWork[];
  /** Bytes at its peak, shared work included. */
  readonly memory: number;
}

/** One part. */
export interface Part<Choice extends CellChoice = CellChoice> {
  readonly name: PartName;
  /** Every cell of the part on one data set. Two cells never have the same choice. */
  plan(config: ReproduceConfig, shape: ProblemShape): PlannedCell<Choice>[];
  /**
   * Computes one planned cell. The result depends on the choice, the config's settings and the data alone.
   *
   * @throws NtkitError `ERR_ABORTED` when the run's signal fires.
   */
  run(choice: Choice, bench: Workbench): Promise<CellResult>;
}
