/** `ntkit sweep` and `ntkit plan`: any grid of cells, before and while it runs. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ProgressMode } from '../runs/progress.js';
import type { Shard } from '../sweeps/run-sweep.js';
import { integer, memoryOption, sharedOptions } from './arguments.js';
import { examples } from './help.js';

export interface CommonOptions {
  readonly offline?: boolean;
  readonly threads?: number;
  readonly memory?: number;
  readonly json?: boolean;
}

export interface SweepOptions extends CommonOptions {
  readonly out?: string;
  readonly shard?: Shard;
  readonly queue?: string;
  readonly progress: ProgressMode;
}

export interface PlanOptions extends CommonOptions {
  readonly sbatch?: number;
  readonly out?: string;
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('Run every cell of a grid, into a run folder that can be gone on with')
    .argument('<config>', 'sweep.yaml, .json, .ts or .js')
    .option(
      '--out <folder>',
      'run folder, new or to go on with (default: runs/<name of the config>)',
    )
    .addOption(new Option('--shard <i/N>', 'only the i-th of N parts, from 0').argParser(shard))
    .addOption(
      new Option('--queue <url>', 'have workers on redis://... compute the cells').conflicts(
        'shard',
      ),
    )
    .addOption(sharedOptions.offline())
    .addOption(sharedOptions.threads())
    .addOption(memoryOption())
    .addOption(sharedOptions.progress())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples('ntkit sweep sweep.yaml', 'ntkit sweep sweep.yaml --shard 0/8 --out runs/widths'),
    )
    .action(async (config: string, options: SweepOptions) => {
      const { runSweep } = await import('./actions/sweep.js');
      await runSweep(config, options);
    });
}

export function planCommand(): Command {
  return new Command('plan')
    .description('Show what a sweep will take before it runs: cells, shared work, time, memory')
    .argument('<config>', 'sweep.yaml, .json, .ts or .js')
    .addOption(
      new Option(
        '--sbatch <count>',
        'print a Slurm script that runs the sweep as an array of so many',
      ).argParser(integer(1, 100_000)),
    )
    .option('--out <folder>', "the array's run folder (default: runs/<name of the config>)")
    .addOption(sharedOptions.offline())
    .addOption(sharedOptions.threads())
    .addOption(memoryOption())
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('ntkit plan sweep.yaml', 'ntkit plan sweep.yaml --sbatch 8'))
    .action(async (config: string, options: PlanOptions) => {
      const { runPlan } = await import('./actions/sweep.js');
      await runPlan(config, options);
    });
}

function shard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !(index < count)) {
    throw new InvalidArgumentError('Expected i/N with i from 0 to N - 1.');
  }
  return { index, count };
}
