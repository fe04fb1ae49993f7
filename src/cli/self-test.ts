/** A tiny problem with known answers: whether what was loaded computes right on this machine. */
import { KernelRidge } from '../influence/kernel-ridge.js';
import { empiricalNtk } from '../kernels/empirical-ntk.js';
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import { eigh } from '../linalg/eigh.js';
import { gram } from '../linalg/gram.js';
import { Matrix } from '../linalg/matrix.js';

/** One answer beside the known one. */
export interface SelfTestCheck {
  readonly name: string;
  /** Largest distance from the known values. */
  readonly error: number;
}

/** Errors above this are faults of the build or the machine. */
export const SELF_TEST_LIMIT = 1e-14;

/** Two unit vectors at 60 degrees, and hidden units along both axes in both directions. */
const X = Matrix.from([
  [1, 0],
  [0.5, Math.sqrt(3) / 2],
]);
const WEIGHTS = Matrix.from([
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
]);

/**
 * Computes what is known without a computer: cos 60 = 1/2; the NTK of infinite width, 1/2 (1/4 + 1/12) = 1/6 beside
 * a diagonal of 1/2, and its eigenvalues 1/2 +- 1/6; the NTK of four units, of which one is active at the first point,
 * two at the second, one at both; and what each point is predicted to be without it, 1/6 of the other's target at ridge 1/2.
 */
export async function selfTest(): Promise<SelfTestCheck[]> {
  const K = await infiniteNtk(X);
  const model = await KernelRidge.fit(K, Matrix.from([[1], [-1]]), { ridge: 1 / 2 });
  const answers: [string, Float64Array, number[]][] = [
    ['gram', (await gram(X)).data, [1, 1 / 2, 1 / 2, 1]],
    ['infinite NTK', K.data, [1 / 2, 1 / 6, 1 / 6, 1 / 2]],
    [
      'empirical NTK',
      (await empiricalNtk(X, X, { weights: WEIGHTS })).data,
      [1 / 4, 1 / 8, 1 / 8, 1 / 2],
    ],
    ['eigenvalues', (await eigh(K)).values, [2 / 3, 1 / 3]],
    ['leave-one-out', (await model.leaveOneOut()).data, [1 + 1 / 6, -1 - 1 / 6]],
  ];
  return answers.map(([name, found, known]) => ({
    name,
    error: Math.max(...known.map((value, i) => Math.abs(value - (found[i] ?? NaN)))),
  }));
}
