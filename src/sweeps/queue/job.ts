/**
 * A job of the queue: cells that one worker computes. It says what to compute and of which data by content; it carries no
 * path and no code, and a worker takes nothing from it that its own schema does not know.
 */
import { z } from 'zod';
import { CIFAR10_SHA256 } from '../../data/cifar10.js';
import { sha256 } from '../../data/files.js';
import { IDX_FILE_NAMES } from '../../data/idx-folder.js';
import type { TableReading } from '../../data/open-dataset.js';
import { DATA_FORMATS } from '../../data/read-blocks.js';
import { NtkitError } from '../../errors.js';
import { planCell, type PlannedCell, type PlannedData } from '../cells.js';
import { AXES, AXIS_NAMES, type AxisName, type Settings } from '../config/axes.js';
import { SYNTHETIC_ENTRY, type DataEntry, type SyntheticEntry } from '../config/schema.js';
import { TABLE_PARTS, type SweepData } from '../data/sweep-data.js';
import { MEASURES } from '../measures/index.js';
import { MEASURE_NAMES } from '../measures/names.js';
import { byInputs, inOrder } from '../scheduler.js';
import { USUAL_SPEED } from '../speed.js';

/** A job is cut here, so that a lost worker loses little: seconds at the usual speed, and cells. */
const JOB_SECONDS = 20;
const JOB_CELLS = 32;

/** A job's JSON is at most this long. */
const JOB_BYTES = 2 ** 16;

/** A column of a table has no longer name. */
const COLUMN_CHARACTERS = 1024;

const HASH = z.string().regex(/^[0-9a-f]{64}$/);

/** Parts of every kind of data. */
const PARTS = ['synthetic', ...IDX_FILE_NAMES, ...Object.keys(CIFAR10_SHA256), ...TABLE_PARTS];

/**
 * Where a worker finds the data: by a known name, made up, or files of the given content in its own folders, which are the
 * four IDX files of a folder or a table.
 */
export type DataSource =
  | { readonly kind: 'known'; readonly name: 'mnist' | 'cifar10' }
  | { readonly kind: 'synthetic'; readonly entry: SyntheticEntry }
  | { readonly kind: 'files'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string; readonly reading: TableReading };

/** One cell of a job. */
export interface JobCell {
  readonly key: string;
  readonly measure: (typeof MEASURE_NAMES)[number];
  /** Values of the measure's axes. */
  readonly settings: Readonly<Partial<Record<AxisName, number | string>>>;
}

