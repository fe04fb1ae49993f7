/** Progress as lines of text or JSON, for logs and programs. */
import type { ProgressRenderer, ProgressState } from './renderer.js';
import { formatDuration, formatPercent, formatTimeLeft, printable } from './text.js';

/** Between two lines about unfinished cells. */
const QUIET_SECONDS = 1;

type WriteLine = (
  event: 'start' | 'advance' | 'finish',
  state: ProgressState,
  finished?: string,
) => void;

/** Lines such as `42 % | 3 min 10 s left | relu width 64 seed 0`, without control characters. */
export function plainRenderer(stream: NodeJS.WritableStream): ProgressRenderer {
  return lineRenderer((event, state, finished) => {
    const percent = formatPercent(state.fraction);
    const lines = {
      start: state.label,
      advance: `${percent} | ${formatTimeLeft(state)} | ${finished ?? state.label}`,
      finish: `${percent} | ended after ${formatDuration(state.elapsedSeconds)} | ${state.label}`,
    };
    stream.write(`${printable(lines[event])}\n`);
  });
}

/** One JSON object a line: the event, the cell it finished if any, and the {@link ProgressState}. */
export function jsonRenderer(stream: NodeJS.WritableStream): ProgressRenderer {
  return lineRenderer((event, state, finished) => {
    stream.write(`${JSON.stringify({ event, finished, ...state })}\n`);
  });
}

export function silentRenderer(): ProgressRenderer {
  const nothing = (): void => undefined;
  return { start: nothing, advance: nothing, finish: nothing };
}

function lineRenderer(write: WriteLine): ProgressRenderer {
  let writtenAt = 0;
  return {
    start(state) {
      write('start', state());
    },
    advance(state, finished) {
      const current = state();
      if (finished === undefined && current.elapsedSeconds - writtenAt < QUIET_SECONDS) return;
      writtenAt = current.elapsedSeconds;
      write('advance', current, finished);
    },
    finish(state) {
      write('finish', state());
    },
  };
}
