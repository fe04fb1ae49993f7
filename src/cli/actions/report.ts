/** What `ntkit report` does. */
import { writeFileAtomic } from '../../data/files.js';
import { NtkitError } from '../../errors.js';
import { renderMarkdown } from '../../report/index.js';
import { readManifest } from '../../runs/manifest.js';
import { loadSweep, sweepText, writeSweepReport } from '../../sweeps/report/sweep-report.js';
import type { ReportOptions } from '../report.js';
import { loadRun, terminalReport, writeReport } from './run-report.js';

export async function runReport(folder: string, options: ReportOptions): Promise<void> {
  if ((await readManifest(folder)).kind === 'sweep') {
    await reportSweep(folder, options);
    return;
  }
  const run = await loadRun(folder);
  const page = await writeReport(folder, run);
  if (options.markdown !== undefined) {
    await writeFileAtomic(options.markdown, renderMarkdown(run));
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(run)}\n` : terminalReport(run));
  process.stderr.write(`report ${page}\n`);
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
