/** Tables as files in a folder. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NtkitError } from '../errors.js';
import { writeFileAtomic } from '../data/files.js';
import { toCsv } from '../report/figures/csv.js';
import { parquetBytes } from './parquet.js';
import { seriesOf } from './series.js';
import type { ExportTable } from './table.js';
import { eventFile } from './tensorboard.js';

/** Formats that are files. */
export type FileFormat = 'csv' | 'parquet' | 'tensorboard';

interface ExportFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** What is known of the run that the tables are of. */
export interface ExportedRun {
  /** ISO 8601. */
  readonly startedAt: string;
}

/**
 * Writes `<table>.csv`, `<table>.parquet`, or `<table>/<parameters>/events.out.tfevents...`, each in one step. Files of
 * the same names are replaced; a table without rows has no file.
 *
 * @returns the paths that were written.
 * @throws NtkitError `ERR_STORE` when a file cannot be written.
 */
export async function writeTables(
  tables: readonly ExportTable[],
  format: FileFormat,
  folder: string,
  run: ExportedRun,
): Promise<string[]> {
  const files = tables
    .filter(({ rows }) => rows.length > 0)
    .flatMap((table) => filesOf(table, format, folder, run));
  for (const { path, content } of files) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, content);
    } catch (cause) {
      throw new NtkitError('ERR_STORE', `Cannot write ${path}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
  return files.map(({ path }) => path);
}

function filesOf(
  table: ExportTable,
  format: FileFormat,
  folder: string,
  { startedAt }: ExportedRun,
): ExportFile[] {
  const path = join(folder, table.name);
  switch (format) {
    case 'csv':
      return [{ path: `${path}.csv`, content: toCsv(table.rows) }];
    case 'parquet':
      return [{ path: `${path}.parquet`, content: parquetBytes(table) }];
    case 'tensorboard': {
      const seconds = Math.floor(Date.parse(startedAt) / 1000);
      // The same run gives the same name, so that a second export replaces the first instead of doubling its curves.
      const name = `events.out.tfevents.${seconds}.ntkit`;
      return seriesOf(table).map((series) => ({
        path: join(path, series.folder, name),
        content: eventFile(series.points, seconds),
      }));
    }
  }
}
