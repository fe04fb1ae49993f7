/**
 * Kernel ridge regression and leave-one-out influence by brute force: one explicit refit for each training
 * point. Kernels of queries are q x n.
 */
import { choleskySolve } from './solve.js';
import { at, build, item, multiply, rowOf, withoutColumn, withoutRow, type Rows } from './rows.js';

/** alpha = (K + ridge I)^-1 Y, n x c. */
export function ridgeCoefficients(K: Rows, Y: Rows, ridge: number): number[][] {
  const system = build(K.length, K.length, (i, j) => at(K, i, j) + (i === j ? ridge : 0));
  return choleskySolve(system, Y);
}

/** f = Kt alpha, q x c. */
export function ridgePredictions(K: Rows, Y: Rows, Kt: Rows, ridge: number): number[][] {
  return multiply(Kt, ridgeCoefficients(K, Y, ridge));
}

/** The predictions of n refits: element i holds f_-i, q x c, of the fit without training point i. */
export function leaveOneOutByRefits(K: Rows, Y: Rows, Kt: Rows, ridge: number): number[][][] {
  return K.map((_, i) => {
    const kernel = withoutColumn(withoutRow(K, i), i);
    return ridgePredictions(kernel, withoutRow(Y, i), withoutColumn(Kt, i), ridge);
  });
}

/** y_i - f_-i(x_i), n x c. */
export function leaveOneOutResiduals(K: Rows, Y: Rows, ridge: number): number[][] {
  const refits = leaveOneOutByRefits(K, Y, K, ridge);
  return refits.map((predictions, i) =>
    rowOf(predictions, i).map((value, k) => at(Y, i, k) - value),
  );
}

/** 1/2 |f_-i(t) - y_t|^2 - 1/2 |f(t) - y_t|^2, q x n: positive where point i helps test point t. */
export function influenceLoss(K: Rows, Y: Rows, Kt: Rows, Yt: Rows, ridge: number): number[][] {
  return influence(K, Y, Kt, Yt, ridge, (outputs, targets) => -halfSquaredError(outputs, targets));
}

/**
 * Change of the margin f_y(t) - max_(j != y) f_j(t), with y the class of t: positive where point i
 * helps.
 */
export function influenceMargin(K: Rows, Y: Rows, Kt: Rows, Yt: Rows, ridge: number): number[][] {
  return influence(K, Y, Kt, Yt, ridge, (outputs, targets) => {
    const label = argmax(targets);
    const others = outputs.filter((_, k) => k !== label);
    return item(outputs, label) - Math.max(...others);
  });
}

/** Change of the output f_y(t) of the true class: positive where point i raises it. */
export function influencePrediction(
  K: Rows,
  Y: Rows,
  Kt: Rows,
  Yt: Rows,
  ridge: number,
): number[][] {
  return influence(K, Y, Kt, Yt, ridge, (outputs, targets) => item(outputs, argmax(targets)));
}

/** quality(f(t)) - quality(f_-i(t)) for every query t and training point i. */
function influence(
  K: Rows,
  Y: Rows,
  Kt: Rows,
  Yt: Rows,
  ridge: number,
  quality: (outputs: readonly number[], targets: readonly number[]) => number,
): number[][] {
  const full = ridgePredictions(K, Y, Kt, ridge);
  const refits = leaveOneOutByRefits(K, Y, Kt, ridge);
  return Kt.map((_, t) => {
    const targets = rowOf(Yt, t);
    const before = quality(rowOf(full, t), targets);
    return refits.map((predictions) => before - quality(rowOf(predictions, t), targets));
  });
}

function halfSquaredError(outputs: readonly number[], targets: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < outputs.length; k++) sum += (item(outputs, k) - item(targets, k)) ** 2;
  return sum / 2;
}

function argmax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
