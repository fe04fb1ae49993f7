/** What is in the queues of a Redis. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { NUMERICS_SET, PREFIX, connect, queueName, quietly } from './connection.js';

/** The queue of one numerics version. */
export interface QueueStatus {
  readonly numerics: string;
  readonly workers: number;
  /** Jobs by state. */
  readonly waiting: number;
  readonly active: number;
  readonly completed: number;
  readonly failed: number;
}

/** Every queue. @throws NtkitError `ERR_QUEUE` when Redis cannot be reached. */
export async function queueStatus(
  url: string,
  report: (message: string) => void,
): Promise<QueueStatus[]> {
  return withQueues(url, report, async (queue, numerics) => {
    const counts = await queue.getJobCounts('wait', 'delayed', 'active', 'completed', 'failed');
    return {
      numerics,
      workers: (await queue.getWorkers()).length,
      waiting: (counts['wait'] ?? 0) + (counts['delayed'] ?? 0),
      active: counts['active'] ?? 0,
      completed: counts['completed'] ?? 0,
      failed: counts['failed'] ?? 0,
    };
  });
}

/**
 * Takes every waiting job out; jobs in hand are finished, results stay.
 *
 * @returns how many were taken out.
 * @throws NtkitError `ERR_QUEUE` when Redis cannot be reached.
 */
export async function drainQueues(url: string, report: (message: string) => void): Promise<number> {
  const drained = await withQueues(url, report, async (queue) => {
    const { wait = 0, delayed = 0 } = await queue.getJobCounts('wait', 'delayed');
    await queue.drain(true);
    return wait + delayed;
  });
  return drained.reduce((sum, count) => sum + count, 0);
}

async function withQueues<Result>(
  url: string,
  report: (message: string) => void,
  work: (queue: Queue, numerics: string) => Promise<Result>,
): Promise<Result[]> {
  const redis: Redis = await connect(url, report);
  try {
    const results: Result[] = [];
    for (const numerics of (await redis.smembers(NUMERICS_SET)).sort()) {
      const queue = new Queue(queueName(numerics), { connection: redis, prefix: PREFIX });
      queue.on('error', quietly(report));
      results.push(await work(queue, numerics));
      await queue.close();
    }
    return results;
  } finally {
    redis.disconnect();
  }
}
