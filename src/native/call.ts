/** How an asynchronous native operation is started, watched, stopped, and its failure told. */
import { ERROR_CODES, NtkitError, type ErrorCode } from '../errors.js';
import { requireRunOptions, type OutputOptions } from '../options.js';
import type { Common, Job, NativeBinding, RawMatrix } from './binding.js';
import { native } from './load.js';

/** Progress is polled, never pushed: no native thread calls into JavaScript, whose context may be gone. */
const PROGRESS_INTERVAL_MS = 100;

/**
 * Runs one native operation under the common options. When the signal fires the promise rejects at once; the native
 * side stops within a tile's time and gives its memory back then.
 *
 * @throws NtkitError what native code reports; `ERR_INVALID_ARGUMENT` when `signal` is no AbortSignal or
 * `onProgress` no function; `ERR_ABORTED` when the signal fires. What `onProgress` throws stops
 * the operation and is thrown here.
 */
export async function call<Result>(
  start: (binding: NativeBinding, job: Job, common: Common) => Promise<Result>,
  options: OutputOptions<RawMatrix>,
): Promise<Result> {
  requireRunOptions(options);
  const { signal, onProgress, memoryBudget, out } = options;
  const binding = native();
  requireNotAborted(signal);
  const job = binding.createJob();
  const stopped = deferredFailure();
  const stop = (reason: unknown): void => {
    binding.abortJob(job);
    stopped.reject(reason);
  };
  const onAbort = (): void => {
    if (signal !== undefined) stop(aborted(signal));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = onProgress && pollProgress(() => binding.jobProgress(job), onProgress, stop);
  try {
    const started = start(binding, job, { memoryBudget, out });
    const result = await Promise.race([started, stopped.promise]);
    // Brief work is done before its promise is returned, and the signal may have fired since.
    requireNotAborted(signal);
    onProgress?.(1);
    return result;
  } catch (error) {
    throw translate(error);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A promise that only ever rejects. */
function deferredFailure(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  // It loses the race when the operation has failed by itself; nobody awaits it then.
  promise.catch(() => undefined);
  return { promise, reject };
}

/** Reports the share done, which never falls, until the interval is cleared or the listener throws. */
function pollProgress(
  read: () => number,
  onProgress: (share: number) => void,
  onError: (error: unknown) => void,
): NodeJS.Timeout {
  let largest = 0;
  return setInterval(() => {
    largest = Math.max(largest, read());
    try {
      onProgress(largest);
    } catch (error) {
      onError(error);
    }
  }, PROGRESS_INTERVAL_MS);
}

/** Runs a synchronous native function, translating what it throws. */
export function callSync<Result>(run: (binding: NativeBinding) => Result): Result {
  try {
    return run(native());
  } catch (error) {
    throw translate(error);
  }
}

function requireNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal);
}

function aborted(signal: AbortSignal): NtkitError {
  return new NtkitError('ERR_ABORTED', 'The operation was aborted', { cause: signal.reason });
}

/** Native code throws plain errors with a code; here they become the package's class. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof NtkitError) return error;
  const { code } = error as { code?: unknown };
  const known = ERROR_CODES.find((candidate): candidate is ErrorCode => candidate === code);
  return known === undefined ? error : new NtkitError(known, error.message);
}
