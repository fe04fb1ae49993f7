/** What a ridge regression says it needs is what it takes, all workspace included. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/child.js';

const CHILD = fileURLToPath(new URL('children/ridge-memory.mjs', import.meta.url));
const [N, QUERIES] = [1500, 600];
const MATRIX = 8 * N * N;
const EFFECTS = 8 * N * QUERIES;

/** Bytes that a matrix of n points, or one of queries, is short of: strips, stacks, the heap of JavaScript. */
const SLACK = 12 * 2 ** 20;

/** Each operation with the large matrices that it may take beside its arguments. */
const OPERATIONS = [
  ['fit', MATRIX],
  ['fit in float32', 1.5 * MATRIX],
  ['leaveOneOut', 0],
  ['influence', EFFECTS],
  ['aggregateInfluence', EFFECTS],
] as const;

interface Report {
  readonly estimate: number;
  readonly grown: number;
}

async function measure(operation: string): Promise<Report> {
  const { code, stdout, stderr } = await runNode(CHILD, [operation, `${N}`, `${QUERIES}`], {
    node: ['--expose-gc'],
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Report;
}

describe.runIf(existsSync('/proc/self/clear_refs'))('the peak of', () => {
  it.each(OPERATIONS)('%s is within its estimate', async (operation, matrices) => {
    const { estimate, grown } = await measure(operation);
    console.info(
      `${operation}: grew by ${(grown / 2 ** 20).toFixed(1)} MiB, said ${(estimate / 2 ** 20).toFixed(1)}`,
    );
    expect(grown).toBeLessThan(estimate + SLACK);
    expect(estimate).toBeGreaterThan(matrices);
    // Panels and the rows that are solved at once: at this size most of a matrix, at any size O(n).
    expect(estimate).toBeLessThan(matrices + 8 * N * 3000);
  });
});