/** What a job carries. */
export interface SweepJob {
  readonly format: 1;
  readonly source: DataSource;
  /** SHA-256 of the data, part by part. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly cells: readonly JobCell[];
}

const FILES_NAME = z.string().min(1).max(64);

const TABLE_READING: z.ZodType<TableReading> = z.strictObject({
  format: z.enum(DATA_FORMATS),
  labelFormat: z.enum(DATA_FORMATS).nullable(),
  labelColumn: z.string().min(1).max(COLUMN_CHARACTERS).nullable(),
});

const JOB: z.ZodType<SweepJob> = z.strictObject({
  format: z.literal(1),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('known'), name: z.enum(['mnist', 'cifar10']) }),
    z.strictObject({ kind: z.literal('synthetic'), entry: SYNTHETIC_ENTRY }),
    z.strictObject({ kind: z.literal('files'), name: FILES_NAME }),
    z.strictObject({ kind: z.literal('table'), name: FILES_NAME, reading: TABLE_READING }),
  ]),
  // A record would pass over __proto__ in silence.
  hashes: z.strictObject(Object.fromEntries(PARTS.map((part) => [part, z.exactOptional(HASH)]))),
  cells: z
    .array(
      z.strictObject({
        key: HASH,
        measure: z.enum(MEASURE_NAMES),
        settings: z.strictObject(
          Object.fromEntries(AXIS_NAMES.map((name) => [name, AXES[name].value.optional()])),
        ),
      }),
    )
    .min(1)
    .max(JOB_CELLS),
});

/**
 * A job as a worker received it, checked.
 *
 * @throws NtkitError `ERR_QUEUE` naming what does not fit.
 */
export function parseJob(received: unknown): SweepJob {
  const text = JSON.stringify(received) as string | undefined;
  if (text === undefined || text.length > JOB_BYTES) {
    throw new NtkitError('ERR_QUEUE', `Expected a job of at most ${JOB_BYTES} bytes`);
  }
  const parsed = JOB.safeParse(received);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw new NtkitError('ERR_QUEUE', `Expected a valid ${at || 'job'}: ${issue?.message ?? ''}`);
}

/**
 * The planned cells of a job on the worker's own data: what they are follows from settings and data alone, and must be what
 * the job calls them.
 *
 * @throws NtkitError `ERR_QUEUE` when a key differs: the job comes from another version or machine.
 */
export function cellsOf(job: SweepJob, data: PlannedData, numerics: string): PlannedCell[] {
  const defaults = Object.fromEntries(AXIS_NAMES.map((name) => [name, AXES[name].default]));
  return job.cells.map(({ key, measure, settings }) => {
    const point = { settings: { ...defaults, ...settings } as unknown as Settings, parameters: {} };
    const cell = planCell(MEASURES[measure], data, point, numerics);
    if (cell.key === key) return cell;
    throw new NtkitError(
      'ERR_QUEUE',
      `Expected the cell ${key.slice(0, 12)} but this version makes it ${cell.key.slice(0, 12)}`,
    );
  });
}

/** What a job says of its data. */
export type SubmittedData = Pick<SweepData, 'hashes' | 'table'>;

/** A job to be submitted, with the cells that it stands for. */
export interface Batch {
  /** Follows from the cells: the same batch submitted again is the same job. */
  readonly id: string;
  readonly job: SweepJob;
  readonly cells: readonly PlannedCell[];
}

/**
 * Cells cut into jobs: those that share their inputs together, groups never divided unless they are too long for a job.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a cell is of a custom measure, whose code no job carries.
 */
export function batchesOf(
  cells: readonly PlannedCell[],
  entries: ReadonlyMap<string, DataEntry>,
  data: ReadonlyMap<string, SubmittedData>,
): Batch[] {
  const batches: Batch[] = [];
  let open: PlannedCell[] = [];
  let seconds = 0;
  const close = (): void => {
    if (open.length > 0) batches.push(batchOf(open, entries, data));
    open = [];
    seconds = 0;
  };
  for (const cell of inOrder(cells, USUAL_SPEED)) {
    const last = open.at(-1);
    const sameGroup = last?.group === cell.group;
    const apart = last !== undefined && byInputs(last) !== byInputs(cell);
    if (apart || open.length === JOB_CELLS || (seconds > JOB_SECONDS && !sameGroup)) close();
    open.push(cell);
    const { cost, shared } = cell.needs;
    const own = USUAL_SPEED(cost);
    seconds += sameGroup ? own : shared.reduce((sum, work) => sum + USUAL_SPEED(work.cost), own);
  }
  close();
  return batches;
}

function batchOf(
  cells: readonly PlannedCell[],
  entries: ReadonlyMap<string, DataEntry>,
  data: ReadonlyMap<string, SubmittedData>,
): Batch {
  const name = cells[0]?.data ?? '';
  const [entry, set] = [entries.get(name), data.get(name)];
  if (entry === undefined || set === undefined) {
    throw new NtkitError('ERR_INTERNAL', `No data called ${name}`);
  }
  const keys = cells.map(({ key }) => key).sort();
  const job = {
    format: 1,
    source: sourceOf(entry, name, set.table),
    hashes: set.hashes,
    cells: cells.map(jobCell),
  } as const;
  return { id: sha256(keys.join(' ')).slice(0, 32), job, cells };
}

function jobCell({ key, measure, request }: PlannedCell): JobCell {
  const name = MEASURE_NAMES.find((known) => MEASURES[known] === measure);
  if (name === undefined) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected built-in measures for a queue, which carries no code, but received '${measure.name}'`,
    );
  }
  const settings = Object.fromEntries(measure.axes.map((axis) => [axis, request.settings[axis]]));
  return { key, measure: name, settings };
}

function sourceOf(entry: DataEntry, name: string, table: TableReading | null): DataSource {
  if (typeof entry === 'string') return { kind: 'known', name: entry };
  if ('synthetic' in entry) return { kind: 'synthetic', entry };
  return table === null ? { kind: 'files', name } : { kind: 'table', name, reading: table };
}
