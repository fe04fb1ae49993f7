/** Once a call has returned its promise, the caller's memory is the caller's again: results do not depend on it. */
import { describe, expect, it } from 'vitest';
import { Matrix, crossGram, empiricalNtk, gram } from '../../src/index.js';
import { snapshot } from '../support/snapshot.js';
import { longOperations, points } from './long-operations.js';

const operations = await longOperations();

describe.each(operations)('$name', ({ matrices, run }) => {
  it('gives the same bits when its inputs are overwritten or transferred meanwhile', async () => {
    const expected = snapshot(await run(await matrices(), {}));

    const overwritten = await matrices();
    const afterOverwriting = run(overwritten, {});
    for (const { data } of overwritten) data.fill(NaN);
    expect(snapshot(await afterOverwriting)).toBe(expected);

    const transferred = await matrices();
    const afterTransfer = run(transferred, {});
    const buffers = transferred.map(({ data }) => data.buffer as ArrayBuffer);
    structuredClone(buffers, { transfer: buffers });
    expect(transferred.map(({ data }) => data.length)).toEqual(transferred.map(() => 0));
    expect(snapshot(await afterTransfer)).toBe(expected);
  });
});

describe('inputs that share memory', () => {
  const X = points(300, 70);
  const copyOf = ({ data, rows, cols }: Matrix): Matrix => Matrix.of(data.slice(), rows, cols);

  it('may be the same matrix', async () => {
    const apart = await crossGram(X, copyOf(X));
    expect(snapshot(await crossGram(X, X))).toBe(snapshot(apart));
    const weightsApart = await empiricalNtk(X, copyOf(X), { weights: copyOf(X) });
    const together = await empiricalNtk(X, X, { weights: X });
    expect(snapshot(together)).toBe(snapshot(weightsApart));
  });

  it('may overlap', async () => {
    const first = Matrix.of(X.data.subarray(0, 200 * 70), 200, 70);
    const second = Matrix.of(X.data.subarray(3, 3 + 250 * 70), 250, 70);
    const apart = await crossGram(copyOf(first), copyOf(second));
    expect(snapshot(await crossGram(first, second))).toBe(snapshot(apart));
  });

  it('may be views into the middle of a buffer', async () => {
    const middle = Matrix.of(X.data.subarray(7, 7 + 60 * 70), 60, 70);
    expect(snapshot(await gram(middle))).toBe(snapshot(await gram(copyOf(middle))));
  });
});

describe('a result', () => {
  it('belongs to the caller alone', async () => {
    const X = points(50, 20);
    const [first, second] = [await gram(X), await gram(X)];
    const expected = snapshot(second);
    first.data.fill(0);
    expect(snapshot(second)).toBe(expected);
    expect(snapshot(await gram(X))).toBe(expected);
  });
});
