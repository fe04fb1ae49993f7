/** How badly the rest of the data predicts each label. */
import type { KernelRidge } from '../influence/kernel-ridge.js';
import { subtract } from '../linalg/norms.js';
import type { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';

/** What the regression without a point says of its label. */
export interface LabelScore {
  readonly predicted: number;
  readonly suspicion: number;
  readonly confidence: number;
}

/** Outputs of the regression without each point at that point, f_(-i)(x_i) = y_i - alpha_i / (A^-1)_ii, n x c. */
export async function leftOutOutputs(
  model: KernelRidge,
  Y: Matrix,
  run: RunOptions,
): Promise<Matrix> {
  return subtract(Y, await model.leaveOneOut(run));
}

/** The scores of every point. */
export function labelScores(outputs: Matrix, labels: Int32Array): LabelScore[] {
  return Array.from(labels, (label, i) => {
    const row = Array.from(outputs.row(i));
    const others = row.map((output, k) => (k === label ? -Infinity : output));
    return {
      predicted: row.indexOf(Math.max(...row)),
      suspicion: Math.max(...others) - (row[label] ?? 0),
      confidence: shares(row)[label] ?? 0,
    };
  });
}

/**
 * Points that confident learning (Northcutt et al., 2021) counts as mislabelled: a class is credible for a point when
 * its share reaches the mean share of the class among the points labelled so; the point counts when the largest
 * credible share is another class's.
 */
export function confidentlyMislabelled(outputs: Matrix, labels: Int32Array): number {
  const classes = outputs.cols;
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  const rows = Array.from(labels, (_, i) => shares(Array.from(outputs.row(i))));
  labels.forEach((label, i) => {
    sums[label] = (sums[label] ?? 0) + (rows[i]?.[label] ?? 0);
    counts[label] = (counts[label] ?? 0) + 1;
  });
  const thresholds = sums.map((sum, k) => (counts[k] === 0 ? Infinity : sum / (counts[k] ?? 1)));
  return labels.filter((label, i) => {
    const credible = (rows[i] ?? []).map((share, k) =>
      share >= (thresholds[k] ?? 0) ? share : -1,
    );
    const largest = Math.max(...credible);
    return largest >= 0 && credible.indexOf(largest) !== label;
  }).length;
}

/** Outputs as shares of their sum, negative ones as 0; equal shares where none is positive. */
function shares(outputs: readonly number[]): number[] {
  const positive = outputs.map((output) => Math.max(0, output));
  const sum = positive.reduce((total, output) => total + output, 0);
  return positive.map((output) => (sum > 0 ? output / sum : 1 / outputs.length));
}
