/** `ntkit export <run>`: the rows of a run folder in the formats of other tools. */
import { Command, Option } from 'commander';
import type { FileFormat } from '../exports/write-files.js';
import { examples } from './help.js';

const FORMATS = ['csv', 'parquet', 'tensorboard', 'mlflow'] as const;

export interface ExportOptions {
  readonly format: FileFormat | 'mlflow';
  readonly to: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the rows of a run as CSV, Parquet or TensorBoard files, or send them to MLflow',
    )
    .argument('<run>', 'run folder, finished or not')
    .addOption(
      new Option('--format <name>', 'mlflow: parameters and metrics of a run each row')
        .choices(FORMATS)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--to <path|url>',
      "folder of the files, or address of MLflow's tracking server",
    )
    .addHelpText(
      'after',
      examples(
        'ntkit export runs/mine --format parquet --to tables',
        'ntkit export runs/mine --format mlflow --to http://127.0.0.1:5000',
      ),
    )
    .action(async (folder: string, options: ExportOptions) => {
      const { runExport } = await import('./actions/export.js');
      await runExport(folder, options);
    });
}
