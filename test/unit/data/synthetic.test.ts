import { describe, expect, it } from 'vitest';
import { syntheticDataset, type Spectrum } from '../../../src/data/synthetic.js';
import { Matrix } from '../../../src/linalg/matrix.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { failure } from './fixtures.js';

/** X^T X. */
function secondMoment(inputs: Matrix): number[][] {
  return Array.from({ length: inputs.cols }, (_, a) =>
    Array.from({ length: inputs.cols }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < inputs.rows; i++) sum += inputs.at(i, a) * inputs.at(i, b);
      return sum;
    }),
  );
}

/** Eigenvalues, descending, and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations. */
function jacobi(symmetric: number[][]): { values: number[]; vectors: number[][] } {
  const size = symmetric.length;
  const a = symmetric.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  const get = (m: Float64Array[], i: number, j: number): number => m[i]?.[j] ?? NaN;
  const rotate = (
    m: Float64Array[],
    i: number,
    p: number,
    q: number,
    c: number,
    s: number,
  ): void => {
    m[i]?.set([c * get(m, i, p) - s * get(m, i, q)], p);
  };
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (get(a, p, q) === 0) continue;
        const theta = (get(a, q, q) - get(a, p, p)) / (2 * get(a, p, q));
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (const m of [a, v]) {
          for (let i = 0; i < size; i++) {
            const second = s * get(m, i, p) + c * get(m, i, q);
            rotate(m, i, p, q, c, s);
            m[i]?.set([second], q);
          }
        }
        for (let i = 0; i < size; i++) {
          const first = get(a, p, i);
          const second = get(a, q, i);
          a[p]?.set([c * first - s * second], i);
          a[q]?.set([s * first + c * second], i);
        }
      }
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => get(a, j, j) - get(a, i, i));
  return {
    values: order.map((i) => get(a, i, i)),
    vectors: v.map((_, row) => order.map((i) => get(v, row, i))),
  };
}

describe('syntheticDataset', () => {
  const n = 40;
  const d = 8;

  it.each<[string, Spectrum, number[]]>([
    ['given values', [1, 5, 0.25, 3], [5, 3, 1, 0.25, 0, 0, 0, 0]],
    [
      'power decay',
      { decay: 'power', rate: 2 },
      Array.from({ length: d }, (_, k) => (k + 1) ** -2),
    ],
    [
      'exponential decay',
      { decay: 'exponential', rate: 1.5 },
      Array.from({ length: d }, (_, k) => Math.exp(-1.5 * k)),
    ],
  ])('has exactly the eigenvalues of %s', (_, spectrum, expected) => {
    const { inputs, eigenvalues } = syntheticDataset({ n, d, spectrum, classes: 2, seed: 3 });
    expect([inputs.rows, inputs.cols]).toEqual([n, d]);
    expectClose(jacobi(secondMoment(inputs)).values, expected, TOLERANCE.rounding);
    expect([...eigenvalues]).toEqual(expected.filter((value) => value > 0));
  });

  it('has them as well with fewer points than inputs', () => {
    const spectrum = { decay: 'power', rate: 1 } as const;
    const { inputs } = syntheticDataset({ n: 5, d: 9, spectrum, classes: 2, seed: 3 });
    const expected = Array.from({ length: 9 }, (_, k) => (k < 5 ? 1 / (k + 1) : 0));
    expectClose(jacobi(secondMoment(inputs)).values, expected, TOLERANCE.rounding);
  });

  it('labels two classes by the side of the leading singular vector', () => {
    const { inputs, labels } = syntheticDataset({
      n,
      d,
      spectrum: { decay: 'power', rate: 1 },
      classes: 2,
      seed: 3,
    });
    const { vectors } = jacobi(secondMoment(inputs));
    const sides = Array.from({ length: n }, (_, i) =>
      vectors.reduce((sum, row, j) => sum + inputs.at(i, j) * (row[0] ?? NaN), 0) > 0 ? 1 : 0,
    );
    // The sign of an eigenvector is arbitrary.
    const agreement = sides.filter((side, i) => side === labels[i]).length;
    expect([0, n]).toContain(agreement);
    expect(new Set(labels)).toEqual(new Set([0, 1]));
  });

  it('labels more classes by a linear rule that uses all of them', () => {
    const { inputs, labels, eigenvalues } = syntheticDataset({
      n,
      d,
      spectrum: { decay: 'exponential', rate: 1 },
      classes: 3,
      seed: 3,
    });
    const { vectors } = jacobi(secondMoment(inputs));
    const scores = Array.from({ length: n }, (_, i) =>
      [0, 1, 2].map((k) => {
        const projection = vectors.reduce(
          (sum, row, j) => sum + inputs.at(i, j) * (row[k] ?? NaN),
          0,
        );
        return projection / Math.sqrt(eigenvalues[k] ?? NaN);
      }),
    );
    const rules = [...Array(8).keys()].map((bits) => [1, 2, 4].map((bit) => (bits & bit ? 1 : -1)));
    const agreements = rules.map(
      (signs) =>
        scores.filter((score, i) => {
          const signed = score.map((value, k) => value * (signs[k] ?? NaN));
          return signed.indexOf(Math.max(...signed)) === labels[i];
        }).length,
    );
    expect(Math.max(...agreements)).toBe(n);
    expect(new Set(labels)).toEqual(new Set([0, 1, 2]));
  });

  it('is the same for the same seed', () => {
    const options = { n, d, spectrum: [2, 1], classes: 2, seed: 3 };
    expect(syntheticDataset(options)).toEqual(syntheticDataset(options));
    const other = syntheticDataset({ ...options, seed: 4 });
    expect(other.inputs.data).not.toEqual(syntheticDataset(options).inputs.data);
  });

  it.each([
    ['n', { n: 0 }, /at least 1 for n/],
    ['d', { d: 1.5 }, /at least 1 for d/],
    ['classes', { classes: 1 }, /at least 2 for classes/],
    ['a negative eigenvalue', { spectrum: [1, -1] }, /spectrum\[1\]/],
    ['a rate that is none', { spectrum: { decay: 'power', rate: NaN } as const }, /spectrum\.rate/],
    ['too many eigenvalues', { spectrum: Array<number>(9).fill(1) }, /at most min\(n, d\) = 8/],
    ['too few for the classes', { spectrum: [1, 1, 0], classes: 3 }, /at least 3 positive/],
    ['seed', { seed: -1 }, /for seed/],
  ])('refuses %s', (_, replaced, message) => {
    const options = { n, d, spectrum: [2, 1], classes: 2, seed: 3, ...replaced };
    expect(() => syntheticDataset(options)).toThrow(failure('ERR_INVALID_ARGUMENT', message));
  });
});
