/**
 * Adversarial examples in the l_inf ball, by the sign of the input gradient: FGSM (Goodfellow et al., 2015), PGD
 * (Madry et al., 2018) and MIM (Dong et al., 2018), on pixels, through row normalisation and linearized attention.
 */
import { requireInteger, requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { Matrix, wrap, type Elements } from '../linalg/matrix.js';
import {
  requireNetwork,
  type LossName,
  type TwoLayerNetwork,
} from '../models/two-layer-network.js';
import type { AttackRequest, PipelineRequest } from '../native/binding.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type OutputOptions, type RunOptions } from '../options.js';

/** What is attacked: pixels -> unit rows -> [attention, unit rows] -> network -> loss. */
export interface AttackTarget<T extends Elements = Float64Array> {
  /** The network, which stays as it is. */
  readonly network: TwoLayerNetwork<T>;
  /**
   * What the points attend to: unit rows, n x d, held fixed, or `'points'`, the attacked points themselves
   * (transductive): then the context moves with every step, all losses together are attacked, and the gradient goes
   * through the context, too. Default: no attention.
   */
  readonly context?: Matrix<T> | 'points' | undefined;
  /** The loss that is increased. */
  readonly loss: LossName;
}

/**
 * What eps and alpha are counted in. `pixel`: the pixels' own units. `standardized`: multiples of each pixel's
 * standard deviation `scale`, the units of inputs that were divided by it. `unit`: multiples of |p|, the units of the
 * point scaled to unit norm.
 */
export type EpsUnits = 'pixel' | 'standardized' | 'unit';

/** Options of {@link fgsm}. */
export interface FgsmOptions extends RunOptions {
  /** Radius of the l_inf ball, in `epsUnits`. */
  readonly eps: number;
  /** Default `pixel`. */
  readonly epsUnits?: EpsUnits | undefined;
  /** Standard deviation of each of the d pixels, for `standardized` and for nothing else. */
  readonly scale?: readonly number[] | Float64Array | undefined;
  /** Range of valid pixels; a pixel outside it is an error. Default [0, 1]. */
  readonly clip?: readonly [number, number] | undefined;
}

/** Options of {@link mim}. */
export interface MimOptions extends FgsmOptions {
  /** Default 10. */
  readonly steps?: number | undefined;
  /** Step size, in `epsUnits`. Default eps / steps. */
  readonly alpha?: number | undefined;
  /** Decay of the accumulated gradient. Default 1. */
  readonly decay?: number | undefined;
}

/** Options of {@link pgd}. */
export interface PgdOptions extends FgsmOptions {
  /** Default 10. */
  readonly steps?: number | undefined;
  /** Step size, in `epsUnits`. Default 2.5 eps / steps. */
  readonly alpha?: number | undefined;
  /** Whether to start from a uniform point of the ball. Default `true`. */
  readonly randomStart?: boolean | undefined;
  /** Seed of the random start: integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** Everything an attack ran with, after defaults. */
export interface AttackParameters {
  /** Which attack. */
  readonly attack: 'fgsm' | 'pgd' | 'mim';
  /** Radius of the l_inf ball, in `epsUnits`. */
  readonly eps: number;
  /** Step size, in `epsUnits`. */
  readonly alpha: number;
  /** What eps and alpha are counted in. */
  readonly epsUnits: EpsUnits;
  /** Null unless `epsUnits` is `standardized`. */
  readonly scale: Float64Array | null;
  /** Gradient steps. */
  readonly steps: number;
  /** Null without momentum. */
  readonly decay: number | null;
  /** Whether it began at a random point of the ball. */
  readonly randomStart: boolean;
  /** Range of valid pixels. */
  readonly clip: readonly [number, number];
  /** Null when nothing is random. */
  readonly seed: number | null;
}

/** What an attack returns. */
export interface AttackResult<T extends Elements> {
  /** Perturbed pixels, n x d: within eps of the pixels and inside the clip range, to rounding. */
  readonly adversarial: Matrix<T>;
  /** What the attack ran with. */
  readonly parameters: AttackParameters;
}

const CLIP: readonly [number, number] = [0, 1];
const BALL = ['eps', 'epsUnits', 'scale', 'clip'];
/** What native code counts steps to. */
const MAX_STEPS = 2 ** 31 - 1;

/**
 * FGSM: one step p + eps sign(gradient).
 *
 * @param pixels - n x d, in the network's precision, inside `clip`.
 * @param Y - targets, n x c: the loss of each point against its own row is increased.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a pixel lies outside `clip` or an option is out of range,
 * `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`, `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
 */
export async function fgsm<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  options: FgsmOptions,
): Promise<AttackResult<T>> {
  requireKnownOptions(options, BALL);
  const { eps } = options;
  const still = { steps: 1, decay: null, randomStart: false, seed: null };
  const parameters = { attack: 'fgsm', alpha: eps, ...ballOf(options), ...still } as const;
  return attack(target, pixels, Y, parameters, options);
}

/**
 * PGD: `steps` steps of alpha sign(gradient), projected onto the ball after each, from a random start.
 *
 * @param pixels - n x d, in the network's precision, inside `clip`.
 * @param Y - targets, n x c.
 * @throws NtkitError as {@link fgsm}.
 */
export async function pgd<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  options: PgdOptions,
): Promise<AttackResult<T>> {
  requireKnownOptions(options, PGD_OPTIONS);
  return attack(target, pixels, Y, pgdParameters(options), options);
}

