/**
 * Progress of a long run with the time left, weighted by cost: a cell of width 4096 moves it 256 times as
 * far as one of width 16.
 */
import { invalidArgument } from '../errors.js';
import { barRenderer } from './progress/bar.js';
import { jsonRenderer, plainRenderer, silentRenderer } from './progress/lines.js';
import type { ProgressRenderer, ProgressState } from './progress/renderer.js';

/** Before this much is done, a time left would be start-up time scaled up a thousandfold. */
const LEAST_FRACTION = 0.001;

/** How progress is shown; `auto` is `bar` on a terminal and `plain` elsewhere. */
export type ProgressMode = 'auto' | 'bar' | 'plain' | 'json' | 'none';

export interface ProgressOptions {
  readonly mode: ProgressMode;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Cost of all that will be reported to `advance`, in any unit (flops). */
  readonly totalCost: number;
  /** A clock in milliseconds; default `performance.now`, which changes of the date do not move. */
  readonly now?: () => number;
}

/** Where a run is told how far it has come. */
export interface Progress {
  /** Starts the clock. Call once, first. */
  start(label: string): void;
  /**
   * Adds to the cost done. With `finished`, a cell of that name has just been finished; without, work inside
   * a cell went on, which lines of text show at most once a second.
   */
  advance(cost: number, finished?: string): void;
  /** Ends the display, also of a run that stops early; a bar keeps the process alive until then. */
  finish(): void;
}

/**
 * A progress display. A bar needs a terminal: on any other stream `bar` shows plain lines.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when `totalCost`, or later a cost, is no nonnegative number.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { totalCost, now = () => performance.now() } = options;
  requireCost('totalCost', totalCost);
  const renderer = chooseRenderer(options);
  let label = '';
  let startedAt = now();
  let doneCost = 0;
  let advancedAt = startedAt;

  const state = (): ProgressState => {
    const fraction = totalCost === 0 ? 1 : Math.min(1, doneCost / totalCost);
    const atAdvance =
      fraction < LEAST_FRACTION ? null : ((advancedAt - startedAt) / 1000) * (1 / fraction - 1);
    const sinceAdvance = (now() - advancedAt) / 1000;
    return {
      label,
      fraction,
      elapsedSeconds: (now() - startedAt) / 1000,
      secondsLeft: atAdvance === null ? null : Math.max(0, atAdvance - sinceAdvance),
    };
  };

  return {
    start(runLabel) {
      label = runLabel;
      startedAt = now();
      advancedAt = startedAt;
      renderer.start(state);
    },
    advance(cost, finished) {
      requireCost('cost', cost);
      doneCost += cost;
      advancedAt = now();
      renderer.advance(state, finished);
    },
    finish() {
      renderer.finish(state);
    },
  };
}

function chooseRenderer({ mode, stream }: ProgressOptions): ProgressRenderer {
  switch (mode) {
    case 'none':
      return silentRenderer();
    case 'json':
      return jsonRenderer(stream);
    case 'plain':
      return plainRenderer(stream);
    case 'auto':
    case 'bar':
      return stream.isTTY === true ? barRenderer(stream) : plainRenderer(stream);
  }
}

function requireCost(name: string, cost: number): void {
  if (!Number.isFinite(cost) || cost < 0) {
    throw invalidArgument('nonnegative finite number', name, cost);
  }
}
