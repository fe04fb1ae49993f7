/** `ntkit audit <data>`: doubtful labels, points that matter, and how far to trust either, as one page. */
import { Command, Option } from 'commander';
import { integer, positiveNumber, sharedOptions } from './arguments.js';
import { examples } from './help.js';

export interface AuditCommandOptions {
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly n: number;
  readonly ridge: number;
  readonly kernel: 'infinite' | 'empirical';
  readonly width: number;
  readonly attention?: boolean;
  readonly top: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Find doubtful labels and the points that matter in your own data')
    .argument('<data>', 'points: .npy, .npz, IDX, CIFAR-10 .bin, .csv, .tsv or .parquet')
    .option('--labels <file>', 'classes of the points, in any of these formats')
    .option(
      '--label-column <name>',
      'column or array of the labels (default: label, labels, y or target)',
    )
    .option('--n <count>', 'audit at most so many points, chosen at random', integer(10), 2000)
    .option('--ridge <lambda>', 'ridge of the regressions', positiveNumber, 1e-3)
    .addOption(
      new Option('--kernel <name>', 'NTK at infinite width, or at --width')
        .choices(['infinite', 'empirical'])
        .default('infinite'),
    )
    .option('--width <units>', 'hidden units of kernel and attacked network', integer(1), 256)
    .option('--attention', 'the kernel behind linearized attention')
    .option('--top <count>', 'points in each list', integer(1), 20)
    .option('--seed <seed>', 'seed of everything random', integer(0), 0)
    .option('--out <folder>', 'folder of the report', 'audit')
    .addOption(sharedOptions.threads())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'ntkit audit points.npy --labels labels.npy',
        'ntkit audit table.csv --label-column kind --n 1000 --out audit-of-table',
      ),
    )
    .action(async (path: string, options: AuditCommandOptions) => {
      const { runAudit } = await import('./actions/audit.js');
      await runAudit(path, options);
    });
}
