/** Linearized attention: attention with Q = K = V = identity whose softmax is replaced by its linear term. */
import { NtkitError } from '../errors.js';
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions } from '../options.js';
import { projectionSeed, type Projections } from './projections.js';

/** What linearized and softmax attention have in common. */
export interface AttentionCommon<T extends Elements = Float64Array> extends OutputOptions<
  Matrix<T>
> {
  /** Rows that attend to the context X, q x d. Default: X itself. */
  readonly queries?: Matrix<T> | undefined;
  /** Whether to scale the attended rows to unit l2 norm; a row attended to zero stays zero. Default `true`. */
  readonly normalize?: boolean | undefined;
  /** Random query, key and value projections. Default: none, W_Q = W_K = W_V = identity. */
  readonly projections?: Projections | undefined;
}

/** What the layers of a stack attend to: the same `'context'` X, or each its own input, `'self'`. */
export type AttentionStack = 'context' | 'self';

/** Options of {@link linearizedAttention}. */
export interface AttentionOptions<T extends Elements = Float64Array> extends AttentionCommon<T> {
  /** Layers k of attention, from 1 to 10,000. Default 1. */
  readonly layers?: number | undefined;
  /** What layers after the first attend to. Default `'context'`. */
  readonly stack?: AttentionStack | undefined;
  /**
   * Replaces C = X^T X, in every layer, by its best approximation of this rank; from min(n, d) on that is C itself.
   * Default: none. Not beside `projections`.
   */
  readonly rank?: number | undefined;
}

/**
 * f_att(Z) = Z X^T X (q x d), rows then scaled to unit norm; Z defaults to X.
 *
 * Computed as Z C with C = X^T X, or as (Z X^T) X, whichever takes fewer operations for these n, d and q: for
 * Z = X the first exactly when d <= n. The kernel of the unnormalised rows is the cube of the Gram matrix
 * G = X X^T: f_att(X) f_att(X)^T = G^3 (arXiv 2603.13085, Theorem 4.1).
 *
 * - `layers` k, `stack: 'context'`: every layer attends to X, as in the paper. f(Z) = Z C^k; for Z = X the kernel is
 *   G^(2k+1).
 * - `layers` k, `stack: 'self'`: layer l attends to its own input, as in a transformer. X_0 = X,
 *   X_(l+1) = X_l X_l^T X_l; queries attend to the same layer's context, Z_(l+1) = Z_l X_l^T X_l. The kernel is
 *   G^(3^k).
 * - `normalize` scales the rows after every layer, where a transformer has its normalisation. In a `'context'` stack
 *   that changes no direction: the result is the unit rows of Z C^k. In a `'self'` stack each layer attends to unit
 *   rows, and the kernel is no power of G. C is scaled by 1 / trace(C) first, which changes no direction either:
 *   deep stacks neither overflow nor underflow. Without `normalize` nothing is scaled, and a stack that overflows is
 *   `ERR_NOT_FINITE`.
 * - `rank` r: Z C_r, from the r leading eigenvectors of C, or of X X^T when n < d; computed in float64, from products
 *   in the precision of X.
 * - `projections`: Z W_Q W_K^T X^T X W_V (v2, Proposition B.4), new ones in every layer. Drawn in float64, then
 *   rounded to the precision of X.
 *
 * @param X - the context, n x d: queries attend to all of its rows. float32 gives a float32 result.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, also for `rank` beside `projections` and for a context whose squares
 * underflow; `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`; with `rank` also
 * `ERR_NO_CONVERGENCE` and `ERR_SIZE_LIMIT`, as `eigh`.
 */
export async function linearizedAttention<T extends Elements>(
  X: Matrix<T>,
  options: AttentionOptions<T> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, [
    ...['queries', 'normalize', 'projections'],
    ...['layers', 'stack', 'rank', 'out'],
  ]);
  const { queries, normalize = true, layers = 1, stack = 'context', rank, projections } = options;
  const seed = projectionSeed(projections);
  if (rank !== undefined && seed !== undefined) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'Expected at most one of rank and projections but received both: projected attention has no symmetric C',
    );
  }
  const request = { X, queries, normalize, layers, stack, rank, projectionSeed: seed };
  return wrap(
    await call(
      (binding, job, common) => binding.linearizedAttention({ ...request, ...common }, job),
      options,
    ),
  );
}
