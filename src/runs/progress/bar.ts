/** Progress as one bar on a terminal. */
import { SingleBar } from 'cli-progress';
import type { ProgressRenderer, ProgressState } from './renderer.js';
import { formatPercent, formatTimeLeft, printable } from './text.js';

const BAR_CELLS = 30;
const REDRAWS_PER_SECOND = 4;

/** A bar such as `[=====-----] 42 % | 3 min 10 s left | relu width 64 seed 0`. */
export function barRenderer(stream: NodeJS.WritableStream): ProgressRenderer {
  let current: () => ProgressState;
  let lastFinished: string | undefined;
  const bar = new SingleBar({
    stream,
    fps: REDRAWS_PER_SECOND,
    // The bar is redrawn by a timer and asks for the state then, so that the time left counts down.
    format: () => barLine(current(), lastFinished),
  });
  return {
    start(state) {
      current = state;
      bar.start(1, 0);
    },
    advance(state, finished) {
      lastFinished = finished ?? lastFinished;
      bar.update(state().fraction);
    },
    finish() {
      bar.stop();
    },
  };
}

function barLine(state: ProgressState, lastFinished: string | undefined): string {
  const filled = Math.floor(state.fraction * BAR_CELLS);
  const bar = '='.repeat(filled) + '-'.repeat(BAR_CELLS - filled);
  const what = printable(lastFinished ?? state.label);
  return `[${bar}] ${formatPercent(state.fraction)} | ${formatTimeLeft(state)} | ${what}`;
}
