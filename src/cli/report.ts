/** `ntkit report <run>`: renders a run folder again, finished or not. */
import { Command } from 'commander';
import { sharedOptions } from './arguments.js';
import { loadRun, terminalReport, writeReport } from './run-report.js';

export function reportCommand(): Command {
  return new Command('report')
    .description('Render the report of a run folder')
    .argument('<run>', 'run folder')
    .addOption(sharedOptions.json())
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      const run = await loadRun(folder);
      const page = await writeReport(folder, run);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(run)}\n` : terminalReport(run),
      );
      process.stderr.write(`report ${page}\n`);
    });
}
