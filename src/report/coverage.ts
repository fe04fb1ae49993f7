/** How much of what a run was asked to do has finished. */
import type { RunRecord } from '../experiments/results.js';
import { cellsOf } from './measures.js';

/** Finished and planned cells of one experiment. */
export interface Coverage {
  readonly experiment: string;
  readonly done: number;
  readonly planned: number;
}

/** Finished and planned cells of the three experiments that the configuration lists cell by cell. */
export function coverage(run: RunRecord): Coverage[] {
  const { seeds, readings, models, widths, attacks } = run.config;
  const networks = readings.length * models.length * seeds.length;
  return [
    { experiment: 'spectrum', done: cellsOf(run, 'spectrum').length, planned: seeds.length },
    {
      experiment: 'NTK distance',
      done: cellsOf(run, 'distance').length,
      planned: networks * widths.length,
    },
    {
      experiment: 'influence flips',
      done: cellsOf(run, 'flip').length,
      planned: networks * (attacks.length + 1),
    },
  ];
}

/** One sentence on a run that is not complete; undefined for one that is. */
export function incompleteNotice(run: RunRecord): string | undefined {
  if (run.status === 'complete') return undefined;
  const state = run.status === 'running' ? 'is still running' : 'did not finish';
  const parts = coverage(run).map(
    ({ experiment, done, planned }) => `${experiment} ${done} of ${planned} cells`,
  );
  return `This run ${state}: ${parts.join(', ')}. What is there is shown.`;
}
