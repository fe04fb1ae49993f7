/**
 * A worker of the queue. This process talks to Redis and renews the locks of its jobs; a child computes, so that no
 * computation, however long, keeps a lock from being renewed, and a child that dies costs one attempt.
 */
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { numericsVersion } from '../../experiments/cell-key.js';
import { NtkitError } from '../../errors.js';
import { runtimeInfo } from '../../native/runtime.js';
import { encodeCell } from '../../runs/results-file.js';
import { ComputeProcess, type ComputeSettings } from './compute-process.js';
import { NUMERICS_SET, PREFIX, connect, queueName, quietly, resultKey } from './connection.js';
import { parseJob } from './job.js';
import type { JobOutcome } from './outcome.js';

/** Results are kept for this long. */
const KEEP_SECONDS = 30 * 86_400;

/** A job whose worker dies more often than this is given up: it may be what kills them. */
const MAX_STALLED = 3;

/** How a worker is run. */
export interface WorkerOptions extends ComputeSettings {
  readonly redis: string;
  /** After this many seconds of silence a job goes to another worker. Default 30. */
  readonly lockSeconds?: number | undefined;
  /** Takes no more jobs; what is in hand is finished. */
  readonly drain: AbortSignal;
  /** Stops now; what is in hand goes to another worker. */
  readonly stop: AbortSignal;
  /** Told of what happens, in one line. */
  readonly report: (message: string) => void;
}

/**
 * Computes jobs until one of the signals fires.
 *
 * @throws NtkitError `ERR_QUEUE` when Redis cannot be reached at the start.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { redis: url, drain, stop, report, lockSeconds = 30 } = options;
  const redis = await connect(url, report);
  const numerics = numericsVersion(runtimeInfo());
  await redis.sadd(NUMERICS_SET, numerics);
  const child = new ComputeProcess(options, report);
  // What a worker is given it leaves open.
  const own = redis.duplicate();
  own.on('error', quietly(report));
  const worker = new Worker<unknown, JobOutcome>(
    queueName(numerics),
    async (job) => computeJob(job, redis, child, report),
    {
      connection: own,
      prefix: PREFIX,
      concurrency: 1,
      lockDuration: 1000 * lockSeconds,
      stalledInterval: 1000 * lockSeconds,
      maxStalledCount: MAX_STALLED,
    },
  );
  worker.on('error', quietly(report, saidPlainly));
  report(`waiting for jobs of numerics ${numerics}`);
  try {
    await anyAborted(drain, stop);
  } finally {
    if (stop.aborted) child.kill();
    stop.addEventListener('abort', () => {
      child.kill();
    });
    await worker.close();
    child.kill();
    own.disconnect();
    redis.disconnect();
  }
}

/** Computes what of a job has no result yet; each result is on its way to Redis as soon as it is there. */
async function computeJob(
  job: Job<unknown, JobOutcome>,
  redis: Redis,
  child: ComputeProcess,
  report: (message: string) => void,
): Promise<JobOutcome> {
  const checked = checkedJob(job.data);
  const known = await redis.mget(checked.cells.map(({ key }) => resultKey(key)));
  const cells = checked.cells.filter((_, i) => known[i] === null);
  if (cells.length === 0) return { failures: [] };
  const stored: Promise<unknown>[] = [];
  const failures = await child.compute({ ...checked, cells }, (cell) => {
    const line = encodeCell(cell).trimEnd();
    // Whoever comes first stays: equal keys have equal results.
    const storing = redis.set(resultKey(cell.key), line, 'EX', KEEP_SECONDS, 'NX');
    // It is awaited at the end of the job, which fails with it.
    storing.catch(() => undefined);
    stored.push(storing);
  });
  await Promise.all(stored);
  report(`job ${job.id ?? ''}: ${cells.length - failures.length} cells, ${failures.length} failed`);
  return { failures };
}

/** A Redis that was started again without its memory knows no lock of a job in hand: BullMQ names its own functions. */
function saidPlainly(message: string): string {
  const lost = /^Missing (?:lock|key) for job (\S+?)\.? /.exec(message);
  if (lost === null) return message;
  return `job ${lost[1] ?? ''} went to another worker or was lost by Redis; its results are kept`;
}

function checkedJob(data: unknown): ReturnType<typeof parseJob> {
  try {
    return parseJob(data);
  } catch (error) {
    // No worker could do it: it is not tried again.
    throw new UnrecoverableError((error as NtkitError).message);
  }
}

async function anyAborted(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return;
  await new Promise<void>((resolve) => {
    any.addEventListener('abort', () => {
      resolve();
    });
  });
}
