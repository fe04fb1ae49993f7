/** Influence by every definition and flip rates under attack, by plain loops and refits. */
import type { FlipReading } from '../../../../src/experiments/parts/multiverse-results.js';
import type { ModelName } from '../../../../src/experiments/results.js';
import { linearizedAttention } from '../../../reference/attention.js';
import { ridgeCoefficients, ridgePredictions } from '../../../reference/influence.js';
import { infiniteNtkFirst } from '../../../reference/kernels.js';
import { topIndices } from '../../../reference/malleability.js';
import { empiricalNtk, type Network } from '../../../reference/network.js';
import {
  at,
  build,
  item,
  multiply,
  rowOf,
  withoutColumn,
  withoutRow,
  type Rows,
} from '../../../reference/rows.js';

export interface TwinKernels {
  readonly K: Rows;
  readonly Kt: Rows;
}

export interface TwinTask {
  readonly Y: Rows;
  readonly Yt: Rows;
  readonly ridge: number;
}

type Definition = Pick<FlipReading, 'influence' | 'target'>;

/** Influence of point i on every test point: by a refit without it, to first order, or by dropping its term. */
export function influenceOf(
  i: number,
  { K, Kt }: TwinKernels,
  { Y, Yt, ridge }: TwinTask,
  { influence, target }: Definition,
  kept: Rows,
): number[] {
  const alpha = influence === 'alpha-kept' ? kept : ridgeCoefficients(K, Y, ridge);
  const full = multiply(Kt, alpha);
  const without = (): Rows => {
    if (influence === 'loo') {
      const kernel = withoutColumn(withoutRow(K, i), i);
      return ridgePredictions(kernel, withoutRow(Y, i), withoutColumn(Kt, i), ridge);
    }
    if (influence === 'alpha-kept') return multiply(withoutColumn(Kt, i), withoutRow(alpha, i));
    // Upweighting point i by e moves f(t) by e K_t (K + lambda I)^-1 (y_i - f(x_i)): the residual of i alone.
    const residual = build(K.length, full[0]?.length ?? 0, (j, k) =>
      j === i ? at(Y, i, k) - item(rowOf(multiply([rowOf(K, i)], alpha), 0), k) : 0,
    );
    const moved = ridgePredictions(K, residual, Kt, ridge);
    return full.map((row, t) => row.map((value, k) => value - at(moved, t, k)));
  };
  const removed = without();
  return Yt.map(
    (y, t) => quality(rowOf(full, t), y, target) - quality(rowOf(removed, t), y, target),
  );
}

function quality(f: readonly number[], y: readonly number[], target: Definition['target']): number {
  const label = y.indexOf(Math.max(...y));
  if (target === 'loss')
    return -f.reduce((sum, value, k) => sum + (value - item(y, k)) ** 2, 0) / 2;
  if (target === 'prediction') return item(f, label);
  if (f.length === 1) return item(f, 0) * item(y, 0);
  return item(f, label) - Math.max(...f.filter((_, k) => k !== label));
}

export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What decides the data that is attacked. */
export interface TwinWorld {
  readonly model: ModelName;
  readonly network: Network;
  readonly X: Rows;
  readonly Z: Rows;
  /** Adversarial version of each point as a unit row. */
  readonly adversarial: Rows;
}

/** The kernels when some points have been replaced. */
export function kernelsWith(
  replaced: readonly number[],
  { model, network, X, Z, adversarial }: TwinWorld,
  { kernel, context }: Pick<FlipReading, 'kernel' | 'context'>,
): TwinKernels {
  const rows = X.map((row, i) => (replaced.includes(i) ? rowOf(adversarial, i) : row));
  const attendsTo = context === 'recomputed' ? rows : X;
  const see = (queries: Rows): Rows =>
    model === 'relu' ? queries : linearizedAttention(attendsTo, { queries });
  const [train, test] = [see(rows), see(Z)];
  const of = (queries: Rows): Rows =>
    kernel === 'kinf'
      ? infiniteNtkFirst(train, queries)
      : empiricalNtk(train, queries, { weights: network.weights, trained: 'first' });
  return { K: of(train), Kt: of(test) };
}

/** The flip rate of a reading. */
export function twinFlipRate(
  reading: FlipReading,
  world: TwinWorld,
  task: TwinTask,
  tau: number,
): number {
  const clean = kernelsWith([], world, reading);
  const kept = ridgeCoefficients(clean.K, task.Y, task.ridge);
  const before = world.X.map((_, i) => influenceOf(i, clean, task, reading, kept));
  const top = topIndices(before.map(average), Math.ceil(tau * before.length), 'abs');
  const together = kernelsWith(top, world, reading);
  const flips = top.map((i) => {
    const kernels = reading.points === 'together' ? together : kernelsWith([i], world, reading);
    const after = influenceOf(i, kernels, task, reading, kept);
    const was = before[i] ?? [];
    return reading.aggregate === 'mean'
      ? Number(average(was) * average(after) < 0)
      : average(was.map((value, t) => Number(value * item(after, t) < 0)));
  });
  return average(flips);
}
