/** Submits a sweep to workers and collects their results into a run folder. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { NtkitError } from '../../errors.js';
import { decodeCell } from '../../runs/results-file.js';
import { SharedStore } from '../../runs/shared-store.js';
import type { PlannedCell, SweepCell } from '../cells.js';
import { dataName } from '../config/config.js';
import type { EndedCell } from '../hosts.js';
import { refusal, type PreparedSweep } from '../prepare.js';
import type { CellFailure } from '../run-cells.js';
import { descriptionOf } from '../run-prepared.js';
import type { SweepOutcome } from '../run-sweep.js';
import { NUMERICS_SET, PREFIX, connect, queueName, quietly, resultKey } from './connection.js';
import { batchesOf, type Batch } from './job.js';
import { jobFailures } from './outcome.js';

/** Between two looks for results, and of those between two looks at jobs. */
const POLL_MS = 200;
const JOB_POLLS = 10;

/** Results asked for at once. */
const CHUNK = 500;

/** How a sweep is submitted. */
export interface SubmitOptions {
  readonly redis: string;
  readonly out: string;
  /** Stops waiting: jobs stay in the queue, and the same call goes on with them. */
  readonly drain: AbortSignal;
  readonly onCell?: ((ended: EndedCell) => void) | undefined;
  readonly command?: string | undefined;
  /** Told of trouble with Redis that passes by itself. */
  readonly report: (message: string) => void;
}

/**
 * Has workers compute what a run folder lacks. Results are taken by their key, so that what any worker has computed for
 * any submission is computed once.
 *
 * @throws NtkitError `ERR_QUEUE` when Redis cannot be reached at the start, `ERR_STORE` when results cannot be stored.
 */
export async function submitSweep(
  prepared: PreparedSweep,
  options: SubmitOptions,
): Promise<SweepOutcome> {
  const all = [...prepared.cells, ...prepared.refused];
  const batches = batchesOf(
    prepared.cells,
    new Map(prepared.config.data.map((entry) => [dataName(entry), entry])),
    prepared.data,
  );
  const store = await SharedStore.open<SweepCell>(options.out, descriptionOf(prepared, options));
  const redis = await connect(options.redis, options.report);
  const queue = new Queue(queueName(prepared.numerics), { connection: redis, prefix: PREFIX });
  queue.on('error', quietly(options.report));
  try {
    const submission = new Submission(batches, prepared.numerics, store, redis, queue, options);
    const failures = prepared.refused.map((cell) => ({
      cell,
      error: refusal(cell, prepared.memory),
    }));
    failures.push(...(await submission.run()));
    const keys = all.map(({ key }) => key);
    const complete = await store.complete(keys);
    const wanted = new Set(keys);
    const cells = store.cells().filter(({ key }) => wanted.has(key));
    return { cells, failures, complete, planned: keys.length, folder: store.folder };
  } finally {
    await store.claims.releaseAll();
    await queue.close();
    redis.disconnect();
  }
}

class Submission {
  readonly #store: SharedStore<SweepCell>;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #options: SubmitOptions;
  readonly #missing: Map<string, PlannedCell>;
  #batches: readonly Batch[];
  readonly #numerics: string;

  constructor(
    batches: readonly Batch[],
    numerics: string,
    store: SharedStore<SweepCell>,
    redis: Redis,
    queue: Queue,
    options: SubmitOptions,
  ) {
    this.#batches = batches;
    this.#numerics = numerics;
    this.#store = store;
    this.#redis = redis;
    this.#queue = queue;
    this.#options = options;
    const cells = batches.flatMap((batch) => batch.cells).filter(({ key }) => !store.has(key));
    this.#missing = new Map(cells.map((cell) => [cell.key, cell]));
  }

