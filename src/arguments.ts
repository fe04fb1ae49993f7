/**
 * Checks of single arguments. Each returns the argument, typed, or throws an error that names it as the
 * caller spells it.
 */
import { NtkitError, invalidArgument } from './errors.js';

/**
 * An integer from `low` to `high`, by default to 2^53 - 1.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireInteger(
  value: unknown,
  name: string,
  low: number,
  high: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) {
    return value;
  }
  throw invalidArgument(integerRange(low, high), name, value);
}

function integerRange(low: number, high: number): string {
  if (high < Number.MAX_SAFE_INTEGER) return `integer between ${low} and ${high}`;
  if (low === 0) return 'nonnegative integer';
  return low === 1 ? 'positive integer' : `integer of at least ${low}`;
}

/**
 * A finite number in a range.
 *
 * @param expected - the range in words, for example `"number in (0, 1]"`.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireNumber(
  value: unknown,
  name: string,
  expected: string,
  inRange: (value: number) => boolean,
): number {
  if (typeof value === 'number' && Number.isFinite(value) && inRange(value)) return value;
  throw invalidArgument(expected, name, value);
}

/**
 * An object, by default of any kind; not null, not a function.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireObject(
  value: unknown,
  name: string,
  expected = 'an object',
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalidArgument(expected, name, value);
  return value as Readonly<Record<string, unknown>>;
}

/** @throws NtkitError `ERR_INVALID_ARGUMENT` when the value is no function. */
export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw invalidArgument('function', name, value);
}

/** @throws NtkitError `ERR_INVALID_ARGUMENT` when the value is no string. */
export function requireText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidArgument('string', name, value);
  return value;
}

/**
 * A copy of the elements of an array or typed array; a hole becomes undefined.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when the value is neither or cannot be read.
 */
export function requireArray(
  value: unknown,
  name: string,
  expected = 'array of numbers',
): unknown[] {
  const elements = readable(name, () => (isArray(value) ? Array.from(value) : undefined));
  if (elements === undefined) throw invalidArgument(expected, name, value);
  return elements;
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/**
 * A float64 copy of an array or typed array of finite numbers.
 *
 * @param least - the smallest count that makes sense.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there are not at least `least` numbers, `ERR_NOT_FINITE` on
 * NaN or an infinity.
 */
export function requireNumbers(value: unknown, name: string, least: number): Float64Array {
  const elements = requireArray(value, name);
  if (elements.length < least) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected an array of length at least ${least} for ${name} but received length ${elements.length}`,
    );
  }
  return Float64Array.from(elements, (element, i) => finiteElement(element, name, i));
}

function finiteElement(element: unknown, name: string, i: number): number {
  if (typeof element !== 'number') throw invalidArgument('number', `${name}[${i}]`, element);
  if (!Number.isFinite(element)) {
    throw new NtkitError(
      'ERR_NOT_FINITE',
      `Expected a finite number for ${name}[${i}] but received ${element}`,
    );
  }
  return element;
}

/**
 * A copy of an array or typed array of integers from 0 to below `limit`.
 *
 * @param kind - what they are, for example `"row index"`.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function requireIndices(
  value: unknown,
  name: string,
  limit: number,
  kind: string,
): number[] {
  return requireArray(value, name).map((element, k) => {
    if (isIndex(element, limit)) return element;
    throw invalidArgument(`${kind} below ${limit}`, `${name}[${k}]`, element);
  });
}

/** Whether a value is an integer from 0 to below `limit`. */
export function isIndex(value: unknown, limit: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit;
}

/**
 * What `read` returns. Reading an argument can run code of the caller's, getters and proxy traps: what that
 * throws becomes an error that names the argument.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function readable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected a readable value for ${name} but reading it threw`,
      { cause },
    );
  }
}
