import { describe, expect, it } from 'vitest';
import { Matrix, gram, kernelTargetAlignment, type Elements } from '../../../src/index.js';
import { gram as naiveGram } from '../../reference/attention.js';
import type { Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  PRECISIONS,
  gaussianMatrix,
  oneHotRows,
  rowsOf,
  unitRowMatrix,
} from '../linalg/matrices.js';

/** <K, Y Y^T> / (|K| |Y Y^T|), with Y Y^T formed. */
function naiveAlignment(K: Rows, Y: Rows): number {
  const [kernel, targets] = [K.flat(), naiveGram(Y).flat()];
  const product = (a: number[], b: number[]): number =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
  return product(kernel, targets) / Math.sqrt(product(kernel, kernel) * product(targets, targets));
}

describe.each(PRECISIONS)('in $name', ({ round, tolerance }) => {
  it.each([
    [1, 1],
    [2, 5],
    [7, 3],
    [127, 1],
    [128, 9],
    [129, 10],
    [300, 2],
  ])('of %d points and %d outputs is that of the formula', async (n, c) => {
    const K = round(await gram(unitRowMatrix(n, 9, 1)));
    for (const Y of [gaussianMatrix(n, c, 2), Matrix.from(oneHotRows(n, c))]) {
      const targets: Matrix<Elements> = round(Y);
      const actual = await kernelTargetAlignment(K, targets);
      expectClose(actual, naiveAlignment(rowsOf(K), rowsOf(targets)), tolerance);
    }
  });
});

it('is 1 for a multiple of Y Y^T, and -1 for a negative one', async () => {
  const Y = Matrix.from(oneHotRows(10, 3));
  const ideal = await gram(Y);
  const times = (factor: number): Matrix =>
    Matrix.of(
      ideal.data.map((value) => factor * value),
      10,
      10,
    );
  expectClose(await kernelTargetAlignment(times(1), Y), 1, TOLERANCE.rounding);
  expectClose(await kernelTargetAlignment(times(1e9), Y), 1, TOLERANCE.rounding);
  expectClose(await kernelTargetAlignment(times(-2), Y), -1, TOLERANCE.rounding);
});

it('of the identity and one column of signs is 1 / sqrt(n)', async () => {
  const n = 16;
  const identity = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) identity.data[i * n + i] = 1;
  const signs = Matrix.of(
    Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? -1 : 1)),
    n,
    1,
  );
  expectClose(await kernelTargetAlignment(identity, signs), 1 / Math.sqrt(n), TOLERANCE.rounding);
});

describe('refused', () => {
  const K = Matrix.from([
    [2, 1],
    [1, 2],
  ]);

  it.each([
    ['K', Matrix.zeros(2, 2), K],
    ['Y', K, Matrix.zeros(2, 1)],
  ])('a matrix %s of zeros', async (name, kernel, targets) => {
    await expect(kernelTargetAlignment(kernel, targets)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: `Expected a nonzero matrix for ${name} but every element is 0`,
    });
  });

  it('squares that overflow', async () => {
    const large = Matrix.of(
      K.data.map((value) => value * 1e200),
      2,
      2,
    );
    await expect(kernelTargetAlignment(large, K)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
  });
});
