/** Influence of every point on points that its regression has not seen. */
import { KernelRidge } from '../influence/kernel-ridge.js';
import { noiseFloor } from '../influence/malleability.js';
import type { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';
import { permutation } from '../random.js';
import { submatrix } from './kernels.js';

/** Folds of the cross-validation. */
export const FOLDS = 5;

/** Scores of all points and what rounding leaves of their signs. */
export interface InfluenceScores {
  readonly values: Float64Array;
  /** The noise floor of the scores, the largest over the folds. */
  readonly floor: number;
}

/** The fold of each point: a random fifth each. */
export function drawFolds(n: number, seed: number, stream: number): Int32Array {
  const folds = new Int32Array(n);
  permutation(seed, stream, n).forEach((point, rank) => {
    folds[point] = rank % FOLDS;
  });
  return folds;
}

/**
 * Each fold in turn is predicted by the regression on the others. A point's score is the mean, over the folds that it is
 * not in, of its mean leave-one-out loss influence on the points of that fold.
 *
 * @param K - kernel of the points, n x n.
 * @param Kt - kernel of the points as queries with the points, n x n: differs from K where the points are perturbed and
 * the queries are not.
 */
export async function crossInfluence(
  K: Matrix,
  Kt: Matrix,
  Y: Matrix,
  folds: Int32Array,
  ridge: number,
  run: RunOptions,
): Promise<InfluenceScores> {
  const values = new Float64Array(K.rows);
  const all = Int32Array.from(folds.keys());
  let floor = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const queries = all.filter((i) => folds[i] === fold);
    const train = all.filter((i) => folds[i] !== fold);
    const model = await KernelRidge.fit(submatrix(K, train, train), Y.selectRows(train), {
      ...run,
      ridge,
    });
    const scores = await model.aggregateInfluence(
      submatrix(Kt, queries, train),
      Y.selectRows(queries),
      run,
    );
    floor = Math.max(floor, noiseFloor(scores, model.diagnostics));
    scores.forEach((score, k) => {
      const i = train[k] ?? 0;
      values[i] = (values[i] ?? 0) + score / (FOLDS - 1);
    });
  }
  return { values, floor };
}
