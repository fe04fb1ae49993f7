/** What `ntkit audit` does. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { audit, type AuditOptions } from '../../audit/audit.js';
import { writeFileAtomic } from '../../data/files.js';
import { openDataset, type OwnDataset } from '../../data/open-dataset.js';
import { NtkitError } from '../../errors.js';
import { packageVersion, setThreads } from '../../native/runtime.js';
import {
  auditDocument,
  auditDrawings,
  auditFiles,
  renderAudit,
  renderAuditText,
  type AuditReport,
  type Thumbnail,
} from '../../report/index.js';
import type { AuditCommandOptions } from '../audit.js';
import { interruptible } from '../interrupt.js';
import { commandLine } from './command-line.js';

/** Tables whose columns have units of their own. */
const TABLES: readonly string[] = ['csv', 'tsv', 'parquet'];

export async function runAudit(path: string, options: AuditCommandOptions): Promise<void> {
  if (options.threads !== undefined) setThreads(options.threads);
  const { labels, labelColumn } = options;
  const data = await openDataset(path, { labels, labelColumn, labelKind: 'classes' });
  const startedAt = new Date().toISOString();
  const result = await interruptible(async (signal) =>
    audit(data.features, classesOf(data, path), auditOptions(data, options, signal)),
  );
  const report: AuditReport = {
    audit: result,
    name: data.name,
    command: commandLine(),
    startedAt,
    version: packageVersion(),
    hashes: data.hashes,
    top: options.top,
    image: thumbnails(data),
  };
  const page = await writeAudit(options.out, report);
  const { isTTY, columns } = process.stdout;
  const color = isTTY && process.env['NO_COLOR'] === undefined;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(auditDocument(report))}\n`
      : renderAuditText(report, { color, columns: isTTY ? columns : 100 }),
  );
  process.stderr.write(`report ${page}\n`);
}

function auditOptions(
  { labels, format }: OwnDataset,
  { n, ridge, kernel, width, attention, seed }: AuditCommandOptions,
  signal: AbortSignal,
): AuditOptions {
  const classes = labels?.kind === 'classes' ? labels.names : undefined;
  const standardize = TABLES.includes(format);
  return { classes, n, ridge, kernel, width, attention, standardize, seed, signal };
}

function classesOf({ labels }: OwnDataset, path: string): Int32Array {
  if (labels?.kind === 'classes') return labels.indices;
  throw new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected labels for ${path} but received none: name their file (--labels) or column (--label-column)`,
  );
}

/** Rows as images of bytes, from the smallest to the largest value of the data. */
function thumbnails({ images, features }: OwnDataset): (index: number) => Thumbnail | null {
  if (images === null) return () => null;
  const low = features.data.reduce((least, value) => Math.min(least, value), Infinity);
  const high = features.data.reduce((most, value) => Math.max(most, value), -Infinity);
  const scale = high > low ? 255 / (high - low) : 0;
  return (index) => ({
    ...images,
    pixels: Array.from(features.row(index), (value) => Math.round((value - low) * scale)),
  });
}

/** Writes the page, its figures and the files for programs; returns the page's path. */
async function writeAudit(folder: string, report: AuditReport): Promise<string> {
  const drawings = await auditDrawings(report.audit);
  const files = [
    ...drawings.flatMap(({ name, svg, spec, data }) => [
      { name: `figures/${name}.svg`, content: svg },
      { name: `figures/${name}.vl.json`, content: `${JSON.stringify(spec, null, 2)}\n` },
      { name: `figures/${name}.csv`, content: data },
    ]),
    ...auditFiles(report),
    { name: 'report.html', content: renderAudit(report, drawings) },
  ];
  try {
    await mkdir(join(folder, 'figures'), { recursive: true });
    for (const { name, content } of files) await writeFileAtomic(join(folder, name), content);
  } catch (cause) {
    throw new NtkitError('ERR_STORE', `Cannot write ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return join(folder, 'report.html');
}
