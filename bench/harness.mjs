/**
 * Ratios, not times: contestants run in turn, round after round, in one process, and the medians are compared.
 * Absolute times do not travel between machines, nor between two runs on a busy one.
 */

const ROUNDS = 7;

/**
 * @param contestants - functions that compute the same numbers, by name; the first is ours.
 * @returns median seconds by name.
 */
export async function race(contestants, rounds = ROUNDS) {
  const seconds = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (const run of Object.values(contestants)) await run(); // warm-up: pages, caches, lazy loading
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const startedAt = performance.now();
      await run();
      seconds[name].push((performance.now() - startedAt) / 1000);
    }
  }
  return Object.fromEntries(Object.entries(seconds).map(([name, all]) => [name, median(all)]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Throws unless two results agree: a faster wrong answer is no win. */
export function requireClose(actual, expected, tolerance, name) {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
  }
  if (!(difference <= tolerance * largest)) {
    throw new Error(
      `${name}: contestants differ by ${difference / largest} of the largest element`,
    );
  }
}
