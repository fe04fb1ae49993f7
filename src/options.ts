/** Options that every long operation takes, and the check that catches misspelt ones. */
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
   * `ERR_MEMORY_BUDGET` before anything is allocated. Default: 80 % of what the process may still use.
   */
  readonly memoryBudget?: number | undefined;
}

/** Element type of matrices: what their arithmetic is done in. */
export type Precision = 'float64' | 'float32';

const RUN_OPTIONS = ['signal', 'onProgress', 'memoryBudget'];

/**
 * Refuses options that a function does not have: a misspelt one would otherwise silently mean its default.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireKnownOptions(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw invalidArgument('an object', 'options', options);
  }
  const allowed = [...known, ...RUN_OPTIONS];
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key))
      throw invalidArgument(`one of ${allowed.join(', ')}`, 'option', key);
  }
}

/** The options of one part of a composed operation, which takes its progress from one share to another. */
export function partOf(options: RunOptions, from: number, to: number): RunOptions {
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  return {
    ...options,
    onProgress: (share) => {
      onProgress(from + (to - from) * share);
    },
  };
}
