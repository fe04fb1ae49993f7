/** Turns a run folder into its report. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../data/files.js';
import type { Cell, PlannedPart, ReproduceConfig, RunRecord } from '../../experiments/results.js';
import { partFiles, renderFigures, renderHtml, renderText } from '../../report/index.js';
import { readRun } from '../../runs/read-run.js';
import { usesColor } from '../color.js';

/** A run as the report renders it. Cells were written by this package, and each line's checksum was verified. */
export async function loadRun(folder: string): Promise<RunRecord> {
  const { manifest, status, cells } = await readRun(folder);
  const { command, startedAt, config, dataHashes, numerics, machine, timing } = manifest;
  return {
    ...{ status, command, startedAt, dataHashes, numerics, machine },
    config: config as ReproduceConfig,
    planned: manifest.planned as PlannedPart[],
    // Two processes that resumed the same run may both have stored a cell.
    cells: [...new Map((cells as Cell[]).map((cell) => [cell.key, cell])).values()],
    stages: timing?.stages ?? [],
    totalSeconds: timing?.totalSeconds ?? 0,
  };
}

/**
 * Writes `report.html`, `<part>.json` and `<part>.csv`, and `figures/*.svg` with their data and specifications.
 *
 * @returns the page's path.
 */
export async function writeReport(folder: string, run: RunRecord): Promise<string> {
  const figures = join(folder, 'figures');
  await mkdir(figures, { recursive: true });
  for (const { name, svg, spec, data } of await renderFigures(run)) {
    await writeFileAtomic(join(figures, `${name}.svg`), svg);
    await writeFileAtomic(join(figures, `${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
    await writeFileAtomic(join(figures, `${name}.csv`), data);
  }
  for (const { name, content } of partFiles(run)) {
    await writeFileAtomic(join(folder, name), content);
  }
  const page = join(folder, 'report.html');
  await writeFileAtomic(page, await renderHtml(run));
  return page;
}

/** The report as this terminal shows it. */
export function terminalReport(run: RunRecord): string {
  const { isTTY, columns } = process.stdout;
  return renderText(run, { color: usesColor(process.stdout), columns: isTTY ? columns : 100 });
}
