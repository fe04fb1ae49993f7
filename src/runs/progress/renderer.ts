/** What a way of showing progress is given and has to do. */

/** How far a run has come. */
export interface ProgressState {
  readonly label: string;
  /** Share of the cost that is done, 0-1. */
  readonly fraction: number;
  readonly elapsedSeconds: number;
  /** Elapsed time times cost left over cost done; null before anything is done. */
  readonly secondsLeft: number | null;
}

/** One way of showing progress. `state` can be asked for again later, as time goes on. */
export interface ProgressRenderer {
  start(state: () => ProgressState): void;
  /** `finished` names the cell that has just been finished, if one has. */
  advance(state: () => ProgressState, finished: string | undefined): void;
  finish(state: () => ProgressState): void;
}
