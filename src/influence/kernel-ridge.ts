/** Kernel ridge regression: factored once, then predictions and every leave-one-out effect from the factor. */
import { wrap, type Matrix } from '../linalg/matrix.js';
import { requireFiniteMatrix } from '../linalg/require-matrix.js';
import { estimateOf, relativeNoise } from '../linalg/rounding.js';
import type { RidgeHandle } from '../native/binding.js';
import { call } from '../native/call.js';
import {
  requireKnownOptions,
  type OutputOptions,
  type Precision,
  type RunOptions,
} from '../options.js';

/** Options of {@link KernelRidge.fit}. */
export interface KernelRidgeOptions extends RunOptions {
  /** lambda, added to the diagonal of K as it is (not scaled by n). Default 1e-3. */
  readonly ridge?: number | undefined;
  /**
   * Arithmetic of the Cholesky factor. With `'float32'` the factor takes half the time, and alpha is refined against K
   * until its float64 residual is at rounding, or the fit fails. Such a model predicts; what leaves points out needs
   * `'float64'`. Default `'float64'`.
   */
  readonly factor?: Precision | undefined;
}

/** How well the factorisation went. */
export interface KernelRidgeDiagnostics {
  /** The lambda that was added to the diagonal. */
  readonly ridge: number;
  /** Smallest squared diagonal element of the Cholesky factor: near 0, A = K + ridge I is nearly singular. */
  readonly smallestPivot: number;
  /** |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F). */
  readonly residual: number;
  /** Estimate of the condition number |A|_1 |A^-1|_1 from below (Hager and Higham). */
  readonly conditionEstimate: number;
  /** Steps of refinement that alpha took: 0 with a float64 factor. */
  readonly refinements: number;
  /**
   * Estimate of the relative error of alpha and of what is computed from the factor: the condition estimate times the
   * relative error of A, the machine epsilon of float64 or, for a kernel with an `errorEstimate`, sqrt(n) times that
   * as a share of the largest diagonal element. At 1 and above nothing of a result is certain: try a larger ridge.
   */
  readonly relativeError: number;
}

/**
 * What an influence is measured on. `loss`: half the squared error. `margin`: output of the true class minus
 * the largest other output. `prediction`: output of the true class.
 */
export type InfluenceTarget = 'loss' | 'margin' | 'prediction';

/** Options of {@link KernelRidge.influence}. */
export interface InfluenceOptions extends OutputOptions<Matrix> {
  /** Default `'loss'`. */
  readonly target?: InfluenceTarget | undefined;
}

/** Options of {@link KernelRidge.aggregateInfluence}. */
export interface AggregateOptions extends RunOptions {
  /** Default `'loss'`. */
  readonly target?: InfluenceTarget | undefined;
}

/** A fitted kernel ridge regression f(t) = K_t alpha, alpha = (K + ridge I)^-1 Y. */
export class KernelRidge {
  /** Dual coefficients, n x c. */
  readonly alpha: Matrix;
  /** How well the factorisation went. */
  readonly diagnostics: KernelRidgeDiagnostics;
  readonly #model: RidgeHandle;

  private constructor(model: RidgeHandle, alpha: Matrix, diagnostics: KernelRidgeDiagnostics) {
    this.#model = model;
    this.alpha = alpha;
    this.diagnostics = diagnostics;
  }

  /**
   * Factors K + ridge I by Cholesky and solves for Y. The model holds n^2 doubles beside the arguments, K above the
   * diagonal and its factor below; with a float32 factor 1.5 n^2, K and the factor. Panels of O(n) come and go.
   *
   * @param K - symmetric positive semidefinite kernel of the training points, n x n, float64.
   * @param Y - targets, n x c.
   * @throws NtkitError `ERR_NOT_POSITIVE_DEFINITE` naming the pivot and the ridge, `ERR_INVALID_ARGUMENT` when
   * K is not symmetric, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
   */
  static async fit(K: Matrix, Y: Matrix, options: KernelRidgeOptions = {}): Promise<KernelRidge> {
    requireKnownOptions(options, ['ridge', 'factor']);
    const { ridge = 1e-3, factor = 'float64' } = options;
    const running = call(
      (binding, job, common) => binding.ridgeFit({ K, Y, ridge, factor, ...common }, job),
      options,
    );
    const noise = estimateOf(() => relativeNoise(K)) ?? 0;
    const { model, alpha, ...diagnostics } = await running;
    const error = Math.max(Number.EPSILON, noise);
    const relativeError = diagnostics.conditionEstimate * error;
    return new KernelRidge(model, wrap(alpha), { ridge, ...diagnostics, relativeError });
  }

