/** Options that every long operation takes, and the check that catches misspelt ones. */
import { readable, requireFunction, requireObject } from './arguments.js';
import { invalidArgument } from './errors.js';

/** Options common to all native operations. */
export interface RunOptions {
  /** Stops the operation: its promise rejects with `ERR_ABORTED` at once. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called about ten times a second with the share of the work done, from 0 to 1 and never back. What it throws
   * stops the operation. Default: none.
   */
  readonly onProgress?: ((share: number) => void) | undefined;
  /**
   * Bytes that the operation may take for inputs, outputs and workspace; more is refused with
   * `ERR_MEMORY_BUDGET` before anything is allocated. Never more than the process may still use, of which the default is
   * 80 %.
   */
  readonly memoryBudget?: number | undefined;
}

/** Options of the operations that return one large matrix. */
export interface OutputOptions<T> extends RunOptions {
  /**
   * A matrix of the result's shape and precision whose memory is to be reused: fresh memory costs as much time as
   * much of the arithmetic. The memory is given away: from the call on the old array is detached (length 0), the returned
   * matrix holds it, and after a failure it is gone. Default: fresh memory.
   */
  readonly out?: T | undefined;
}

/** Element type of matrices: what their arithmetic is done in. */
export type Precision = 'float64' | 'float32';

const RUN_OPTIONS = ['signal', 'onProgress', 'memoryBudget'];

/**
 * Refuses options that a long operation does not have, {@link RunOptions} aside: a misspelt one would otherwise
 * silently mean its default.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireKnownOptions(options: object, known: readonly string[]): void {
  requireOnlyOptions(options, [...known, ...RUN_OPTIONS]);
}

/**
 * Refuses every option but the known ones.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireOnlyOptions(options: object, known: readonly string[]): void {
  requireObject(options, 'options');
  for (const key of readable('options', () => Object.keys(options))) {
    if (!known.includes(key)) throw invalidArgument(`one of ${known.join(', ')}`, 'option', key);
  }
}

/**
 * Refuses a signal or a listener that could not be used once the operation runs.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireRunOptions({ signal, onProgress }: RunOptions): void {
  requireSignal(signal, 'signal');
  if (onProgress !== undefined) requireFunction(onProgress, 'onProgress');
}

/** @throws NtkitError `ERR_INVALID_ARGUMENT` when the value is given and no AbortSignal. */
export function requireSignal(value: unknown, name: string): void {
  if (value !== undefined && !readable(name, () => isAbortSignal(value))) {
    throw invalidArgument('AbortSignal', name, value);
  }
}

/** A proxy of a signal passes for one until its state is read. */
function isAbortSignal(value: unknown): boolean {
  return value instanceof AbortSignal && typeof value.aborted === 'boolean';
}

/**
 * The options of one part of a composed operation, which takes its progress from one share to another.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` as {@link requireRunOptions}.
 */
export function partOf(options: RunOptions, from: number, to: number): RunOptions {
  requireRunOptions(options);
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  return {
    ...options,
    onProgress: (share) => {
      onProgress(from + (to - from) * share);
    },
  };
}
