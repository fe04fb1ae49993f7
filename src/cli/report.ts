/** `ntkit report <run>`: renders a run folder again, finished or not. */
import { Command } from 'commander';
import { writeFileAtomic } from '../data/files.js';
import { NtkitError } from '../errors.js';
import { renderMarkdown } from '../report/index.js';
import { readManifest } from '../runs/manifest.js';
import { loadSweep, sweepText, writeSweepReport } from '../sweeps/report/sweep-report.js';
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
      if ((await readManifest(folder)).kind === 'sweep') {
        await reportSweep(folder, options);
        return;
      }
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

async function reportSweep(folder: string, { markdown, json }: ReportOptions): Promise<void> {
  if (markdown !== undefined) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected a replication for --markdown, which is set beside the paper's numbers, but ${folder} is a sweep`,
    );
  }
  const record = await loadSweep(folder);
  const page = await writeSweepReport(folder, record);
  process.stdout.write(json === true ? `${JSON.stringify(record)}\n` : sweepText(record));
  process.stderr.write(`report ${page}\n`);
}
