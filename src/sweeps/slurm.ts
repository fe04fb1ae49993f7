/** A Slurm array that runs a sweep: each task is a shard, all of them fill one run folder. */
import type { SweepPlan } from './plan-sweep.js';

/** A plan's time is a guess on this machine: a task that ends early costs nothing, one that is cut off is run again. */
const TIME_MARGIN = 2;
const MEMORY_MARGIN = 1.3;

/** What the script is made for. */
export interface SlurmArray {
  readonly config: string;
  readonly out: string;
  /** Tasks of the array. */
  readonly count: number;
}

/**
 * The script, for `sbatch`. A task whose time is nearly over is warned by SIGTERM, sent to the script itself (`B:`), which
 * the sweep has taken the place of, and finishes the cells in hand; submitting the script again goes on with what is left.
 */
export function sbatchScript(plan: SweepPlan, { config, out, count }: SlurmArray): string {
  const { seconds, loadingSeconds } = plan;
  const share = loadingSeconds + (seconds - loadingSeconds) / count;
  const minutes = Math.max(5, Math.ceil((TIME_MARGIN * share) / 60));
  const megabytes = Math.ceil((MEMORY_MARGIN * plan.peakMemory) / 2 ** 20);
  return [
    '#!/bin/sh',
    `#SBATCH --job-name=ntkit-sweep`,
    `#SBATCH --array=0-${count - 1}`,
    `#SBATCH --cpus-per-task=${plan.concurrency}`,
    `#SBATCH --mem=${megabytes}M`,
    `#SBATCH --time=${minutes}`,
    '#SBATCH --signal=B:TERM@60',
    '#SBATCH --output=ntkit-sweep-%A-%a.log',
    '',
    `exec ntkit sweep ${quoted(config)} \\`,
    `  --out ${quoted(out)} \\`,
    `  --shard "$SLURM_ARRAY_TASK_ID/${count}" \\`,
    '  --threads "$SLURM_CPUS_PER_TASK" --progress plain',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
