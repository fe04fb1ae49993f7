/**
 * Input gradients by central differences and the l_inf attacks as plain loops. Points are pixel vectors
 * before any normalisation.
 */
import { linearizedAttention } from './attention.js';
import { loss, type LossName, type Network } from './network.js';
import { at, build, item, rowOf, unit, unitRows, type Rows } from './rows.js';

export interface Pipeline {
  readonly network: Network;
  readonly loss: LossName;
  /** Unit training rows that the point attends to, held fixed; absent for the network without attention. */
  readonly attendsTo?: Rows;
}

/** The loss of one point: pixels -> unit norm -> attention -> unit norm -> network -> loss. */
export function pipelineLoss(
  pipeline: Pipeline,
  pixels: readonly number[],
  targets: readonly number[],
): number {
  const input = [unit(pixels)];
  const rows =
    pipeline.attendsTo === undefined
      ? input
      : unitRows(linearizedAttention(pipeline.attendsTo, { queries: input, normalize: false }));
  return loss(pipeline.loss, pipeline.network, rows, [targets]);
}

/** Sum of the losses of all points when they attend to each other. */
export function transductiveLoss(pipeline: Pipeline, pixels: Rows, targets: Rows): number {
  const units = pixels.map(unit);
  const rows = unitRows(linearizedAttention(units, { queries: units, normalize: false }));
  return loss(pipeline.loss, pipeline.network, rows, targets) * pixels.length;
}

/** Gradient of {@link transductiveLoss} by the pixels. */
export function transductiveGradient(
  pipeline: Pipeline,
  pixels: Rows,
  targets: Rows,
  step = 1e-5,
): number[][] {
  return build(pixels.length, rowOf(pixels, 0).length, (i, j) => {
    const shifted = (by: number): number[][] =>
      build(
        pixels.length,
        rowOf(pixels, 0).length,
        (k, l) => at(pixels, k, l) + (k === i && l === j ? by : 0),
      );
    const up = transductiveLoss(pipeline, shifted(step), targets);
    return (up - transductiveLoss(pipeline, shifted(-step), targets)) / (2 * step);
  });
}

/** Gradient of {@link pipelineLoss} by the pixels. */
export function inputGradient(
  pipeline: Pipeline,
  pixels: readonly number[],
  targets: readonly number[],
  step = 1e-5,
): number[] {
  return pixels.map((_, j) => {
    const shifted = (by: number): number[] =>
      pixels.map((value, k) => (k === j ? value + by : value));
    const up = pipelineLoss(pipeline, shifted(step), targets);
    const down = pipelineLoss(pipeline, shifted(-step), targets);
    return (up - down) / (2 * step);
  });
}

/** Gradient of the loss of one point by its pixels. */
export type Gradient = (pixels: readonly number[]) => readonly number[];

export interface AttackOptions {
  readonly eps: number;
  /** Allowed pixel values, lowest and highest. */
  readonly clip: readonly [number, number];
}

export interface IterativeOptions extends AttackOptions {
  readonly steps: number;
  readonly alpha: number;
}

/** One step of size eps along the sign of the gradient. */
export function fgsm(
  pixels: readonly number[],
  gradient: Gradient,
  options: AttackOptions,
): number[] {
  return project(pixels, moveBySign(pixels, gradient(pixels), options.eps), options);
}

/** Steps of size alpha from pixels + start, projected on the eps ball after each (Madry et al., 2018). */
export function pgd(
  pixels: readonly number[],
  gradient: Gradient,
  options: IterativeOptions & { start: readonly number[] },
): number[] {
  const started = pixels.map((value, j) => value + item(options.start, j));
  let current = project(pixels, started, options);
  for (let step = 0; step < options.steps; step++) {
    current = project(pixels, moveBySign(current, gradient(current), options.alpha), options);
  }
  return current;
}

/** Steps along the sign of the momentum g <- decay g + gradient / |gradient|_1 (Dong et al., 2018). */
export function mim(
  pixels: readonly number[],
  gradient: Gradient,
  options: IterativeOptions & { decay: number },
): number[] {
  let current = [...pixels];
  let momentum = pixels.map(() => 0);
  for (let step = 0; step < options.steps; step++) {
    const slope = gradient(current);
    const size = slope.reduce((sum, value) => sum + Math.abs(value), 0);
    momentum = momentum.map(
      (value, j) => options.decay * value + (size === 0 ? 0 : item(slope, j) / size),
    );
    current = project(pixels, moveBySign(current, momentum, options.alpha), options);
  }
  return current;
}

function moveBySign(from: readonly number[], direction: readonly number[], step: number): number[] {
  return from.map((value, j) => value + step * Math.sign(item(direction, j)));
}

/** The nearest point of the eps ball around `center` that also lies within `clip`. */
function project(
  center: readonly number[],
  moved: readonly number[],
  { eps, clip }: AttackOptions,
): number[] {
  return moved.map((value, j) => {
    const inBall = Math.min(item(center, j) + eps, Math.max(item(center, j) - eps, value));
    return Math.min(clip[1], Math.max(clip[0], inBall));
  });
}