  /**
   * Predictions f = K_t alpha.
   *
   * @param Kt - kernel of queries with training points, q x n.
   * @returns q x c.
   * @throws NtkitError `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
   */
  async predict(Kt: Matrix, options: RunOptions = {}): Promise<Matrix> {
    requireKnownOptions(options, []);
    const model = this.#model;
    return wrap(
      await call(
        (binding, job, common) => binding.ridgePredict({ model, Kt, ...common }, job),
        options,
      ),
    );
  }

  /**
   * Exact leave-one-out influence of every training point on every query, from the one factorisation:
   * how much worse the query fares when point i is removed and the regression refitted. Positive: i helps.
   *
   * With r = (K_t A^-1)_ti / (A^-1)_ii, f_(-i)(t) - f(t) = -r alpha_i; the loss influence is
   * -r (f(t) - y_t) . alpha_i + r^2 |alpha_i|^2 / 2.
   *
   * @param Kt - kernel of queries with training points, q x n.
   * @param Yt - targets of the queries, q x c; for `margin` and `prediction` the class is the largest element of
   * a row (with one output, the margin is y f and the prediction f).
   * @returns q x n.
   * @throws NtkitError as {@link predict}.
   */
  async influence(Kt: Matrix, Yt: Matrix, options: InfluenceOptions = {}): Promise<Matrix> {
    requireKnownOptions(options, ['target', 'out']);
    const model = this.#model;
    const { target = 'loss' } = options;
    return wrap(
      await call(
        (binding, job, common) => binding.ridgeInfluence({ model, Kt, Yt, target, ...common }, job),
        options,
      ),
    );
  }

  /**
   * The aggregate score of each training point: its {@link influence} averaged over the queries, without returning
   * the q x n effects. The same numbers as {@link aggregateInfluence} of them, to rounding; queries are added in
   * their order, so the bits depend on nothing else.
   *
   * @param Kt - kernel of queries with training points, q x n.
   * @param Yt - targets of the queries, q x c, as {@link influence} takes them.
   * @returns n scores.
   * @throws NtkitError as {@link influence}.
   */
  async aggregateInfluence(
    Kt: Matrix,
    Yt: Matrix,
    options: AggregateOptions = {},
  ): Promise<Float64Array> {
    requireKnownOptions(options, ['target']);
    const model = this.#model;
    const { target = 'loss' } = options;
    const scores = await call(
      (binding, job, common) => binding.ridgeAggregate({ model, Kt, Yt, target, ...common }, job),
      options,
    );
    return scores.data;
  }

  /**
   * Leave-one-out residuals of the training points, y_i - f_(-i)(x_i) = alpha_i / (A^-1)_ii: how badly the rest
   * of the data predicts a point's label.
   *
   * @returns n x c.
   * @throws NtkitError `ERR_ABORTED`.
   */
  async leaveOneOut(options: RunOptions = {}): Promise<Matrix> {
    requireKnownOptions(options, []);
    const model = this.#model;
    return wrap(
      await call(
        (binding, job, common) => binding.ridgeLeaveOneOut({ model, ...common }, job),
        options,
      ),
    );
  }
}

/**
 * The aggregate score of each training point: its influence averaged over the queries.
 *
 * @param influence - q x n, as {@link KernelRidge.influence} returns it.
 * @returns n scores.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`.
 */
export function aggregateInfluence(influence: Matrix): Float64Array {
  const effects = requireFiniteMatrix(influence, 'influence');
  const scores = new Float64Array(effects.cols);
  for (let t = 0; t < effects.rows; t++) {
    effects.row(t).forEach((value, i) => {
      scores[i] = (scores[i] ?? 0) + value / effects.rows;
    });
  }
  return scores;
}
