/** How an asynchronous native operation is started, watched, stopped, and its failure told. */
import { ERROR_CODES, NtkitError, type ErrorCode } from '../errors.js';
import type { RunOptions } from '../options.js';
import type { Job, NativeBinding } from './binding.js';
import { native, track } from './load.js';

/** Progress is polled, never pushed: no native thread calls into JavaScript, whose context may be gone. */
const PROGRESS_INTERVAL_MS = 100;

/**
 * Runs one native operation under the common options.
 *
 * @throws NtkitError what native code reports; `ERR_ABORTED` when the signal fires.
 */
export async function call<Result>(
  start: (binding: NativeBinding, job: Job, common: { memoryBudget?: number }) => Promise<Result>,
  options: RunOptions,
): Promise<Result> {
  const { signal, onProgress, memoryBudget } = options;
  const binding = native();
  throwIfAborted(signal);
  const job = binding.createJob();
  const abort = (): void => {
    binding.abortJob(job);
  };
  const untrack = track(abort);
  signal?.addEventListener('abort', abort, { once: true });
  const timer =
    onProgress &&
    setInterval(() => {
      onProgress(binding.jobProgress(job));
    }, PROGRESS_INTERVAL_MS);
  try {
    const result = await start(binding, job, memoryBudget === undefined ? {} : { memoryBudget });
    onProgress?.(1);
    return result;
  } catch (error) {
    throw translate(error, signal);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
    untrack();
  }
}

/** Runs a synchronous native function, translating what it throws. */
export function callSync<Result>(run: (binding: NativeBinding) => Result): Result {
  try {
    return run(native());
  } catch (error) {
    throw translate(error);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal);
}

function aborted(signal: AbortSignal): NtkitError {
  return new NtkitError('ERR_ABORTED', 'The operation was aborted', { cause: signal.reason });
}

/** Native code throws plain errors with a code; here they become the package's class. */
function translate(error: unknown, signal?: AbortSignal): unknown {
  if (!(error instanceof Error) || error instanceof NtkitError) return error;
  const { code } = error as { code?: unknown };
  if (code === 'ERR_ABORTED' && signal?.aborted === true) return aborted(signal);
  const known = ERROR_CODES.find((candidate): candidate is ErrorCode => candidate === code);
  return known === undefined ? error : new NtkitError(known, error.message);
}
