/** The variants of attention: what the network sees of data, and how that depends on one query. */
import { linearizedAttention, type AttentionOptions } from '../../kernels/attention.js';
import { softmaxAttention } from '../../kernels/softmax-attention.js';
import { crossGram } from '../../linalg/gram.js';
import type { Matrix } from '../../linalg/matrix.js';
import type { RunOptions } from '../../options.js';
import type { ModelInputs } from '../sample.js';
import type { AttentionVariant } from './attention-study-results.js';
import { dot, fromRows, scaled, transpose } from './dense.js';

/** Training rows X and queries Z as the network's first layer sees them behind the variant: rows of unit norm. */
export async function variantInputs(
  variant: AttentionVariant,
  seed: number,
  X: Matrix,
  Z: Matrix,
  options: RunOptions,
): Promise<ModelInputs> {
  if (variant.kind === 'none') return { train: X, test: Z };
  const attend = async (queries: Matrix): Promise<Matrix> => {
    if (variant.kind === 'softmax') {
      return softmaxAttention(X, { ...options, queries, temperature: temperature(variant, X) });
    }
    return linearizedAttention(X, { ...options, queries, ...linearOptions(variant, seed) });
  };
  return { train: await attend(X), test: await attend(Z) };
}

/** One attended row as a function of its query, the context held fixed. */
export interface QueryMap {
  /** Attended rows of queries, q x d, up to a positive factor a row. */
  readonly apply: (queries: Matrix) => Promise<Matrix>;
  /** The gradient in the queries, given that in the rows that `apply` returns: J^T g row by row. */
  readonly pullback: (queries: Matrix, gradient: Matrix) => Promise<Matrix>;
}

/** How the variant's rows depend on a query, with the training rows X as context. */
export async function queryMap(
  variant: AttentionVariant,
  seed: number,
  X: Matrix,
  options: RunOptions,
): Promise<QueryMap> {
  switch (variant.kind) {
    case 'none':
      return {
        apply: async (queries) => Promise.resolve(queries),
        pullback: async (_, gradient) => Promise.resolve(gradient),
      };
    case 'softmax':
      return softmaxMap(X, temperature(variant, X), options);
    case 'projected':
      return projectedMap(X, seed, options);
    case 'linearized':
      return productMap([X], undefined, options);
    case 'truncated':
      return productMap([X], variant.rank, options);
    case 'stacked':
      return productMap(await contextsOf(variant, X, options), undefined, options);
  }
}

type Softmax = Extract<AttentionVariant, { kind: 'softmax' }>;
type Stacked = Extract<AttentionVariant, { kind: 'stacked' }>;

function temperature({ temperature: given }: Softmax, X: Matrix): number {
  return given === 'sqrt-d' ? Math.sqrt(X.cols) : given;
}

function linearOptions(
  variant: Exclude<AttentionVariant, Softmax>,
  seed: number,
): Pick<AttentionOptions, 'rank' | 'stack' | 'layers' | 'projections'> {
  switch (variant.kind) {
    case 'truncated':
      return { rank: variant.rank };
    case 'stacked':
      return { stack: variant.stack, layers: variant.layers };
    case 'projected':
      return { projections: { seed } };
    default:
      return {};
  }
}

/** What each layer of a stack attends to. */
async function contextsOf(
  { stack, layers }: Stacked,
  X: Matrix,
  options: RunOptions,
): Promise<Matrix[]> {
  const contexts = [X];
  let input = X;
  while (contexts.length < layers) {
    if (stack === 'self') input = await linearizedAttention(input, options);
    contexts.push(input);
  }
  return contexts;
}

/**
 * z C_1 ... C_k, C_l = X_l^T X_l of the l-th context, or its best approximation of a rank. The scaling of rows between
 * layers is left out: it changes no direction. Each factor is symmetric, so J^T g = g C_k ... C_1.
 */
function productMap(
  contexts: readonly Matrix[],
  rank: number | undefined,
  options: RunOptions,
): QueryMap {
  const through = async (rows: Matrix, order: readonly Matrix[]): Promise<Matrix> => {
    let result = rows;
    for (const context of order) {
      // C / n keeps a deep stack far from overflow; a positive factor changes neither direction nor sign.
      const weighted = scaled(context, 1 / Math.sqrt(context.rows));
      result = await linearizedAttention(weighted, {
        ...options,
        ...{ queries: result, rank, normalize: false },
      });
    }
    return result;
  };
  return {
    apply: async (queries) => through(queries, contexts),
    pullback: async (_, gradient) => through(gradient, contexts.toReversed()),
  };
}

/** z M with M = W_Q W_K^T C W_V, read off the identity; J^T g = g M^T. */
async function projectedMap(X: Matrix, seed: number, options: RunOptions): Promise<QueryMap> {
  const d = X.cols;
  const identity = fromRows(d, d, (i) => {
    const unit = new Float64Array(d);
    unit[i] = 1;
    return unit;
  });
  const M = await linearizedAttention(X, {
    ...options,
    ...{ queries: identity, projections: { seed }, normalize: false },
  });
  const transposed = transpose(M);
  return {
    apply: async (queries) => crossGram(queries, transposed, options),
    pullback: async (_, gradient) => crossGram(gradient, M, options),
  };
}

/** sum_i p_i x_i with p = softmax(z X^T / T): J^T g = X^T (p * (a - <p, a>)) / T with a_i = <g, x_i>. */
function softmaxMap(X: Matrix, T: number, options: RunOptions): QueryMap {
  const transposed = transpose(X);
  return {
    apply: async (queries) =>
      softmaxAttention(X, { ...options, queries, temperature: T, normalize: false }),
    pullback: async (queries, gradient) => {
      const scores = await crossGram(queries, X, options);
      const slopes = await crossGram(gradient, X, options);
      const weights = fromRows(queries.rows, X.rows, (t) => {
        const p = softmax(scores.row(t), T);
        const a = slopes.row(t);
        const mean = dot(p, a);
        return p.map((share, i) => (share * ((a[i] ?? NaN) - mean)) / T);
      });
      return crossGram(weights, transposed, options);
    },
  };
}

function softmax(scores: Float64Array, T: number): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const exponentials = scores.map((score) => Math.exp((score - largest) / T));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}
