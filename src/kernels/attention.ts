/** Linearized attention: attention with Q = K = V = identity whose softmax is replaced by its linear term. */
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions } from '../options.js';

/** Options of {@link linearizedAttention}. */
export interface AttentionOptions<T extends Elements = Float64Array> extends OutputOptions<
  Matrix<T>
> {
  /** Rows that attend to the context X, q x d. Default: X itself. */
  readonly queries?: Matrix<T> | undefined;
  /** Whether to scale the attended rows to unit l2 norm; a row attended to zero stays zero. Default `true`. */
  readonly normalize?: boolean | undefined;
}

/**
 * f_att(Z) = Z X^T X (q x d), rows then scaled to unit norm; Z defaults to X.
 *
 * Computed as Z (X^T X) when d <= n and (Z X^T) X otherwise. The kernel of the unnormalised rows is the cube of
 * the Gram matrix: f_att(X) f_att(X)^T = (X X^T)^3 (arXiv 2603.13085, Theorem 4.1).
 *
 * @param X - the context, n x d: queries attend to all of its rows.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`,
 * `ERR_ABORTED`.
 */
export async function linearizedAttention<T extends Elements>(
  X: Matrix<T>,
  options: AttentionOptions<T> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['queries', 'normalize', 'out']);
  const { queries, normalize = true } = options;
  return wrap(
    await call(
      (binding, job, common) =>
        binding.linearizedAttention({ X, queries, normalize, ...common }, job),
      options,
    ),
  );
}
