/** How much of what a run was asked to do has finished. */
import type { RunRecord } from '../experiments/results.js';
import { viewOf } from './view.js';

/** Finished and planned cells of one part on one data set. */
export interface Coverage {
  readonly part: string;
  readonly dataset: string;
  readonly done: number;
  readonly planned: number;
}

/** Finished and planned cells of every part and data set. */
export function coverage(run: RunRecord): Coverage[] {
  return run.planned.map(({ part, dataset, cells }) => ({
    part,
    dataset,
    done: viewOf(run, part, dataset).cells.length,
    planned: cells,
  }));
}

/** One sentence on a run that is not complete; undefined for one that is. */
export function incompleteNotice(run: RunRecord): string | undefined {
  if (run.status === 'complete') return undefined;
  const state = run.status === 'running' ? 'is still running' : 'did not finish';
  const parts = coverage(run).map(
    ({ part, dataset, done, planned }) => `${dataset} ${part} ${done} of ${planned} cells`,
  );
  return `This run ${state}: ${parts.join(', ')}. What is there is shown.`;
}
