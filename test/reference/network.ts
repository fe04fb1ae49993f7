/**
 * The two-layer ReLU network f_k(x) = (1 / sqrt m) sum_r A_rk relu(w_r.x), its losses, its explicit
 * Jacobian and full training with Adam.
 */
import { at, build, columnsOf, dot, item, rowOf, type Rows } from './rows.js';

export interface Network {
  /** W, m x d: one hidden unit a row. */
  readonly weights: Rows;
  /** A, m x c: +1 or -1, fixed. */
  readonly signs: Rows;
}

/** Cross-entropy of softmax outputs, or 1/2 |f - y|^2. */
export type LossName = 'cross-entropy' | 'squared';

/** Outputs, n x c. */
export function forward(network: Network, X: Rows): number[][] {
  const { weights, signs } = network;
  return build(X.length, columnsOf(signs), (i, k) => {
    let sum = 0;
    for (let r = 0; r < weights.length; r++) {
      sum += at(signs, r, k) * Math.max(0, dot(rowOf(weights, r), rowOf(X, i)));
    }
    return sum / Math.sqrt(weights.length);
  });
}

/** The loss of one point from its outputs and targets. */
function pointLoss(name: LossName, outputs: readonly number[], targets: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < outputs.length; k++) {
    sum +=
      name === 'squared'
        ? (item(outputs, k) - item(targets, k)) ** 2 / 2
        : item(targets, k) * (logSumExp(outputs) - item(outputs, k));
  }
  return sum;
}

/** Mean over the rows of X of the loss of each. */
export function loss(name: LossName, network: Network, X: Rows, Y: Rows): number {
  const outputs = forward(network, X);
  let sum = 0;
  for (let i = 0; i < X.length; i++) sum += pointLoss(name, rowOf(outputs, i), rowOf(Y, i));
  return sum / X.length;
}

/** Gradient of {@link loss} by the weights, m x d; relu'(0) = 0. */
export function weightGradient(name: LossName, network: Network, X: Rows, Y: Rows): number[][] {
  const { weights, signs } = network;
  const outputs = forward(network, X);
  return build(weights.length, columnsOf(weights), (r, j) => {
    let sum = 0;
    for (let i = 0; i < X.length; i++) {
      if (dot(rowOf(weights, r), rowOf(X, i)) <= 0) continue;
      const slopes = outputSlopes(name, rowOf(outputs, i), rowOf(Y, i));
      sum += dot(slopes, rowOf(signs, r)) * at(X, i, j);
    }
    return sum / (Math.sqrt(weights.length) * X.length);
  });
}

