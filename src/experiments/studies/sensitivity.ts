/**
 * The paper's propositions on sensitivity, tested numerically: the bound on the change of the attended kernel
 * (arXiv 2603.13085, Proposition 4.5) and the intrinsic influence sensitivity S(K, lambda, y).
 */
import { setImmediate } from 'node:timers/promises';
import { NtkitError } from '../../errors.js';
import { linearizedAttention } from '../../kernels/attention.js';
import { infiniteNtk } from '../../kernels/infinite-ntk.js';
import { gram } from '../../linalg/gram.js';
import { Matrix } from '../../linalg/matrix.js';
import type { RunOptions } from '../../options.js';
import { STREAMS, gaussian, uniform } from '../../random.js';
import type { ProblemShape } from '../costs.js';
import type { Sample } from '../sample.js';
import { dot, fromRows, norm1, norm2 } from './dense.js';
import { stepOptions } from './step-options.js';
import type {
  InfluenceSensitivityRecord,
  KernelSensitivity,
  Range,
  SensitivityRecord,
} from './theory-results.js';

/** What {@link kernelSensitivity} tries. */
export interface SensitivitySettings {
  /** Size of a perturbation, in the l_inf and in the l2 norm. */
  readonly eps: number;
  /** Random perturbations for each point. */
  readonly draws: number;
}

/**
 * Moves each point by the perturbations that should change K(x_i, x_j) = x_i C^2 x_j^T most, and by random ones, with
 * the context fixed, and compares what the kernel does with each form of the bound.
 */
export async function kernelSensitivity(
  { seed, X }: Pick<Sample, 'seed' | 'X'>,
  { eps, draws }: SensitivitySettings,
  run: RunOptions,
): Promise<SensitivityRecord> {
  const options = stepOptions(run);
  const { rows: n, cols: d } = X;
  const G = await gram(X, options);
  // G g_j is row j of G G.
  const GG = await gram(G, options);
  const slopes = await linearizedAttention(X, { ...options, layers: 2, normalize: false });
  const change = await kernelChange(X, options);
  const along = async (direction: (slope: Float64Array) => Float64Array): Promise<number[]> =>
    change(fromRows(n, d, (j) => direction(slopes.row(j)).map((value) => eps * value)));
  const linf = await along((slope) => slope.map(Math.sign));
  const l2 = await along((slope) => {
    const length = norm2(slope);
    return slope.map((value) => value / length);
  });

  const bounds = {
    linf: perPoint(n, (j) => eps * norm1(slopes.row(j))),
    l2: perPoint(n, (j) => eps * norm2(slopes.row(j))),
    gram: perPoint(n, (j) => eps * norm1(GG.row(j))),
    column: perPoint(n, (j) => eps * norm1(G.row(j))),
  };
  const random = { linf: 0, l2: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const bySigns = await change(randomSigns(seed, draw, n, d, eps));
    const byNormals = await change(randomDirections(seed, draw, n, d, eps));
    random.linf = Math.max(random.linf, ...ratios(bySigns, bounds.linf));
    random.l2 = Math.max(random.l2, ...ratios(byNormals, bounds.l2));
  }
  return {
    kind: 'sensitivity',
    ...{ seed, n, d, eps, draws },
    linf: {
      bound: median(bounds.linf),
      attained: rangeOf(ratios(linf, bounds.linf)),
      random: random.linf,
      ...columnReading(ratios(linf, bounds.column)),
    },
    l2: {
      bound: median(bounds.l2),
      attained: rangeOf(ratios(l2, bounds.l2)),
      random: random.l2,
      gramBound: rangeOf(ratios(l2, bounds.gram)),
      ...columnReading(ratios(l2, bounds.column)),
    },
  };
}

/**
 * For perturbations delta_j, one a row: |K(x_i + delta_j, x_j) - K(x_i, x_j)| for each j and its successor i, from the
 * kernel itself: the attended rows f(z) = z C are formed and multiplied.
 */
