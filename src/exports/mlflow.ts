/** Tables as runs of an MLflow tracking server, by version 2.0 of its REST interface. */
import { NtkitError } from '../errors.js';
import type { DataRow } from '../report/figures/csv.js';
import { columnsOf, type ExportTable } from './table.js';

/** What the server takes in one `log-batch`. */
const MAX_METRICS = 1000;
const MAX_PARAMS = 100;
/** Characters of a parameter's value. */
const MAX_VALUE = 500;
const API = 'api/2.0/mlflow';
const TIMEOUT = 30_000;

/** Options of {@link sendToMlflow}. */
export interface MlflowOptions {
  /** Experiments are called `<experiment>/<table>`. */
  readonly experiment: string;
  /** ISO 8601; the start of every run. */
  readonly startedAt: string;
  readonly signal?: AbortSignal | undefined;
}

/** What was made on the server. */
export interface MlflowExport {
  readonly experiments: readonly string[];
  readonly runs: number;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

/**
 * Makes an experiment a table, where there is none yet, and a run a row: parameters, metrics at step `width` (0 in
 * tables without widths), the tag `ntkit.key` with the row's key. A row that fails half-way is marked FAILED.
 *
 * Exporting twice makes every run twice.
 *
 * @param server - the address of the tracking server.
 * @throws NtkitError `ERR_STORE` when the server cannot be reached or refuses, `ERR_ABORTED`.
 */
export async function sendToMlflow(
  tables: readonly ExportTable[],
  server: string,
  options: MlflowOptions,
): Promise<MlflowExport> {
  const client = new MlflowClient(server, options.signal);
  const experiments: string[] = [];
  let runs = 0;
  for (const table of tables.filter(({ rows }) => rows.length > 0)) {
    const name = `${options.experiment}/${table.name}`;
    const experiment = await client.experiment(name);
    experiments.push(name);
    for (const [i, row] of table.rows.entries()) {
      await sendRow(client, experiment, table, row, `${table.name}-${i}`, options.startedAt);
      runs++;
    }
  }
  return { experiments, runs };
}

async function sendRow(
  client: MlflowClient,
  experiment: string,
  table: ExportTable,
  row: DataRow,
  name: string,
  startedAt: string,
): Promise<void> {
  const start = Date.parse(startedAt);
  const key = row['key'];
  const tags = typeof key === 'string' ? [{ key: 'ntkit.key', value: key }] : [];
  const run = await client.createRun(experiment, name, start, tags);
  try {
    const params = columnsOf(table, 'parameter').flatMap((column) => pair(column.name, row));
    for (const batch of batches(params, MAX_PARAMS)) {
      await client.post('runs/log-batch', { run_id: run, params: batch });
    }
    const { width } = row;
    const step = typeof width === 'number' ? width : 0;
    const metrics = columnsOf(table, 'metric').flatMap((column) => {
      const value = row[column.name];
      if (typeof value !== 'number') return [];
      return [{ key: metricKey(column.name), value, timestamp: start, step }];
    });
    for (const batch of batches(metrics, MAX_METRICS)) {
      await client.post('runs/log-batch', { run_id: run, metrics: batch });
    }
  } catch (error) {
    await client.endRun(run, 'FAILED', start).catch(() => undefined);
    throw error;
  }
  await client.endRun(run, 'FINISHED', start);
}

function pair(name: string, row: DataRow): Pair[] {
  const value = row[name] ?? null;
  return value === null ? [] : [{ key: metricKey(name), value: String(value).slice(0, MAX_VALUE) }];
}

/** MLflow's names are letters, digits and `_ - . / space`. */
function metricKey(name: string): string {
  return name.replaceAll(/[^\w\-. /]/g, '_');
}

function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** The few calls of the interface that an export makes. */
class MlflowClient {
  readonly #base: string;
  readonly #signal: AbortSignal | undefined;

  constructor(server: string, signal: AbortSignal | undefined) {
    this.#base = `${server.replace(/\/+$/, '')}/${API}`;
    this.#signal = signal;
  }

  /** The experiment of this name, made where there is none. */
  async experiment(name: string): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const { status, body } = await this.#request('GET', query);
    if (status === 200) return textAt(body, 'experiment', 'experiment_id');
    if (textOf(body, 'error_code') !== 'RESOURCE_DOES_NOT_EXIST')
      throw this.#refused(query, status, body);
    return textAt(await this.post('experiments/create', { name }), 'experiment_id');
  }

  async createRun(
    experiment: string,
    name: string,
    start: number,
    tags: readonly Pair[],
  ): Promise<string> {
    const request = { experiment_id: experiment, run_name: name, start_time: start, tags };
    return textAt(await this.post('runs/create', request), 'run', 'info', 'run_id');
  }

  async endRun(run: string, status: 'FINISHED' | 'FAILED', time: number): Promise<void> {
    await this.post('runs/update', { run_id: run, status, end_time: time });
  }

  async post(path: string, request: object): Promise<unknown> {
    const { status, body } = await this.#request('POST', path, request);
    if (status !== 200) throw this.#refused(path, status, body);
    return body;
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    request?: object,
  ): Promise<{ status: number; body: unknown }> {
    const timeout = AbortSignal.timeout(TIMEOUT);
    try {
      const response = await fetch(`${this.#base}/${path}`, {
        method,
        signal: this.#signal === undefined ? timeout : AbortSignal.any([timeout, this.#signal]),
        ...(request === undefined
          ? {}
          : { body: JSON.stringify(request), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return { status: response.status, body: parsed(text) };
    } catch (cause) {
      if (this.#signal?.aborted === true) {
        throw new NtkitError('ERR_ABORTED', 'The export was stopped', { cause });
      }
      const { message, cause: reason } = cause as Error;
      const why = reason instanceof Error ? reason.message : message;
      throw new NtkitError('ERR_STORE', `Cannot reach ${this.#base}/${path}: ${why}`, { cause });
    }
  }

  #refused(path: string, status: number, body: unknown): NtkitError {
    const reason = textOf(body, 'message') ?? 'no reason given';
    const line = reason.replaceAll(/\s+/g, ' ').slice(0, 200);
    return new NtkitError(
      'ERR_STORE',
      `Expected ${this.#base}/${path} to answer 200 but received ${status}: ${line}`,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(body: unknown, field: string): string | undefined {
  const value = valueAt(body, field);
  return typeof value === 'string' ? value : undefined;
}

function valueAt(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null
    ? (Reflect.get(body, field) as unknown)
    : undefined;
}

/** The text at the end of a path of fields. */
function textAt(body: unknown, ...fields: readonly string[]): string {
  let value = body;
  for (const field of fields) {
    value = valueAt(value, field);
  }
  if (typeof value === 'string') return value;
  throw new NtkitError(
    'ERR_STORE',
    `Expected ${fields.join('.')} in the server's answer but received another`,
  );
}
