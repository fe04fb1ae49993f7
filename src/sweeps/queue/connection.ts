/** Connections to Redis that outlive its restarts, and the names under which things lie there. */
import { Redis } from 'ioredis';
import { sha256 } from '../../data/files.js';
import { NtkitError } from '../../errors.js';

/** Of all keys that this package writes. */
export const PREFIX = 'ntkit';

/** The machine kinds that have submitted or worked. */
export const NUMERICS_SET = 'ntkit:numerics';

const CONNECT_MS = 5000;
const RETRY_MS = 500;
/** Between two lines about the same trouble: an error that repeats must not fill a disk. */
const QUIET_MS = 10_000;

/** The queue of jobs whose results have the same bits everywhere: of one numerics version. */
export function queueName(numerics: string): string {
  return `sweeps-${sha256(numerics).slice(0, 12)}`;
}

/** Where the result of a cell lies. */
export function resultKey(key: string): string {
  return `${PREFIX}:result:${key}`;
}

/**
 * A connection that has answered once. Later it waits for Redis to come back as long as it takes.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when the address is none, `ERR_QUEUE` when nothing answers.
 */
export async function connect(url: string, report: (message: string) => void): Promise<Redis> {
  const address = addressOf(url);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
  // What connect throws only says that there is no connection.
  let reason: Error | undefined;
  const remember = (error: Error): void => {
    reason ??= error;
  };
  redis.on('error', remember);
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const cause = reason ?? (error as Error);
    const { message } = cause;
    throw new NtkitError('ERR_QUEUE', `Cannot reach Redis at ${address}: ${message}`, { cause });
  }
  redis.off('error', remember);
  redis.on('error', quietly(report));
  redis.options.retryStrategy = () => RETRY_MS;
  return redis;
}

/** Passes a message on, in other words where there are better ones, the same one at most every ten seconds. */
export function quietly(
  report: (message: string) => void,
  reword: (message: string) => string = (message) => message,
): (error: Error) => void {
  let last = { message: '', at: -Infinity };
  return (error) => {
    const message = reword(error.message);
    const now = performance.now();
    if (message === last.message && now - last.at < QUIET_MS) return;
    last = { message, at: now };
    report(message);
  };
}

/** Host and port alone: an address may hold a password. */
export function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'Expected an address such as redis://127.0.0.1:6379 for the queue but received another text',
    );
  }
  return parsed.host;
}
