import { describe, expect, it } from 'vitest';
import {
  KernelRidge,
  Matrix,
  crossGram,
  deepNtk,
  empiricalNtk,
  gram,
  infiniteNtk,
  linearizedAttention,
  secondMoment,
  type OutputOptions,
} from '../../../src/index.js';
import { gaussianMatrix, unitRowMatrix } from './matrices.js';

const [n, q, d] = [20, 7, 5];
const X = unitRowMatrix(n, d, 1);
const Z = unitRowMatrix(q, d, 2);
const weights = gaussianMatrix(70, d, 3);
const Y = gaussianMatrix(n, 2, 4);
const Yt = gaussianMatrix(q, 2, 5);

type Operation = (options: OutputOptions<Matrix>) => Promise<Matrix>;

const OPERATIONS: readonly [name: string, rows: number, cols: number, run: Operation][] = [
  ['gram', n, n, async (o) => gram(X, o)],
  ['crossGram', q, n, async (o) => crossGram(Z, X, o)],
  ['secondMoment', d, d, async (o) => secondMoment(X, o)],
  ['linearizedAttention', n, d, async (o) => linearizedAttention(X, o)],
  ['infiniteNtk', q, n, async (o) => infiniteNtk(X, Z, o)],
  ['deepNtk', n, n, async (o) => deepNtk(X, undefined, { depth: 3, ...o })],
  ['empiricalNtk', n, n, async (o) => empiricalNtk(X, undefined, { weights, ...o })],
  [
    'influence',
    q,
    n,
    async (o) =>
      (await KernelRidge.fit(await infiniteNtk(X), Y)).influence(await infiniteNtk(X, Z), Yt, o),
  ],
];

describe.each(OPERATIONS)('%s', (_, rows, cols, run) => {
  it('fills the memory that it is given, and takes it', async () => {
    const out = Matrix.of(new Float64Array(rows * cols).fill(NaN), rows, cols);
    const result = await run({ out });
    expect(result.toArray()).toEqual((await run({})).toArray());
    expect(out.data.length).toBe(0);
    expect(result.data.buffer.byteLength).toBe(8 * rows * cols);
  });

  it('leaves memory of another shape alone', async () => {
    const out = Matrix.zeros(rows + 1, cols);
    await expect(run({ out })).rejects.toMatchObject({
      code: 'ERR_SHAPE_MISMATCH',
      message: `Expected ${rows} rows for out but received ${rows + 1}`,
    });
    expect(out.data.length).toBe((rows + 1) * cols);
  });
});

it('the same memory serves again and again', async () => {
  const expected = (await gram(X)).toArray();
  let out = Matrix.zeros(n, n);
  for (let round = 0; round < 20; round++) {
    out = await gram(X, { out });
    expect(out.toArray()).toEqual(expected);
  }
});

it('memory that is given does not count against the budget', async () => {
  const refusal = (await gram(X, { memoryBudget: 1 }).catch(String)) as string;
  const memoryBudget = Number(/needs (\d+) bytes/.exec(refusal)?.[1]) - 8 * n * n;
  await expect(gram(X, { memoryBudget })).rejects.toMatchObject({ code: 'ERR_MEMORY_BUDGET' });
  await gram(X, { memoryBudget, out: Matrix.zeros(n, n) });
});

it('memory of an argument is not taken', async () => {
  const square = gaussianMatrix(4, 4, 6);
  const before = square.toArray();
  await expect(gram(square, { out: square })).rejects.toMatchObject({
    code: 'ERR_INVALID_ARGUMENT',
    message: 'Expected memory of its own for out but received that of X',
  });
  expect(square.toArray()).toEqual(before);
});

it('single precision is returned in single precision', async () => {
  const out = Matrix.of(new Float32Array(n * n), n, n);
  const result = await gram(X.toFloat32(), { out });
  expect(result.data).toBeInstanceOf(Float32Array);
  await expect(gram(X.toFloat32(), { out: Matrix.zeros(n, n) as never })).rejects.toMatchObject({
    code: 'ERR_INVALID_ARGUMENT',
    message: /Expected Float32Array for out\.data/,
  });
});

it('an aborted operation has used the memory up', async () => {
  const out = Matrix.zeros(n, n);
  const controller = new AbortController();
  const promise = gram(X, { out, signal: controller.signal });
  controller.abort();
  await expect(promise).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  expect(out.data.length).toBe(0);
});
