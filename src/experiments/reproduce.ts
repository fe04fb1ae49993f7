/** Runs the replication of arXiv 2603.13085: every planned cell of every part on every data set. */
import type { ImageDataset } from '../data/dataset.js';
import { cellKey } from './cell-key.js';
import { inParallel } from './parallel.js';
import { labelOf, planDataset, schedule, type PlannedWork } from './plan.js';
import type { Cell, ReproduceConfig } from './results.js';
import type { Stopwatch } from './stopwatch.js';
import { Workbench, problemShape } from './workbench.js';

/** What a run needs from outside: where cells go, and who is told of progress. */
export interface ReproduceContext {
  readonly append: (cell: Cell) => Promise<void>;
  /** Adds to the cost done; `finished` names a cell that has just ended. */
  readonly advance: (cost: number, finished?: string) => void;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
  /** Cells that run side by side. */
  readonly concurrency: number;
}

/** A planned cell with its key. */
export interface KeyedWork extends PlannedWork {
  readonly key: string;
}

/** The cells that a config asks for on loaded data sets, in the order they run. */
export function keyedWorks(
  datasets: readonly ImageDataset[],
  config: ReproduceConfig,
  numerics: string,
): KeyedWork[] {
  return datasets.flatMap((dataset) => {
    const planned = planDataset(config, dataset.name, problemShape(dataset, config));
    return schedule(planned).map((work) => {
      const context = { config, dataHashes: dataset.hashes, numerics };
      return { ...work, key: cellKey(work.part.name, work.cell.choice, context) };
    });
  });
}

/**
 * Runs the given cells, data set by data set, and appends each as it finishes.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires: finished cells have been appended.
 */
export async function reproduce(
  datasets: readonly ImageDataset[],
  config: ReproduceConfig,
  works: readonly KeyedWork[],
  context: ReproduceContext,
): Promise<void> {
  const { advance, stopwatch, signal, concurrency } = context;
  for (const dataset of datasets) {
    const ofDataset = works.filter((work) => work.dataset === dataset.name);
    const bench = new Workbench(dataset, config, { advance, stopwatch, signal });
    await inParallel(concurrency, ofDataset, async (work) => {
      const { part, cell, key } = work;
      const result = await part.run(cell.choice, bench);
      await context.append({ ...result, part: part.name, dataset: dataset.name, key });
      advance(cell.cost, labelOf(work));
    });
  }
}