/** d loss / d f_k of one point. */
function outputSlopes(
  name: LossName,
  outputs: readonly number[],
  targets: readonly number[],
): number[] {
  const total = targets.reduce((sum, target) => sum + target, 0);
  return outputs.map((output, k) =>
    name === 'squared'
      ? output - item(targets, k)
      : total * Math.exp(output - logSumExp(outputs)) - item(targets, k),
  );
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

export interface TrainOptions {
  readonly loss: LossName;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The rows of every step's batch, in order; epochs are written out. */
  readonly batches: readonly (readonly number[])[];
  readonly optimizer?: 'adam' | 'sgd';
  readonly schedule?: 'constant' | 'cosine';
  readonly decay?: 'coupled' | 'decoupled';
  readonly decayTowards?: 'zero' | 'start';
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** What a step trains on in place of its rows of X. */
  readonly replace?: (network: Network, batch: readonly number[], step: number) => Rows;
}

/**
 * The network after one step a batch, of Adam (Kingma & Ba, 2015, Algorithm 1) or of gradient descent, with the
 * decay in the gradient or beside the step (Loshchilov & Hutter, 2019, Algorithm 2).
 */
export function train(network: Network, X: Rows, Y: Rows, options: TrainOptions): Network {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, learningRate, weightDecay } = options;
  const start = network.weights;
  let weights = start;
  const [m, d] = [weights.length, columnsOf(weights)];
  let first = build(m, d, () => 0);
  let second = build(m, d, () => 0);
  options.batches.forEach((batch, index) => {
    const now = { ...network, weights };
    const rows = options.replace?.(now, batch, index) ?? batch.map((i) => rowOf(X, i));
    const targets = batch.map((i) => rowOf(Y, i));
    const slope = weightGradient(options.loss, now, rows, targets);
    const pull = build(m, d, (r, j) =>
      options.decayTowards === 'start' ? at(weights, r, j) - at(start, r, j) : at(weights, r, j),
    );
    const [coupled, beside] = options.decay === 'decoupled' ? [0, weightDecay] : [weightDecay, 0];
    const gradient = build(m, d, (r, j) => at(slope, r, j) + coupled * at(pull, r, j));
    first = build(m, d, (r, j) => beta1 * at(first, r, j) + (1 - beta1) * at(gradient, r, j));
    second = build(
      m,
      d,
      (r, j) => beta2 * at(second, r, j) + (1 - beta2) * at(gradient, r, j) ** 2,
    );
    const step = index + 1;
    const turn = Math.cos((Math.PI * index) / options.batches.length);
    const rate = options.schedule === 'cosine' ? (learningRate * (1 + turn)) / 2 : learningRate;
    weights = build(m, d, (r, j) => {
      const mean = at(first, r, j) / (1 - beta1 ** step);
      const variance = at(second, r, j) / (1 - beta2 ** step);
      const along =
        options.optimizer === 'sgd' ? at(gradient, r, j) : mean / (Math.sqrt(variance) + epsilon);
      return at(weights, r, j) - rate * beside * at(pull, r, j) - rate * along;
    });
  });
  return { ...network, weights };
}

/**
 * Jacobian of one output by the parameters, one row a point: the m d weights, then with `both` also the m
 * output weights. relu'(0) = 0.
 */
export function jacobian(
  weights: Rows,
  signs: readonly number[],
  X: Rows,
  trained: 'first' | 'both',
): number[][] {
  const scale = 1 / Math.sqrt(weights.length);
  return X.map((x) => {
    const inner: number[] = [];
    const outer: number[] = [];
    weights.forEach((w, r) => {
      const activation = dot(w, x);
      const open = activation > 0 ? 1 : 0;
      for (const value of x) inner.push(scale * item(signs, r) * open * value);
      outer.push(scale * open * activation);
    });
    return trained === 'first' ? inner : [...inner, ...outer];
  });
}

/** Empirical NTK of one output, J_Z J_X^T: queries x training points. */
export function empiricalNtk(
  X: Rows,
  Z: Rows,
  options: { weights: Rows; trained: 'first' | 'both' },
): number[][] {
  const signs = options.weights.map((_, r) => (r % 2 === 0 ? 1 : -1));
  const jacobianX = jacobian(options.weights, signs, X, options.trained);
  const jacobianZ = jacobian(options.weights, signs, Z, options.trained);
  return build(Z.length, X.length, (i, j) => dot(rowOf(jacobianZ, i), rowOf(jacobianX, j)));
}

/** The NTK of every pair of outputs: row t c + k, column i c + l is J_k(z_t) . J_l(x_i). */
export function outputNtk(X: Rows, Z: Rows, network: Network): number[][] {
  const outputs = columnsOf(network.signs);
  const jacobians = (points: Rows): number[][][] =>
    Array.from({ length: outputs }, (_, k) => {
      const signs = network.signs.map((row) => item(row, k));
      return jacobian(network.weights, signs, points, 'first');
    });
  const [ofX, ofZ] = [jacobians(X), jacobians(Z)];
  const row = (of: number[][][], index: number): readonly number[] =>
    rowOf(of[index % outputs] ?? [], Math.floor(index / outputs));
  return build(Z.length * outputs, X.length * outputs, (r, s) => dot(row(ofZ, r), row(ofX, s)));
}
