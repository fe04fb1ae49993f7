/** `ntkit audit <data>`: doubtful labels, points that matter, and how far to trust either, as one page. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { audit, type AuditOptions } from '../audit/audit.js';
import { writeFileAtomic } from '../data/files.js';
import { openDataset, type OwnDataset } from '../data/open-dataset.js';
import { NtkitError } from '../errors.js';
import { packageVersion, setThreads } from '../native/runtime.js';
import {
  auditDocument,
  auditDrawings,
  auditFiles,
  renderAudit,
  renderAuditText,
  type AuditReport,
  type Thumbnail,
} from '../report/index.js';
import { integer, positiveNumber, sharedOptions } from './arguments.js';
import { examples } from './help.js';
import { interruptible } from './interrupt.js';

interface AuditCommandOptions {
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly n: number;
  readonly ridge: number;
  readonly kernel: 'infinite' | 'empirical';
  readonly width: number;
  readonly attention?: boolean;
  readonly top: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Tables whose columns have units of their own. */
const TABLES: readonly string[] = ['csv', 'tsv', 'parquet'];

export function auditCommand(): Command {
  return new Command('audit')
    .description('Find doubtful labels and the points that matter in your own data')
    .argument('<data>', 'points: .npy, .npz, IDX, CIFAR-10 .bin, .csv, .tsv or .parquet')
    .option('--labels <file>', 'classes of the points, in any of these formats')
    .option(
      '--label-column <name>',
      'column or array of the labels (default: label, labels, y or target)',
    )
    .option('--n <count>', 'audit at most so many points, chosen at random', integer(10), 2000)
    .option('--ridge <lambda>', 'ridge of the regressions', positiveNumber, 1e-3)
    .addOption(
      new Option('--kernel <name>', 'NTK at infinite width, or at --width')
        .choices(['infinite', 'empirical'])
        .default('infinite'),
    )
    .option('--width <units>', 'hidden units of kernel and attacked network', integer(1), 256)
    .option('--attention', 'the kernel behind linearized attention')
    .option('--top <count>', 'points in each list', integer(1), 20)
    .option('--seed <seed>', 'seed of everything random', integer(0), 0)
    .option('--out <folder>', 'folder of the report', 'audit')
    .addOption(sharedOptions.threads())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'ntkit audit points.npy --labels labels.npy',
        'ntkit audit table.csv --label-column kind --n 1000 --out audit-of-table',
      ),
    )
    .action(async (path: string, options: AuditCommandOptions) => {
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
        command: ['ntkit', ...process.argv.slice(2)].join(' '),
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
    });
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
