import { expect } from 'vitest';

/** What {@link expectClose} compares: a number, nested arrays of them, or a matrix with `toArray()`. */
export type Numeric = number | ArrayLike<number> | readonly Numeric[] | { toArray(): number[][] };

/**
 * Asserts equal shapes and |actual - expected| <= tolerance * max(|expected|, 1) everywhere. The failure
 * names the worst place. NaN is close to nothing.
 */
export function expectClose(actual: unknown, expected: Numeric, tolerance: number): void {
  const worst = worstOf(actual, expected);
  if (worst.error > tolerance) {
    expect.fail(
      `Expected ${worst.expected} within ${tolerance} but received ${worst.actual}` +
        ` (error ${worst.error.toExponential(2)}${worst.place === '' ? '' : ` at ${worst.place}`})`,
    );
  }
}

/** The largest error of {@link expectClose}'s measure; the shapes must be equal. */
export function largestError(actual: unknown, expected: Numeric): number {
  return worstOf(actual, expected).error;
}

interface Deviation {
  readonly place: string;
  readonly error: number;
  readonly actual: number;
  readonly expected: number;
}

function worstOf(actual: unknown, expected: Numeric): Deviation {
  const want = entries(expected);
  const got = entries(actual);
  expect([...got.keys()], 'shape').toEqual([...want.keys()]);
  let worst: Deviation = { place: '', error: 0, actual: 0, expected: 0 };
  for (const [place, expectedValue] of want) {
    const actualValue = got.get(place) ?? NaN;
    const error = errorOf(actualValue, expectedValue);
    if (error > worst.error) worst = { place, error, actual: actualValue, expected: expectedValue };
  }
  return worst;
}

function errorOf(actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1);
  return Number.isNaN(error) ? Infinity : error;
}

/** Every number of a nested array, by its indices. */
function entries(value: unknown, place = ''): Map<string, number> {
  if (typeof value === 'number') return new Map([[place, value]]);
  if (hasRows(value)) return entries(value.toArray(), place);
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    return expect.fail(`Expected numbers at [${place}] but received ${String(value)}`);
  }
  const items = Array.from(value as ArrayLike<unknown>);
  return new Map(
    items.flatMap((item, i) => [...entries(item, place === '' ? `${i}` : `${place}, ${i}`)]),
  );
}

function hasRows(value: unknown): value is { toArray(): number[][] } {
  return typeof value === 'object' && value !== null && 'toArray' in value;
}
