/** `ntkit report <run>`: renders a run folder again, finished or not. */
import { Command } from 'commander';
import { sharedOptions } from './arguments.js';
import { examples } from './help.js';

export interface ReportOptions {
  readonly markdown?: string;
  readonly json?: boolean;
}

export function reportCommand(): Command {
  return new Command('report')
    .description('Render the report of a run folder')
    .argument('<run>', 'run folder')
    .option('--markdown <file>', "write our numbers beside the paper's as a Markdown document, too")
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples('ntkit report runs/mine', 'ntkit report runs/mine --markdown docs/replication.md'),
    )
    .action(async (folder: string, options: ReportOptions) => {
      const { runReport } = await import('./actions/report.js');
      await runReport(folder, options);
    });
}
