/**
 * The one error class of the package. Every failure that a caller can cause or meet has a code from a
 * closed union, so that a program can branch on `code` and a person can read `message`.
 */

/** Every code that {@link NtkitError} can carry. */
export const ERROR_CODES = [
  /** An argument has the wrong type or a value outside its range. */
  'ERR_INVALID_ARGUMENT',
  /** Two arguments do not fit together (rows, columns or lengths differ). */
  'ERR_SHAPE_MISMATCH',
  /** A matrix holds NaN or an infinity. */
  'ERR_NOT_FINITE',
  /** A matrix that must be positive definite is not; the message names the pivot and the ridge. */
  'ERR_NOT_POSITIVE_DEFINITE',
  /** An iteration of LAPACK did not converge. */
  'ERR_NO_CONVERGENCE',
  /** A dimension or workspace does not fit the 32-bit integers of BLAS and LAPACK. */
  'ERR_SIZE_LIMIT',
  /** The operation would need more memory than its budget; nothing was allocated. */
  'ERR_MEMORY_BUDGET',
  /** An AbortSignal fired. */
  'ERR_ABORTED',
  /** The native addon could not be loaded. */
  'ERR_NATIVE_LOAD',
  /** A fault inside the native core that is not the caller's: please report it. */
  'ERR_INTERNAL',
  /** A data file is not what its format promises. */
  'ERR_DATA_FORMAT',
  /** A data set is not on this machine and could not be fetched. */
  'ERR_DATA_UNAVAILABLE',
  /** The content of a file differs from its published checksum. */
  'ERR_CHECKSUM',
  /** A run folder, or where a run is exported to, cannot be created, read or written. */
  'ERR_STORE',
  /** Some cells of a sweep failed; the others are stored. */
  'ERR_SWEEP',
  /** A queue of sweeps cannot be reached, or holds what it should not. */
  'ERR_QUEUE',
] as const;

/** A code of {@link NtkitError}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The error that every function of this package throws or rejects with. */
export class NtkitError extends Error {
  /** `'NtkitError'`, for programs that hold more than one copy of the package. */
  override readonly name = 'NtkitError';
  /** What went wrong, for programs. */
  readonly code: ErrorCode;

  /**
   * An error of this package.
   *
   * @param code - what went wrong, for programs.
   * @param message - what was expected, for what, and what came, for people. Control characters of names and of
   *   other libraries' words are escaped: a message is one line and cannot move a terminal's cursor.
   * @param options - `cause`: the error behind this one. Default: none.
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
    this.code = code;
  }
}

/** Control characters and line separators, as JavaScript writes them: `\n`, `\u001b`. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) =>
    character < ' '
      ? JSON.stringify(character).slice(1, -1)
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The error for one bad argument.
 *
 * @param expected - what would have been right, for example `"positive integer"`.
 * @param name - the argument, as the caller spells it.
 * @param received - what came.
 */
export function invalidArgument(expected: string, name: string, received: unknown): NtkitError {
  return new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected ${expected} for ${name} but received ${describe(received)}`,
  );
}

/** A received value as an error message shows it, in one line: the value when it is short, its kind otherwise. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${JSON.stringify(shortened(value))} of type string`;
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${shortened(String(value))} of type ${typeof value}`;
    case 'object':
      return value === null ? 'null' : kindOf(value);
    default:
      return typeof value;
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The name of an object's kind, which it may choose itself or refuse to tell. */
function kindOf(value: object): string {
  try {
    const kind = shortened(Object.prototype.toString.call(value).slice(8, -1));
    const shown = /^[\w ]+$/.test(kind) ? kind : 'Object';
    return ArrayBuffer.isView(value) && 'length' in value
      ? `${shown} of length ${Number(value.length)}`
      : shown;
  } catch {
    return 'an unreadable object';
  }
}
