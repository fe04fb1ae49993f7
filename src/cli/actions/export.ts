/** What `ntkit export` does. */
import { basename, resolve } from 'node:path';
import { invalidArgument } from '../../errors.js';
import { sendToMlflow } from '../../exports/mlflow.js';
import { tableOfRows, type ExportTable } from '../../exports/table.js';
import { writeTables } from '../../exports/write-files.js';
import { partRows } from '../../report/index.js';
import { readManifest } from '../../runs/manifest.js';
import { AXES } from '../../sweeps/config/axes.js';
import { flatRows, loadSweep } from '../../sweeps/report/sweep-report.js';
import type { ExportOptions } from '../export.js';
import { interruptible } from '../interrupt.js';
import { loadRun } from './run-report.js';

/** Numeric columns of the replication's parts that say what was asked for. */
const PARAMETERS = [
  ...[
    'seed',
    'width',
    'n',
    'd',
    'q',
    'draw',
    'layers',
    'eps',
    'epsPixels',
    'epoch',
    'tau',
    'ridge',
  ],
  ...[
    'parameter',
    'tolerance',
    'cut.tolerance',
    'variant.rank',
    'variant.layers',
    'kappaK.k',
    'power.k',
  ],
];

export async function runExport(folder: string, { format, to }: ExportOptions): Promise<void> {
  if (format === 'mlflow' && !/^https?:\/\/[^/]/.test(to)) {
    throw invalidArgument('an http or https address', '--to', to);
  }
  const isSweep = (await readManifest(folder)).kind === 'sweep';
  const { tables, startedAt } = isSweep ? await sweepTables(folder) : await partTables(folder);
  if (format === 'mlflow') {
    const experiment = `ntkit/${basename(resolve(folder))}`;
    const { runs, experiments } = await interruptible(async (signal) =>
      sendToMlflow(tables, to, { experiment, startedAt, signal }),
    );
    process.stdout.write(`${runs} runs in ${experiments.join(', ') || 'no experiment'}\n`);
    return;
  }
  for (const path of await writeTables(tables, format, to, { startedAt })) {
    process.stdout.write(`${path}\n`);
  }
}

interface RunTables {
  readonly tables: readonly ExportTable[];
  readonly startedAt: string;
}

/** A table for each part of a replication. */
async function partTables(folder: string): Promise<RunTables> {
  const run = await loadRun(folder);
  const tables = partRows(run).map(({ part, columns, rows }) =>
    tableOfRows(rows, { name: part, definitions: columns, parameters: PARAMETERS }),
  );
  return { tables, startedAt: run.startedAt };
}

/** A table for each measure of a sweep; what places a cell in the grid is a parameter. */
async function sweepTables(folder: string): Promise<RunTables> {
  const { cells, startedAt } = await loadSweep(folder);
  const definitions = Object.fromEntries(
    Object.entries(AXES).map(([name, { says }]) => [name, says]),
  );
  const measures = [...new Set(cells.map(({ measure }) => measure))].sort();
  const tables = measures.map((name) => {
    const ofMeasure = cells.filter(({ measure }) => measure === name);
    const rows = flatRows(ofMeasure).map(numeric);
    const parameters = [...new Set(ofMeasure.flatMap(({ choice }) => Object.keys(choice)))];
    return tableOfRows(rows, { name, definitions, parameters });
  });
  return { tables, startedAt };
}

/** Truth values as 1 and 0. */
function numeric(
  values: Readonly<Record<string, number | string | boolean | null>>,
): Record<string, number | string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? Number(value) : value,
    ]),
  );
}