async function kernelChange(
  X: Matrix,
  options: RunOptions,
): Promise<(delta: Matrix) => Promise<number[]>> {
  const { rows: n, cols: d } = X;
  const F = await linearizedAttention(X, { ...options, normalize: false });
  const other = (j: number): number => (j + 1) % n;
  return async (delta) => {
    const moved = fromRows(n, d, (j) => {
      const shift = delta.row(j);
      return X.row(other(j)).map((value, k) => value + (shift[k] ?? NaN));
    });
    const attended = await linearizedAttention(X, {
      ...options,
      ...{ queries: moved, normalize: false },
    });
    return perPoint(n, (j) =>
      Math.abs(dot(attended.row(j), F.row(j)) - dot(F.row(other(j)), F.row(j))),
    );
  };
}

/** Seeds of the experiments are below it: the draws of one seed are not those of another. */
const DRAW_STRIDE = 2 ** 32;

/** Rows of independent entries +-eps, each sign with equal chance. */
function randomSigns(seed: number, draw: number, n: number, d: number, eps: number): Matrix {
  const uniforms = uniform(seed + draw * DRAW_STRIDE, STREAMS.signPerturbations, n * d);
  return Matrix.of(
    uniforms.map((value) => (value < 0.5 ? -eps : eps)),
    n,
    d,
  );
}

/** Rows of length eps in uniformly random directions. */
function randomDirections(seed: number, draw: number, n: number, d: number, eps: number): Matrix {
  const stream = STREAMS.normalPerturbations;
  const normals = Matrix.of(gaussian(seed + draw * DRAW_STRIDE, stream, n * d), n, d);
  return fromRows(n, d, (j) => {
    const row = normals.row(j);
    const length = norm2(row);
    return row.map((value) => (eps * value) / length);
  });
}

function perPoint(n: number, value: (j: number) => number): number[] {
  return Array.from({ length: n }, (_, j) => value(j));
}

function ratios(values: readonly number[], bounds: readonly number[]): number[] {
  return values.map((value, j) => value / (bounds[j] ?? NaN));
}

function rangeOf(values: readonly number[]): Range {
  return { smallest: Math.min(...values), largest: Math.max(...values) };
}

