/** Contestants have to compute the same numbers: a faster wrong answer is no win. */

/** Results as `{ name: typed array }`; a matrix or a typed array alone is called `result`. */
export function named(result) {
  if (result === undefined) return {};
  if (ArrayBuffer.isView(result)) return { result };
  if (ArrayBuffer.isView(result?.data)) return { result: result.data };
  return result;
}

/**
 * How far two results lie apart: the largest difference of two elements, in units of the largest element.
 *
 * @throws Error when they differ in names or lengths.
 */
export function difference(ours, theirs) {
  let largest = 0;
  for (const [name, expected] of Object.entries(ours)) {
    const actual = theirs[name];
    if (actual?.length !== expected.length) {
      throw new Error(
        `Expected ${expected.length} elements for ${name} but received ${actual?.length}`,
      );
    }
    largest = Math.max(largest, elementDifference(expected, actual));
  }
  return largest;
}

function elementDifference(expected, actual) {
  let scale = 0;
  let apart = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [expected[i], actual[i]];
    // A NaN on either side is as far apart as can be.
    if (!(Math.abs(a - b) <= apart)) apart = Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
    if (Math.abs(a) > scale) scale = Math.abs(a);
  }
  return scale > 0 ? apart / scale : apart;
}

/** @returns what is wrong, in words, or `undefined` when `theirs` are our numbers within `tolerance`. */
export function disagreement(ours, theirs, tolerance, compare = difference) {
  let apart;
  try {
    apart = compare(named(ours), named(theirs));
  } catch (error) {
    return error.message;
  }
  if (apart <= tolerance) return undefined;
  return `differs from ours by ${apart.toPrecision(2)}, allowed ${tolerance}`;
}
