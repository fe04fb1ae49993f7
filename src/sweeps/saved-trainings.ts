/** Trainings of a run that has a folder: long ones are saved there now and then, and gone on with. */
import { sha256 } from '../data/files.js';
import { NtkitError } from '../errors.js';
import { Matrix, type Elements } from '../linalg/matrix.js';
import {
  resolveTraining,
  type ResumableTrainOptions,
  type TrainingState,
} from '../models/training.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import { canonicalJson } from '../runs/canonical-json.js';
import type { Checkpoints } from '../runs/checkpoints.js';

/**
 * Seconds of training between two saves, which is what a kill costs at most, an epoch aside; and what a run that is asked
 * to stop may still take to finish a training. A save of 77 MB, the weights and moments of 4,096 units on 784 inputs, took
 * 0.3 to 0.7 s: one or two per cent of it.
 */
export const SAVE_SECONDS = 30;

/** Where a disk is so slow that a save takes long, it takes at most one part in so many of the time. */
const SAVE_SHARE = 20;

/** Raised whenever the arrays of a checkpoint, or their order, change. */
const FORMAT = 1;

/** Where trainings are saved, and when. */
export interface Saving {
  readonly checkpoints: Checkpoints;
  /** What decides the bits of a training beside data and options. */
  readonly numerics: string;
  readonly seconds: number;
  /** Asks for a stop: a training with more than `seconds` left is saved then, and not finished. */
  readonly drain?: AbortSignal | undefined;
}

/** One training. */
export interface Training<T extends Elements> {
  /** What identifies the data that it is of. */
  readonly data: string;
  /** Its name among the trainings on this data. */
  readonly name: string;
  readonly network: TwoLayerNetwork<T>;
  readonly X: Matrix<T>;
  readonly Y: Matrix<T>;
  readonly options: Omit<ResumableTrainOptions<T>, 'from' | 'pause'>;
}

/** Trains, saves, goes on. */
export class SavedTrainings {
  readonly #saving: Saving;
  /** The checkpoints that trainings have left, by the names of the trainings. */
  readonly #left = new Map<string, string>();

  constructor(saving: Saving) {
    this.#saving = saving;
  }

  /**
   * Trains from where this or another process left off.
   *
   * @throws NtkitError as {@link TwoLayerNetwork.train}; `ERR_ABORTED` also when it was saved because the run stops,
   * `ERR_STORE` when it cannot be saved then.
   */
  async train<T extends Elements>(training: Training<T>): Promise<TrainingState<T>> {
    const { name, network, X, Y, options } = training;
    const { checkpoints, seconds, drain } = this.#saving;
    const { epochs } = resolveTraining(options).request;
    const key = this.#keyOf(training);
    let state = stateFrom(await checkpoints.read(key), network);
    if (state !== undefined) this.#left.set(name, key);
    let [savedAt, wait] = [performance.now(), 1000 * seconds];
    let finishes = false;
    for (;;) {
      const startedAt = performance.now();
      const behind = state?.epoch ?? 0;
      const pause = pauseAfter(savedAt + wait - startedAt, finishes ? undefined : drain);
      state = await network
        .trainResumably(X, Y, { ...options, from: state, pause: pause.signal })
        .finally(pause.clear);
      const now = performance.now();
      const left = epochs - state.epoch;
      const asked: boolean = drain?.aborted === true && !finishes && left > 0;
      const leftMs = (left * (now - startedAt)) / (state.epoch - behind);
      const stops = asked && leftMs > 1000 * seconds;
      finishes ||= asked;
      if (stops || now - savedAt >= wait) {
        try {
          await checkpoints.write(key, arraysOf(state));
          this.#left.set(name, key);
        } catch (error) {
          // A training that goes on loses nothing yet, and is saved next time.
          if (stops) throw error;
        }
        savedAt = performance.now();
        wait = Math.max(wait, SAVE_SHARE * (savedAt - now));
      }
      if (stops) throw new NtkitError('ERR_ABORTED', `Saved at epoch ${state.epoch} of ${epochs}`);
      if (left === 0) return state;
    }
  }

  /** Removes what trainings of these names have left, once nobody needs it. */
  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const key = this.#left.get(name);
      if (key !== undefined) await this.#saving.checkpoints.remove(key);
      this.#left.delete(name);
    }
  }

  #keyOf<T extends Elements>({ data, name, network, options }: Training<T>): string {
    const { request } = resolveTraining(options);
    const { rows, cols, data: elements } = network.weights;
    const shape = [rows, cols, elements.BYTES_PER_ELEMENT];
    const { numerics } = this.#saving;
    return sha256(
      canonicalJson({ format: FORMAT, data, name, request, shape, numerics }, 'checkpoint key'),
    );
  }
}

function arraysOf<T extends Elements>(state: TrainingState<T>): Uint8Array[] {
  const { network, moments, losses } = state;
  const arrays = [losses, network.weights.data, ...(moments === null ? [] : [moments.data])];
  return arrays.map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** Undefined without arrays: training begins at the start. */
function stateFrom<T extends Elements>(
  arrays: readonly Uint8Array<ArrayBuffer>[] | undefined,
  { weights: { rows, cols, data }, signs }: TwoLayerNetwork<T>,
): TrainingState<T> | undefined {
  const [losses, weights, moments] = arrays ?? [];
  if (losses === undefined || weights === undefined) return undefined;
  const matrix = ({ buffer }: Uint8Array<ArrayBuffer>, height: number): Matrix<T> => {
    const elements =
      data instanceof Float64Array ? new Float64Array(buffer) : new Float32Array(buffer);
    return Matrix.of(elements, height, cols) as Matrix<Elements> as Matrix<T>;
  };
  return {
    epoch: losses.length / Float64Array.BYTES_PER_ELEMENT,
    network: new TwoLayerNetwork(matrix(weights, rows), signs),
    moments: moments === undefined ? null : matrix(moments, 2 * rows),
    losses: new Float64Array(losses.buffer),
  };
}

/** A signal that fires after some time or with another one; it is cleared when it is not needed any more. */
function pauseAfter(
  milliseconds: number,
  other: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const fire = (): void => {
    controller.abort();
  };
  const timer = setTimeout(fire, milliseconds);
  if (milliseconds <= 0 || other?.aborted === true) fire();
  other?.addEventListener('abort', fire, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      other?.removeEventListener('abort', fire);
    },
  };
}