/** The names of {@link PgdOptions} but for the common ones. */
export const PGD_OPTIONS: readonly string[] = [...BALL, 'steps', 'alpha', 'randomStart', 'seed'];

/** Fills in the defaults of {@link pgd}. */
export function pgdParameters(options: PgdOptions): AttackParameters {
  const { eps, steps = 10, randomStart = true, seed } = options;
  requireSteps(eps, steps);
  requireInteger(seed, 'seed', 0);
  const { alpha = (2.5 * eps) / steps } = options;
  return { attack: 'pgd', ...ballOf(options), alpha, steps, decay: null, randomStart, seed };
}

/**
 * MIM: as PGD from the point itself, along g <- decay g + gradient / |gradient|_1.
 *
 * @param pixels - n x d, in the network's precision, inside `clip`.
 * @param Y - targets, n x c.
 * @throws NtkitError as {@link fgsm}.
 */
export async function mim<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  options: MimOptions,
): Promise<AttackResult<T>> {
  requireKnownOptions(options, [...BALL, 'steps', 'alpha', 'decay']);
  const { eps, steps = 10, decay = 1 } = options;
  requireSteps(eps, steps);
  requireNumber(decay, 'decay', 'finite nonnegative number', (x) => x >= 0);
  const { alpha = eps / steps } = options;
  const still = { randomStart: false, seed: null };
  const parameters = { attack: 'mim', ...ballOf(options), alpha, steps, decay, ...still } as const;
  return attack(target, pixels, Y, parameters, options);
}

async function attack<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  parameters: AttackParameters,
  options: RunOptions,
): Promise<AttackResult<T>> {
  const request = { ...pipelineRequest(target), ...attackRequest(parameters), pixels, Y };
  const adversarial = await call(
    (binding, job, common) => binding.attack({ ...request, ...common }, job),
    options,
  );
  return { adversarial: wrap(adversarial), parameters };
}

/**
 * Gradient of the loss in the pixels, through normalisation and attention: row i is the gradient of point i's own
 * loss in p_i or, with the context `'points'`, of the sum of all losses.
 *
 * @param pixels - n x d, in the network's precision; a zero row has no gradient.
 * @param Y - targets, n x c.
 * @returns n x d.
 * @throws NtkitError as {@link fgsm}.
 */
export async function pixelGradient<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  options: OutputOptions<Matrix<T>> = {},
): Promise<Matrix<T>> {
  requireKnownOptions(options, ['out']);
  // Native code takes pixels that are left out for inputs as they are.
  requireObject(pixels, 'pixels', 'Matrix');
  const request = { ...pipelineRequest(target), pixels, Y };
  return wrap(
    await call(
      (binding, job, common) => binding.inputGradient({ ...request, ...common }, job),
      options,
    ),
  );
}

/** What is attacked, as native code takes it. */
export function pipelineRequest<T extends Elements>(
  target: AttackTarget<T>,
): Omit<PipelineRequest, 'Y'> {
  requireObject(target, 'target');
  const { network, context, loss } = target;
  requireNetwork(network, 'target.network');
  const { weights, signs } = network;
  const transductive = context === 'points';
  const fixed = transductive ? undefined : context;
  return { weights, signs, context: fixed, transductive, unitRows: true, loss };
}

/** An attack's parameters, as native code takes them. */
export function attackRequest(parameters: AttackParameters): Omit<AttackRequest, 'pixels'> {
  const { eps, alpha, epsUnits, scale, steps, decay, randomStart, clip, seed } = parameters;
  requireClip(clip);
  const [low, high] = clip;
  return {
    ...{ eps, alpha, epsUnits, steps, momentum: decay ?? undefined, randomStart, low, high },
    scale: scale === null ? undefined : Matrix.of(scale, 1, scale.length),
    attackSeed: seed ?? 0,
  };
}

function ballOf(
  options: FgsmOptions,
): Pick<AttackParameters, 'eps' | 'epsUnits' | 'scale' | 'clip'> {
  const { eps, epsUnits = 'pixel', clip = CLIP, scale } = options;
  if (epsUnits !== 'standardized' && scale !== undefined) {
    throw invalidArgument("no scale unless epsUnits is 'standardized'", 'scale', scale);
  }
  const standardized = epsUnits === 'standardized';
  return { eps, epsUnits, clip, scale: standardized ? requireNumbers(scale, 'scale', 1) : null };
}

/** What the default step size is computed from. */
function requireSteps(eps: number, steps: number): void {
  requireNumber(eps, 'eps', 'finite nonnegative number', (x) => x >= 0);
  requireInteger(steps, 'steps', 1, MAX_STEPS);
}

function requireClip(clip: unknown): void {
  const [low = NaN, high = NaN, ...rest] = requireNumbers(clip, 'clip', 2);
  if (low > high || rest.length > 0) {
    throw invalidArgument('two numbers, the smaller one first,', 'clip', clip);
  }
}
