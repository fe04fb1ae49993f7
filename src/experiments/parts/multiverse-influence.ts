/** Influence by every definition, from one factorisation of K + lambda I. */
import { KernelRidge, type InfluenceTarget } from '../../influence/kernel-ridge.js';
import { Matrix } from '../../linalg/matrix.js';
import type { RunOptions } from '../../options.js';
import type { FlipReading } from './multiverse-results.js';

/** Kernels of the training points with themselves, n x n, and with the test points, q x n. */
export interface Kernels {
  readonly K: Matrix;
  readonly Kt: Matrix;
}

/** Kernel ridge regression, and how outputs depend on some of the training points. */
export interface PointFit {
  readonly ridge: number;
  /** The training points it tells of. */
  readonly points: readonly number[];
  /** (K + lambda I)^-1 Y, n x c. */
  readonly alpha: Matrix;
  /** f = K_t alpha, q x c. */
  readonly outputs: Matrix;
  /** P = K_t (K + lambda I)^-1, its columns of the points. */
  readonly P: Matrix;
  /** ((K + lambda I)^-1)_ii of the points. */
  readonly h: Float64Array;
  readonly Kt: Matrix;
}

/** Fits Y and, beside it, the unit vectors of the points: their coefficients are columns of the inverse. */
export async function fitPoints(
  { K, Kt }: Kernels,
  Y: Matrix,
  points: readonly number[],
  ridge: number,
  options: RunOptions,
): Promise<PointFit> {
  const targets = Matrix.zeros(Y.rows, Y.cols + points.length);
  for (let i = 0; i < Y.rows; i++) targets.row(i).set(Y.row(i));
  points.forEach((point, k) => (targets.row(point)[Y.cols + k] = 1));
  const regression = await KernelRidge.fit(K, targets, { ...options, ridge });
  const [alpha, inverse] = splitColumns(regression.alpha, Y.cols);
  const [outputs, P] = splitColumns(await regression.predict(Kt, options), Y.cols);
  const h = Float64Array.from(points, (point, k) => inverse.at(point, k));
  return { ridge, points, alpha, outputs, P, h, Kt };
}

/**
 * Influence of the fit's points on the test points, q x points: quality of the outputs f minus that of f + Delta, where
 * Delta stands for the removal of the point by the given definition (see `FlipReading`). Positive: the point helps.
 *
 * @param kept - for `alpha-kept`: the coefficients that are kept, those of the clean data.
 */
export function pointInfluence(
  fit: PointFit,
  Yt: Matrix,
  influence: FlipReading['influence'],
  target: InfluenceTarget,
  kept: Matrix,
): Matrix {
  const alpha = influence === 'alpha-kept' ? kept : fit.alpha;
  const quality = QUALITIES[target];
  const effects = Matrix.zeros(Yt.rows, fit.points.length);
  const moved = new Float64Array(Yt.cols);
  for (let t = 0; t < Yt.rows; t++) {
    const outputs = influence === 'alpha-kept' ? keptOutputs(fit, kept, t) : fit.outputs.row(t);
    const targets = Yt.row(t);
    const label = targets.indexOf(Math.max(...targets));
    const before = quality(outputs, targets, label);
    fit.points.forEach((point, k) => {
      const share = shareOf(fit, influence, t, k);
      const coefficients = alpha.row(point);
      for (let l = 0; l < moved.length; l++) {
        moved[l] = (outputs[l] ?? NaN) - share * (coefficients[l] ?? NaN);
      }
      effects.row(t)[k] = before - quality(moved, targets, label);
    });
  }
  return effects;
}

/** -Delta / alpha_i of the k-th point at test point t. */
function shareOf(
  { ridge, points, P, h, Kt }: PointFit,
  influence: FlipReading['influence'],
  t: number,
  k: number,
): number {
  switch (influence) {
    case 'loo':
      return P.at(t, k) / (h[k] ?? NaN);
    case 'no-denominator':
      return ridge * P.at(t, k);
    case 'alpha-kept':
      return Kt.at(t, points[k] ?? NaN);
  }
}

function keptOutputs({ Kt }: PointFit, kept: Matrix, t: number): Float64Array {
  const outputs = new Float64Array(kept.cols);
  Kt.row(t).forEach((value, i) => {
    kept.row(i).forEach((coefficient, l) => {
      outputs[l] = (outputs[l] ?? NaN) + value * coefficient;
    });
  });
  return outputs;
}

/** How good outputs are at a point of some label. */
type Quality = (f: Float64Array, y: Float64Array, label: number) => number;

const QUALITIES: Readonly<Record<InfluenceTarget, Quality>> = {
  loss: (f, y) => {
    let sum = 0;
    for (let l = 0; l < f.length; l++) sum += ((f[l] ?? NaN) - (y[l] ?? NaN)) ** 2;
    return -sum / 2;
  },
  margin: (f, y, label) => {
    if (f.length === 1) return (f[0] ?? NaN) * (y[0] ?? NaN);
    let other = -Infinity;
    for (let l = 0; l < f.length; l++) if (l !== label) other = Math.max(other, f[l] ?? NaN);
    return (f[label] ?? NaN) - other;
  },
  prediction: (f, _, label) => f[label] ?? NaN,
};

/** The first columns of a matrix, and the others. */
function splitColumns(A: Matrix, first: number): [Matrix, Matrix] {
  const left = Matrix.zeros(A.rows, first);
  const right = Matrix.zeros(A.rows, A.cols - first);
  for (let i = 0; i < A.rows; i++) {
    left.row(i).set(A.row(i).subarray(0, first));
    right.row(i).set(A.row(i).subarray(first));
  }
  return [left, right];
}
