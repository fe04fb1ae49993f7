/** Points for the tests of the audit, and its numbers again by plain refits. */
import { Matrix, gaussian, infiniteNtk, oneHot, unitRows } from '../../../src/index.js';
import { at, build, type Rows } from '../../reference/rows.js';
import { influenceLoss, leaveOneOutResiduals } from '../../reference/influence.js';

/** Points around `classes` random centres, and their labels in turn. */
export function clusters(
  n: number,
  d: number,
  classes: number,
  spread = 0.7,
): { readonly X: Matrix; readonly labels: number[] } {
  const labels = Array.from({ length: n }, (_, i) => i % classes);
  const centres = gaussian(5, 9001, classes * d);
  const noise = gaussian(5, 9002, n * d);
  const data = noise.map((value, k) => {
    const label = labels[Math.floor(k / d)] ?? 0;
    return (centres[label * d + (k % d)] ?? 0) + spread * value;
  });
  return { X: Matrix.of(data, n, d), labels };
}

/** Kernel and targets as rows. */
export async function kernelRows(
  X: Matrix,
  labels: readonly number[],
  classes: number,
): Promise<{ K: number[][]; Y: number[][] }> {
  const K = await infiniteNtk(unitRows(X).matrix);
  return { K: K.toArray(), Y: oneHot(labels, classes).toArray() };
}

/** Suspicion of each label, from one refit a point. */
export function suspicionByRefits(
  K: Rows,
  Y: Rows,
  labels: readonly number[],
  ridge: number,
): number[] {
  const residuals = leaveOneOutResiduals(K, Y, ridge);
  return labels.map((label, i) => {
    const outputs = (residuals[i] ?? []).map((residual, k) => at(Y, i, k) - residual);
    const others = outputs.filter((_, k) => k !== label);
    return Math.max(...others) - (outputs[label] ?? NaN);
  });
}

/** Mean influence of each point over the folds that it is not in, from one refit a point and fold. */
export function influenceByRefits(
  K: Rows,
  Y: Rows,
  folds: ArrayLike<number>,
  ridge: number,
): number[] {
  const count = Math.max(...Array.from(folds)) + 1;
  const scores = K.map(() => 0);
  for (let fold = 0; fold < count; fold++) {
    const all = K.map((_, i) => i);
    const queries = all.filter((i) => folds[i] === fold);
    const train = all.filter((i) => folds[i] !== fold);
    const part = (rows: number[], cols: number[]): number[][] =>
      build(rows.length, cols.length, (a, b) => at(K, rows[a] ?? 0, cols[b] ?? 0));
    const targets = (rows: number[]): number[][] => rows.map((i) => [...(Y[i] ?? [])]);
    const effects = influenceLoss(
      part(train, train),
      targets(train),
      part(queries, train),
      targets(queries),
      ridge,
    );
    train.forEach((i, column) => {
      const mean = effects.reduce((sum, row) => sum + (row[column] ?? 0), 0) / effects.length;
      scores[i] = (scores[i] ?? 0) + mean / (count - 1);
    });
  }
  return scores;
}
