import { describe, expect, it } from 'vitest';
import { jacobiEigenvalues, symmetricEigen } from '../../reference/eigen.js';
import { build, multiply, transpose } from '../../reference/rows.js';
import { choleskySolve } from '../../reference/solve.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';

const identity = (n: number): number[][] => build(n, n, (i, j) => (i === j ? 1 : 0));

describe('jacobi eigenvalues', () => {
  it('are those of the second-difference matrix', () => {
    const n = 9;
    const A = build(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
    const expected = Array.from(
      { length: n },
      (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)),
    );
    expectClose(jacobiEigenvalues(A), expected, TOLERANCE.kernel);
  });

  it('keep the small ones of a graded matrix', () => {
    const A = [
      [1e8, 1e3],
      [1e3, 1],
    ];
    // The determinant 9.9e7 over the large eigenvalue.
    expectClose(jacobiEigenvalues(A)[1], 0.989999999901, TOLERANCE.golden);
  });

  it('come with orthonormal vectors that rebuild the matrix', () => {
    const A = build(8, 8, (i, j) => Math.cos(i * j) + Math.cos(i - j));
    const { values, vectors } = symmetricEigen(A);
    expect(values).toEqual(values.toSorted((x, y) => y - x));
    expectClose(multiply(transpose(vectors), vectors), identity(8), TOLERANCE.kernel);
    const scaled = vectors.map((row) => row.map((value, k) => value * (values[k] ?? NaN)));
    expectClose(multiply(scaled, transpose(vectors)), A, TOLERANCE.kernel);
  });

  it('handle zero and diagonal matrices', () => {
    expect(jacobiEigenvalues(build(3, 3, () => 0))).toEqual([0, 0, 0]);
    expect(
      jacobiEigenvalues([
        [-1, 0],
        [0, 2],
      ]),
    ).toEqual([2, -1]);
  });
});

describe('choleskySolve', () => {
  it('solves several right-hand sides', () => {
    // [4 2; 2 3] (1, -1) = (2, -1) and [4 2; 2 3] (2, 5) = (18, 19).
    const solution = choleskySolve(
      [
        [4, 2],
        [2, 3],
      ],
      [
        [2, 18],
        [-1, 19],
      ],
    );
    expectClose(
      solution,
      [
        [1, 2],
        [-1, 5],
      ],
      TOLERANCE.rounding,
    );
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() =>
      choleskySolve(
        [
          [1, 2],
          [2, 1],
        ],
        [[1], [1]],
      ),
    ).toThrow('Pivot 1 is -3');
  });
});
