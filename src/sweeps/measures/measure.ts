/** A measure: what a sweep computes in each cell. Built-in and custom measures are the same to the rest. */
import type { AxisName, Settings } from '../config/axes.js';
import type { SweepData } from '../data/sweep-data.js';
import type { Bench } from '../bench.js';

/** What a measure may return: values of a flat row. */
export type Values = Readonly<Record<string, number | string | boolean | null>>;

/** Kinds of work whose speed differs on one machine; each has a rate of its own. */
export type WorkKind =
  'training' | 'kernels' | 'gates' | 'factors' | 'influence' | 'spectra' | 'attacks' | 'data';

/** All of them. */
export const WORK_KINDS: readonly WorkKind[] = [
  ...(['training', 'kernels', 'gates', 'factors', 'influence', 'spectra'] as const),
  ...(['attacks', 'data'] as const),
];

/**
 * Work in flops, kind by kind: `kernels` at infinite width and attention, `gates` the kernels of given weights, `factors`
 * regressions, `influence` regressions with the influence of their points, `data` elements of samples. `steps` are those of the training.
 */
export type Cost = Readonly<Partial<Record<WorkKind | 'steps', number>>>;

/** Work whose result several cells use: done once for all of them that are computed in one process. */
export interface SharedWork {
  /** The same name means the same result. */
  readonly name: string;
  /** In flops. */
  readonly cost: Cost;
  /** Bytes of the result. */
  readonly bytes: number;
  /** Bytes beside it while it is computed. */
  readonly working: number;
}

/** A cell's place on the axes: those that its measure reads. */
export type Choice = Partial<Settings> & { readonly data: string };

/** What a measure is asked for in one cell. */
export interface CellRequest {
  /** A value on every axis; those that the measure does not read are the defaults. */
  readonly settings: Settings;
  /** A value of each of the measure's own parameters. */
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** What a cell needs, before it runs. */
export interface Needs {
  /** Flops of its own, without the shared work. */
  readonly cost: Cost;
  /** Bytes of its own at its peak, without the shared results. */
  readonly memory: number;
  /** In the order in which it asks for them. */
  readonly shared: readonly SharedWork[];
  /** Cells of the same group are computed by one process: those that share a training. Default: alone. */
  readonly group?: string | undefined;
}

/** The data that a plan knows of. */
export type DataShape = Pick<SweepData, 'name' | 'inputs' | 'classes'>;

/** A measure. */
export interface Measure {
  /** What configs and results call it. */
  readonly name: string;
  /** The axes that its results depend on, beside the data. */
  readonly axes: readonly AxisName[];
  /** Axes of its own, with their values; they are not in the config. Default: none. */
  readonly parameters?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
  /** Raised whenever a change of its code changes its results: stored ones are then not taken for them. */
  readonly revision: number;
  /**
   * What a cell costs. A cell that says less than it takes spoils the plan's times, and may exceed the memory budget.
   * Default: what the sample takes.
   */
  readonly needs?: ((request: CellRequest, data: DataShape) => Needs) | undefined;
  /**
   * Computes one cell. The values depend on the request alone.
   *
   * @throws NtkitError `ERR_ABORTED` when the bench's signal fires; any other error fails this cell alone.
   */
  readonly run: (request: CellRequest, bench: Bench) => Promise<Values>;
}