  async run(): Promise<CellFailure[]> {
    const failures: CellFailure[] = [];
    await this.#collect();
    await this.#forgetEnded();
    for (let poll = 0; this.#missing.size > 0 && !this.#options.drain.aborted; poll++) {
      if (poll % JOB_POLLS === 0) failures.push(...(await this.#lookAfterJobs()));
      await sleep(POLL_MS, undefined, { signal: this.#options.drain }).catch(() => undefined);
      await this.#collect();
    }
    return failures;
  }

  /** Takes the results that have come. */
  async #collect(): Promise<void> {
    await this.#store.refresh();
    const keys = [...this.#missing.keys()];
    for (let start = 0; start < keys.length; start += CHUNK) {
      const chunk = keys.slice(start, start + CHUNK);
      const lines = await this.#redis.mget(chunk.map(resultKey));
      const stored = chunk.map(async (key, i) => this.#take(key, lines[i] ?? null));
      await Promise.all(stored);
    }
  }

  async #take(key: string, line: string | null): Promise<void> {
    if (this.#store.has(key)) {
      this.#end(key, 'elsewhere');
      return;
    }
    if (line === null) return;
    const decoded = decodeCell(Buffer.from(line));
    if (!('cell' in decoded) || (decoded.cell as SweepCell).key !== key) {
      // Altered on its way: it is never used, and computed again.
      await this.#redis.del(resultKey(key));
      return;
    }
    await this.#store.append(decoded.cell as SweepCell);
    this.#end(key, 'computed');
  }

  #end(key: string, outcome: EndedCell['outcome']): void {
    const cell = this.#missing.get(key);
    if (cell === undefined) return;
    this.#missing.delete(key);
    this.#options.onCell?.({ cell, outcome });
  }

  /** A batch that an earlier submission saw fail is tried again by this one. */
  async #forgetEnded(): Promise<void> {
    for (const batch of this.#open()) {
      const job = await this.#queue.getJob(batch.id);
      if (job !== undefined && ((await job.isCompleted()) || (await job.isFailed()))) {
        await job.remove().catch(() => undefined);
      }
    }
  }

  /** Adds jobs that are not there, also when Redis has lost them, and tells the failures of those that have ended. */
  async #lookAfterJobs(): Promise<CellFailure[]> {
    const failures: CellFailure[] = [];
    for (const batch of this.#open()) {
      const job = await this.#queue.getJob(batch.id);
      if (job === undefined) {
        await this.#add(batch);
      } else if ((await job.isFailed()) || (await job.isCompleted())) {
        // What it has computed came before it ended.
        await this.#collect();
        failures.push(...(await this.#failuresOf(batch, job)));
      }
    }
    return failures;
  }

  async #add({ id, job }: Batch): Promise<void> {
    // A Redis that has lost jobs has lost this, too.
    await this.#redis.sadd(NUMERICS_SET, this.#numerics);
    await this.#queue.add('cells', job, {
      jobId: id,
      attempts: 3,
      backoff: { type: 'fixed', delay: 500 },
      removeOnComplete: { age: 86_400 },
      removeOnFail: { age: 86_400 },
    });
  }

  async #failuresOf(
    batch: Batch,
    job: { readonly returnvalue: unknown; readonly failedReason: string; remove(): Promise<void> },
  ): Promise<CellFailure[]> {
    const told = jobFailures(job.returnvalue);
    const left = batch.cells.filter(({ key }) => this.#missing.has(key));
    if (job.returnvalue !== null && left.every(({ key }) => !told.has(key))) {
      // Its results are gone, or were altered: it has to be done once more.
      await job.remove().catch(() => undefined);
      return [];
    }
    return Promise.all(
      left.map(async (cell) => {
        const error = told.get(cell.key) ?? new NtkitError('ERR_QUEUE', job.failedReason);
        const { key, label } = cell;
        const { code, message } = error;
        const at = new Date().toISOString();
        await this.#store.note({ event: 'failed', key, label, code, message, at });
        this.#end(key, 'failed');
        return { cell, error };
      }),
    );
  }

  /** The batches that still lack results. */
  #open(): readonly Batch[] {
    this.#batches = this.#batches.filter(({ cells }) =>
      cells.some(({ key }) => this.#missing.has(key)),
    );
    return this.#batches;
  }
}
