/** `ntkit report <run>`: renders a run folder again, finished or not. */
import { Command } from 'commander';
import { writeFileAtomic } from '../data/files.js';
import { renderMarkdown } from '../report/index.js';
import { sharedOptions } from './arguments.js';
import { examples } from './help.js';
import { loadRun, terminalReport, writeReport } from './run-report.js';

interface ReportOptions {
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
      const run = await loadRun(folder);
      const page = await writeReport(folder, run);
      if (options.markdown !== undefined) {
        await writeFileAtomic(options.markdown, renderMarkdown(run));
      }
      process.stdout.write(
        options.json === true ? `${JSON.stringify(run)}\n` : terminalReport(run),
      );
      process.stderr.write(`report ${page}\n`);
    });
}
