/**
 * Adversarial examples in the l_inf ball, by the sign of the input gradient: FGSM (Goodfellow et al., 2015), PGD
 * (Madry et al., 2018) and MIM (Dong et al., 2018), on pixels, through row normalisation and linearized attention.
 */
import { requireInteger, requireNumber, requireNumbers, requireObject } from '../arguments.js';
import { invalidArgument } from '../errors.js';
import { wrap, type Elements, type Matrix } from '../linalg/matrix.js';
import {
  requireNetwork,
  type LossName,
  type TwoLayerNetwork,
} from '../models/two-layer-network.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type RunOptions } from '../options.js';

/** What is attacked: pixels -> unit rows -> [attention, unit rows] -> network -> loss. */
export interface AttackTarget<T extends Elements = Float64Array> {
  readonly network: TwoLayerNetwork<T>;
  /** Unit rows that the points attend to, n x d, held fixed during the attack. Default: no attention. */
  readonly context?: Matrix<T> | undefined;
  readonly loss: LossName;
}

/** Options of {@link fgsm}. */
export interface FgsmOptions extends RunOptions {
  /** Radius of the l_inf ball, in pixel units. */
  readonly eps: number;
  /** Range of valid pixels; a pixel outside it is an error. Default [0, 1]. */
  readonly clip?: readonly [number, number] | undefined;
}

/** Options of {@link mim}. */
export interface MimOptions extends FgsmOptions {
  /** Default 10. */
  readonly steps?: number | undefined;
  /** Step size. Default eps / steps. */
  readonly alpha?: number | undefined;
  /** Decay of the accumulated gradient. Default 1. */
  readonly decay?: number | undefined;
}

/** Options of {@link pgd}. */
export interface PgdOptions extends FgsmOptions {
  /** Default 10. */
  readonly steps?: number | undefined;
  /** Step size. Default 2.5 eps / steps. */
  readonly alpha?: number | undefined;
  /** Whether to start from a uniform point of the ball. Default `true`. */
  readonly randomStart?: boolean | undefined;
  /** Seed of the random start: integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** Everything an attack ran with, after defaults. */
export interface AttackParameters {
  readonly attack: 'fgsm' | 'pgd' | 'mim';
  readonly eps: number;
  readonly alpha: number;
  readonly steps: number;
  /** Null without momentum. */
  readonly decay: number | null;
  readonly randomStart: boolean;
  readonly clip: readonly [number, number];
  /** Null when nothing is random. */
  readonly seed: number | null;
}

/** What an attack returns. */
export interface AttackResult<T extends Elements> {
  /** Perturbed pixels, n x d: within eps of the pixels and inside the clip range, to rounding. */
  readonly adversarial: Matrix<T>;
  readonly parameters: AttackParameters;
}

const CLIP: readonly [number, number] = [0, 1];
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
  requireKnownOptions(options, ['eps', 'clip']);
  const { eps, clip = CLIP } = options;
  const still = { steps: 1, decay: null, randomStart: false, seed: null };
  return attack(target, pixels, Y, { attack: 'fgsm', eps, alpha: eps, clip, ...still }, options);
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
  requireKnownOptions(options, ['eps', 'clip', 'steps', 'alpha', 'randomStart', 'seed']);
  const { eps, clip = CLIP, steps = 10, randomStart = true, seed } = options;
  requireSteps(eps, steps);
  requireInteger(seed, 'seed', 0);
  const { alpha = (2.5 * eps) / steps } = options;
  const parameters = { eps, alpha, steps, clip, decay: null, randomStart, seed } as const;
  return attack(target, pixels, Y, { attack: 'pgd', ...parameters }, options);
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
  requireKnownOptions(options, ['eps', 'clip', 'steps', 'alpha', 'decay']);
  const { eps, clip = CLIP, steps = 10, decay = 1 } = options;
  requireSteps(eps, steps);
  requireNumber(decay, 'decay', 'finite nonnegative number', (x) => x >= 0);
  const { alpha = eps / steps } = options;
  const parameters = { eps, alpha, steps, clip, decay, randomStart: false, seed: null } as const;
  return attack(target, pixels, Y, { attack: 'mim', ...parameters }, options);
}

async function attack<T extends Elements>(
  target: AttackTarget<T>,
  pixels: Matrix<T>,
  Y: Matrix<T>,
  parameters: AttackParameters,
  options: RunOptions,
): Promise<AttackResult<T>> {
  requireObject(target, 'target');
  const { network, context, loss } = target;
  requireNetwork(network, 'target.network');
  const { eps, alpha, steps, decay, randomStart, clip, seed } = parameters;
  requireClip(clip);
  const [low, high] = clip;
  const { weights, signs } = network;
  const request = {
    ...{ weights, signs, context, unitRows: true, loss, pixels, Y },
    ...{ eps, alpha, steps, decay: decay ?? undefined, randomStart, low, high, seed: seed ?? 0 },
  };
  const adversarial = await call(
    (binding, job, common) => binding.attack({ ...request, ...common }, job),
    options,
  );
  return { adversarial: wrap(adversarial), parameters };
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
