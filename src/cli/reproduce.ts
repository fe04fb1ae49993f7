/** `ntkit reproduce`: the paper's tables and figures on real data, into a run folder with a report. */
import { Command, Option } from 'commander';
import { datasetNames } from '../data/registry.js';
import { partNames, presetNames, type PartName } from '../experiments/names.js';
import type { ProgressMode } from '../runs/progress.js';
import { integer, integers, names, positiveNumber, sharedOptions } from './arguments.js';
import { examples } from './help.js';

export interface ReproduceOptions {
  readonly preset: string;
  readonly dataset?: string[];
  readonly only?: PartName[];
  readonly data?: string;
  readonly offline?: boolean;
  readonly train?: number;
  readonly test?: number;
  readonly widths?: number[];
  readonly seeds?: number[];
  readonly epochs?: number;
  readonly eps?: number;
  readonly plan?: boolean;
  readonly out?: string;
  readonly threads?: number;
  readonly progress: ProgressMode;
  readonly json?: boolean;
}

export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description('Reproduce the tables and figures of arXiv 2603.13085 on real data')
    .addOption(
      new Option('--preset <name>', 'size of the run').choices(presetNames).default('quick'),
    )
    .option('--only <list>', `parts: ${partNames.join(', ')} (figure1 is table1's)`, parts)
    .option('--dataset <list>', `data sets: ${datasetNames.join(', ')}`, datasets)
    .addOption(sharedOptions.data())
    .addOption(sharedOptions.offline())
    .option('--train <count>', 'training points', integer(10))
    .option('--test <count>', 'test points', integer(1))
    .option('--widths <list>', 'hidden units, e.g. 16,64,256', integers(1))
    .option('--seeds <list>', 'seeds, e.g. 0,1,2', integers(0))
    .option('--epochs <count>', 'training epochs', integer(1))
    .option('--eps <radius>', 'attack radius as the reading states it', positiveNumber)
    .option('--plan', 'print the plan of cells, time and memory, and run nothing')
    .option('--out <folder>', 'run folder (default: runs/reproduce-<preset>-<time>)')
    .addOption(sharedOptions.threads())
    .addOption(sharedOptions.progress())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'ntkit reproduce --preset quick --out runs/mine',
        'ntkit reproduce --preset standard --plan',
        'ntkit reproduce --only table1,epsilon --dataset mnist,cifar10 --seeds 0,1,2',
        'ntkit reproduce --dataset idx --data ./my-idx-files --widths 16,64 --progress plain',
      ),
    )
    .action(async (options: ReproduceOptions) => {
      const { runReproduce } = await import('./actions/reproduce.js');
      await runReproduce(options);
    });
}

const datasets = names(datasetNames);

/** Figure 1 is drawn from Table 1's cells. */
const partOrFigure = names([...partNames, 'figure1']);

function parts(text: string): string[] {
  return [...new Set(partOrFigure(text).map((name) => (name === 'figure1' ? 'table1' : name)))];
}
