/** JSON with one spelling per value, so that equal values have equal checksums. */
import { NtkitError, describe } from '../errors.js';

/**
 * Writes a value as JSON without whitespace and with the keys of every object in code unit order. Properties
 * that are `undefined` are left out, as `JSON.stringify` does; whatever else it would change or drop in
 * silence (NaN and infinities, `undefined` in an array, functions, instances of classes) is refused.
 *
 * @param name - what to call the value in an error.
 * @throws NtkitError `ERR_STORE` naming the place of a value that JSON cannot hold.
 */
export function canonicalJson(value: unknown, name: string): string {
  if (Array.isArray(value)) {
    // Array.from visits the holes of a sparse array, which map would skip.
    return `[${Array.from(value, (item, i) => canonicalJson(item, `${name}[${i}]`)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined)
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], `${name}.${key}`)}`);
    return `{${members.join(',')}}`;
  }
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  ) {
    return JSON.stringify(value);
  }
  throw new NtkitError(
    'ERR_STORE',
    `Expected a value that JSON can hold for ${name} but received ${describe(value)}`,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