function columnReading(exceedances: readonly number[]): {
  columnReading: Range;
  columnExceeded: number;
} {
  const exceeded = exceedances.filter((ratio) => ratio > 1).length;
  return {
    columnReading: rangeOf(exceedances),
    columnExceeded: exceeded / exceedances.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** S(K, lambda, y) = L_K |y|^2 / lambda^2 of the kernels with and without attention, with L_K from all pairs of points. */
export async function influenceSensitivity(
  { seed, X, Y }: Pick<Sample, 'seed' | 'X' | 'Y'>,
  ridge: number,
  run: RunOptions,
): Promise<InfluenceSensitivityRecord> {
  const options = stepOptions(run);
  const F = await linearizedAttention(X, { ...options, normalize: false });
  const U = await linearizedAttention(X, options);
  const slopes = await linearizedAttention(X, { ...options, layers: 2, normalize: false });
  const targetNorm2 = dot(Y.data, Y.data);
  const entry = (
    kernel: KernelSensitivity['kernel'],
    K: Matrix,
    lipschitz: number,
  ): KernelSensitivity => ({
    kernel,
    lipschitz,
    meanDiagonal: perPoint(K.rows, (i) => K.at(i, i)).reduce((sum, k) => sum + k, 0) / K.rows,
    log10S: Math.log10(lipschitz) + Math.log10(targetNorm2) - 2 * Math.log10(ridge),
  });
  return {
    kind: 'influence-sensitivity',
    ...{ seed, n: X.rows, ridge, targetNorm2 },
    kernels: [
      entry('relu', await infiniteNtk(X, undefined, options), await reluLipschitz(X, options)),
      entry(
        'attention',
        await infiniteNtk(U, undefined, options),
        await attentionLipschitz(X, F, U, options),
      ),
      // grad_(x_i) x_i C^2 x_j^T = C^2 x_j, whatever x_i.
      entry(
        'attended-gram',
        await gram(F, options),
        Math.max(...perPoint(X.rows, (j) => norm1(slopes.row(j)))),
      ),
    ],
  };
}

/**
 * grad_u of k(u, v) = <u, v> (1/4 + arcsin(s) / 2 pi) at unit vectors with cosine s is a(s) v + b(s) u,
 * a = 1/4 + arcsin(s) / 2 pi + s / (2 pi r) and b = -s^2 / (2 pi r), r = sqrt(1 - s^2).
 *
 * At s = +-1 the kernel has a kink; what is left there is the gradient of its smooth factor.
 */
function kernelSlope(s: number): { a: number; b: number } {
  const cosine = Math.min(1, Math.max(-1, s));
  const r = Math.sqrt((1 - cosine) * (1 + cosine));
  const smooth = 0.25 + Math.asin(cosine) / (2 * Math.PI);
  // Cosines within rounding of 1 are of one point with its copy.
  if (r < 1e-7) return { a: smooth, b: 0 };
  const kink = cosine / (2 * Math.PI * r);
  return { a: smooth + kink, b: -cosine * kink };
}

/** max_(i != j) |grad_(x_i) K_inf(x_i, x_j)|_1 on unit rows: the gradient is a x_j + b x_i. */
async function reluLipschitz(X: Matrix, options: RunOptions): Promise<number> {
  const S = await gram(X, options);
  return largestCombination(X, options, (i, j) => kernelSlope(S.at(i, j)));
}

/**
 * max_(i != j) |grad_(x_i) K_inf(u_i, u_j)|_1, u_i = f_i / |f_i| and f_i = x_i C: the part of a u_j + b u_i orthogonal
 * to u_i is a (u_j - s u_i), and goes through C / |f_i|.
 */
async function attentionLipschitz(
  X: Matrix,
  F: Matrix,
  U: Matrix,
  options: RunOptions,
): Promise<number> {
  const S = await gram(U, options);
  const UC = await linearizedAttention(X, { ...options, queries: U, normalize: false });
  return largestCombination(UC, options, (i, j) => {
    const s = S.at(i, j);
    const a = kernelSlope(s).a / norm2(F.row(i));
    return { a, b: -a * s };
  });
}

/** max over i != j of |a v_j + b v_i|_1 for rows v of V, with a and b of each pair. */
async function largestCombination(
  V: Matrix,
  { signal }: RunOptions,
  weights: (i: number, j: number) => { a: number; b: number },
): Promise<number> {
  const rows = Array.from({ length: V.rows }, (_, i) => V.row(i));
  const norms = rows.map(norm1);
  let largest = 0;
  for (const [i, own] of rows.entries()) {
    // n^2 d operations in JavaScript: other work of the process goes on between rows.
    await setImmediate();
    if (signal?.aborted === true) {
      throw new NtkitError('ERR_ABORTED', 'The operation was aborted', { cause: signal.reason });
    }
    for (const [j, other] of rows.entries()) {
      if (j === i) continue;
      const { a, b } = weights(i, j);
      // By the triangle inequality most pairs cannot be the largest: their sums need not be formed.
      const atMost = Math.abs(a) * (norms[j] ?? NaN) + Math.abs(b) * (norms[i] ?? NaN);
      if (atMost > largest) largest = Math.max(largest, norm1Of(a, other, b, own));
    }
  }
  return largest;
}

/** |a x + b y|_1. */
function norm1Of(a: number, x: Float64Array, b: number, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += Math.abs(a * (x[k] ?? NaN) + b * (y[k] ?? NaN));
  return sum;
}

/** Flops of {@link kernelSensitivity}: attention to each set of perturbed rows, G and G G. */
export function kernelSensitivityCost(
  { draws }: Pick<SensitivitySettings, 'draws'>,
  { n, d }: Pick<ProblemShape, 'n' | 'd'>,
): number {
  return 3 * n * d * Math.min(n, d) * (4 + 2 * draws) + n * n * (n + d);
}

/** One element of one pair in JavaScript takes the time of so many flops of the core. */
const SCRIPT_FLOPS = 200;

/** Flops of {@link influenceSensitivity}: kernels and attention, and two passes over pairs in JavaScript. */
export function influenceSensitivityCost({ n, d }: Pick<ProblemShape, 'n' | 'd'>): number {
  return 12 * n * d * Math.min(n, d) + 5 * n * n * d + 2 * SCRIPT_FLOPS * n * n * d;
}
