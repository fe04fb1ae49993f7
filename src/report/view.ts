/** A run as one part on one data set. */
import type { PartName, RunRecord } from '../experiments/results.js';

/** The cells of one part and data set, with everything that the run says about them. */
export interface PartView extends RunRecord {
  readonly dataset: string;
}

/** The view of a part on a data set. */
export function viewOf(run: RunRecord, part: PartName, dataset: string): PartView {
  const cells = run.cells.filter((cell) => cell.part === part && cell.dataset === dataset);
  return { ...run, dataset, cells };
}
