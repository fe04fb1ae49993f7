/** What the measures of sweeps report, from their definitions: of training rows, test rows and one-hot targets. */
import { inputGradient, type Gradient, type Pipeline } from './attacks.js';
import { linearizedAttention } from './attention.js';
import { jacobiEigenvalues } from './eigen.js';
import { influenceLoss, ridgePredictions } from './influence.js';
import { flipRate, kendall, overlap, spearman, topIndices } from './malleability.js';
import { empiricalNtk, forward, type Network } from './network.js';
import { at, build, dot, item, multiply, rowOf, transpose, unitRows, type Rows } from './rows.js';
import { spectrumMetrics } from './spectrum.js';

/** One draw: points as they are, unit rows and targets of training and test. */
export interface Sample {
  readonly points: Rows;
  readonly X: Rows;
  readonly Y: Rows;
  readonly Z: Rows;
  readonly Yt: Rows;
}

/** What a model's first layer sees. */
export interface Inputs {
  readonly train: Rows;
  readonly test: Rows;
}

export function inputsOf(model: 'relu' | 'attention', X: Rows, Z: Rows): Inputs {
  if (model === 'relu') return { train: X, test: Z };
  return { train: linearizedAttention(X), test: linearizedAttention(X, { queries: Z }) };
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);
const frobenius = (A: Rows): number => Math.sqrt(sum(A.flat().map((x) => x * x)));
const minus = (A: Rows, B: Rows): number[][] =>
  A.map((row, i) => row.map((x, j) => x - at(B, i, j)));
const largest = (row: readonly number[]): number => row.indexOf(Math.max(...row));

function accuracy(outputs: Rows, targets: Rows): number {
  return (
    sum(outputs.map((row, i) => Number(largest(row) === largest(rowOf(targets, i))))) /
    outputs.length
  );
}

/** `spectrum`. */
export function spectrumValues(X: Rows): Record<string, number | null> {
  const plain = spectrumMetrics(X, { eps: 1 });
  const attended = spectrumMetrics(linearizedAttention(X), { eps: 1 });
  const rank = Math.min(plain.rank, attended.rank);
  const condition = ({ eigenvalues }: typeof plain): number =>
    item(eigenvalues, 0) / item(eigenvalues, rank - 1);
  return {
    ...{ rank: plain.rank, tolerance: plain.tolerance, kappa: plain.kappa, kappaD: plain.kappaD },
    ...{ topShare: plain.topShare, effectiveRank: plain.effectiveRank },
    log10KappaCubed: plain.log10KappaCubed,
    ...{ log10WidthV1: plain.log10Width.v1, log10WidthV2: plain.log10Width.v2 },
    ...{ attendedRank: attended.rank, attendedKappaD: attended.kappaD },
    ...{ attendedTopShare: attended.topShare, attendedEffectiveRank: attended.effectiveRank },
    normalizationRatio: condition(attended) / condition(plain) ** 3,
  };
}

/** `kernel`, but for what its solver says of itself: of the kernels of the training and the test rows. */
export function kernelValues(
  K: Rows,
  Kt: Rows,
  { Y, Yt }: Sample,
  ridge: number,
): Record<string, number> {
  const outputs = ridgePredictions(K, Y, Kt, ridge);
  const targets = multiply(Y, transpose(Y));
  return {
    accuracy: accuracy(outputs, Yt),
    loss: frobenius(minus(outputs, Yt)) ** 2 / (2 * outputs.length),
    trainAccuracy: accuracy(ridgePredictions(K, Y, K, ridge), Y),
    alignment: dot(K.flat(), targets.flat()) / (frobenius(K) * frobenius(targets)),
  };
}

/** `distance`, but for the loss that training ended with. */
export function distanceValues(
  [initial, trained]: readonly [Network, Network],
  { train, test }: Inputs,
  K: Rows,
  predictions: Rows,
  Yt: Rows,
): Record<string, number> {
  const outputs = forward(trained, test);
  const softmax = outputs.map((row) => {
    const total = sum(row.map(Math.exp));
    return row.map((f) => Math.exp(f) / total);
  });
  const spectral = (A: Rows): number =>
    Math.sqrt(Math.max(...jacobiEigenvalues(multiply(transpose(A), A))));
  const kernelOf = ({ weights }: Network): Rows =>
    empiricalNtk(train, train, { weights, trained: 'first' });
  const [atStart, atEnd] = [kernelOf(initial), kernelOf(trained)];
  const isDead = (w: readonly number[]): boolean => train.every((x) => dot(w, x) <= 0);
  const difference = minus(outputs, predictions);
  const ofSoftmax = minus(softmax, predictions);
  return {
    spectral: spectral(difference),
    frobenius: frobenius(difference),
    rms: frobenius(difference) / Math.sqrt(difference.flat().length),
    ...{ softmaxSpectral: spectral(ofSoftmax), softmaxFrobenius: frobenius(ofSoftmax) },
    networkAccuracy: accuracy(outputs, Yt),
    ridgeAccuracy: accuracy(predictions, Yt),
    deadUnits: trained.weights.filter(isDead).length / trained.weights.length,
    kernelError: frobenius(minus(atStart, K)) / frobenius(K),
    kernelDrift: frobenius(minus(atEnd, atStart)) / frobenius(atStart),
  };
}

/** How one point is attacked: number k of those attacked, along the gradient of its loss. */
export type Attack = (point: readonly number[], gradient: Gradient, k: number) => number[];

/** `flips`, where every score has a sign. */
export function flipValues(
  pipeline: Pipeline,
  model: 'relu' | 'attention',
  { points, X, Y, Z, Yt }: Sample,
  { tau, ridge }: { readonly tau: number; readonly ridge: number },
  attack: Attack,
): Record<string, number> {
  const { weights } = pipeline.network;
  const scores = (inputs: Inputs): { values: number[]; accuracy: number } => {
    const kernel = (rows: Rows): Rows =>
      empiricalNtk(inputs.train, rows, { weights, trained: 'first' });
    const [K, Kt] = [kernel(inputs.train), kernel(inputs.test)];
    const influence = influenceLoss(K, Y, Kt, Yt, ridge);
    return {
      values: Y.map((_, i) => sum(influence.map((row) => item(row, i))) / influence.length),
      accuracy: accuracy(ridgePredictions(K, Y, Kt, ridge), Yt),
    };
  };
  const before = scores(inputsOf(model, X, Z));
  const top = topIndices(before.values, Math.ceil(tau * Y.length), 'abs');
  const moved = build(points.length, rowOf(points, 0).length, (i, j) => at(points, i, j));
  top.forEach((i, k) => {
    const gradient: Gradient = (now) => inputGradient(pipeline, now, rowOf(Y, i));
    moved[i] = attack(rowOf(points, i), gradient, k);
  });
  const after = scores(inputsOf(model, unitRows(moved), Z));
  const size = (i: number): number => Math.abs(item(before.values, i));
  const flips = top.filter((i) => item(before.values, i) * item(after.values, i) < 0);
  return {
    flipRate: flipRate(before.values, after.values, top),
    weightedFlipRate: sum(flips.map(size)) / sum(top.map(size)),
    ...{ indeterminate: 0, topCount: top.length },
    spearman: spearman(before.values, after.values),
    kendall: kendall(before.values, after.values),
    topOverlap: overlap(top, topIndices(after.values, top.length, 'abs')),
    ...{ accuracyBefore: before.accuracy, accuracyAfter: after.accuracy },
  };
}
