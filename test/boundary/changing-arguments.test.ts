/**
 * Arguments whose getters answer differently from one read to the next. Native code must not mix two answers:
 * the sizes of one with the elements of another would reach beyond the memory that they describe.
 */
import { expect, it } from 'vitest';
import { Matrix, NtkitError } from '../../src/index.js';
import { caseOf, invoke, rightArguments } from '../support/calls.js';
import { CASES } from '../support/cases.js';
import { snapshot } from '../support/snapshot.js';

/** A matrix that becomes another after `reads` reads of its elements. */
function changing(first: Matrix, then: Matrix, reads: number): unknown {
  let count = 0;
  const current = (): Matrix => (count >= reads ? then : first);
  return {
    get rows() {
      return current().rows;
    },
    get cols() {
      return current().cols;
    },
    get data() {
      const { data } = current();
      count++;
      return data;
    },
  };
}

const SMALLER = Matrix.of(Float64Array.of(0.5), 1, 1);
const LARGER = Matrix.of(new Float64Array(400 * 300).fill(0.5), 400, 300);

const NATIVE = Object.keys(CASES).filter((name) => 'memoryBudget' in (caseOf(name).options ?? {}));
const WITH_MATRICES = NATIVE.filter((name) => rightArguments(name).some(isMatrix));

/** All matrices of the cases are double. */
function isMatrix(value: unknown): value is Matrix {
  return value instanceof Matrix;
}

async function outcome(name: string, values: readonly unknown[]): Promise<string> {
  const result = await invoke(name, values).catch((error: unknown) => error);
  return result instanceof NtkitError ? 'a typed error' : snapshot(result);
}

it.each(WITH_MATRICES)('%s mixes no two answers', async (name) => {
  const right = await outcome(name, rightArguments(name));
  const mixed: string[] = [];
  for (const [position, value] of rightArguments(name).entries()) {
    if (!isMatrix(value)) continue;
    for (const [kind, other] of Object.entries({ smaller: SMALLER, larger: LARGER })) {
      const changed = await outcome(name, rightArguments(name).with(position, other));
      for (let reads = 1; reads <= 8; reads++) {
        const argument = changing(value, other, reads);
        const result = await outcome(name, rightArguments(name).with(position, argument));
        if (![right, changed, 'a typed error'].includes(result)) {
          mixed.push(`argument ${position}, ${kind} after ${reads} reads`);
        }
      }
    }
  }
  expect(mixed).toEqual([]);
});
