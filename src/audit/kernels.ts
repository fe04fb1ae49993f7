/** Points as the audit's kernel sees them. */
import { unitRows } from '../data/dataset.js';
import { linearizedAttention } from '../kernels/attention.js';
import { empiricalNtk } from '../kernels/empirical-ntk.js';
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';
import type { AuditSetting } from './result.js';

/** What decides the kernel. */
export type KernelSetting = Pick<AuditSetting, 'kernel' | 'width' | 'attention' | 'seed'>;

/** Unit rows, attended to the context of unit rows where the setting says so. */
export async function inputsOf(
  points: Matrix,
  context: Matrix,
  { attention }: KernelSetting,
  run: RunOptions,
): Promise<Matrix> {
  const queries = unitRows(points).matrix;
  if (!attention) return queries;
  return linearizedAttention(unitRows(context).matrix, { ...run, queries });
}

/** The kernel of training inputs, or of queries with them. */
export async function kernelOf(
  X: Matrix,
  Z: Matrix | undefined,
  { kernel, width, seed }: KernelSetting,
  run: RunOptions,
): Promise<Matrix> {
  return kernel === 'infinite'
    ? infiniteNtk(X, Z, run)
    : empiricalNtk(X, Z, { ...run, weights: { seed, width } });
}

/** Rows and columns of a matrix, copied in the given order. */
export function submatrix(K: Matrix, rows: Int32Array, cols: Int32Array): Matrix {
  const result = Matrix.zeros(rows.length, cols.length);
  rows.forEach((i, a) => {
    const source = K.row(i);
    const target = result.row(a);
    for (let b = 0; b < cols.length; b++) target[b] = source[cols[b] ?? 0] ?? 0;
  });
  return result;
}
