/** Softmax attention, for comparison with its linear term. */
import { requireNumber } from '../arguments.js';
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { requireMatrix } from '../linalg/require-matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions } from '../options.js';
import type { AttentionCommon } from './attention.js';
import { projectionSeed } from './projections.js';

/** Options of {@link softmaxAttention}. */
export interface SoftmaxAttentionOptions<
  T extends Elements = Float64Array,
> extends AttentionCommon<T> {
  /** What scores are divided by before the softmax. Default sqrt(d). */
  readonly temperature?: number | undefined;
}

/**
 * softmax(Z X^T / temperature) X (q x d), the softmax by rows, rows of the result then scaled to unit norm; Z
 * defaults to X. With `projections`, softmax(Z W_Q (X W_K)^T / temperature) X W_V.
 *
 * Every row is a convex combination of the rows of X (before it is scaled): their mean for a large temperature, the
 * row of the largest score for a small one. As the temperature T grows, n T (f(Z) - mean) tends to Z Xc^T Xc with Xc
 * the rows of X less their mean: linearized attention to the centred context. The q x n scores are never held in
 * memory, and exponents are shifted by the largest score of a row: nothing overflows.
 *
 * @param X - the context, n x d. float32 gives a float32 result.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function softmaxAttention<T extends Elements>(
  X: Matrix<T>,
  options: SoftmaxAttentionOptions<T> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['queries', 'normalize', 'projections', 'temperature', 'out']);
  const { queries, normalize = true, projections, temperature } = options;
  const request = {
    ...{ X, queries, normalize, projectionSeed: projectionSeed(projections) },
    temperature: temperature === undefined ? defaultTemperature(X) : positive(temperature),
  };
  return wrap(
    await call(
      (binding, job, common) => binding.softmaxAttention({ ...request, ...common }, job),
      options,
    ),
  );
}

function defaultTemperature(X: Matrix<Elements>): number {
  return Math.sqrt(requireMatrix(X, 'X').cols);
}

function positive(temperature: number): number {
  return requireNumber(temperature, 'temperature', 'positive number', (value) => value > 0);
}
