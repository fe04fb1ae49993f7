/** How fast a machine does each kind of work: what turns costs into seconds. */
import { WORK_KINDS, type Cost, type WorkKind } from './measures/measure.js';

/** Seconds of a cost. */
export type Speed = (cost: Cost) => number;

/** Flops a second of a usual core: good for the order of cells and shares of progress, not for times. */
export const USUAL_RATES: Readonly<Record<WorkKind, number>> = {
  training: 1e10,
  kernels: 2e10,
  gates: 2e10,
  factors: 1e10,
  influence: 1e10,
  spectra: 5e9,
  attacks: 1e10,
  data: 1e8,
};

export const USUAL_SPEED: Speed = (cost) =>
  WORK_KINDS.reduce((sum, kind) => sum + (cost[kind] ?? 0) / USUAL_RATES[kind], 0);

/** One measurement: work of a size, and how long it took. */
export interface Timing {
  readonly flops: number;
  readonly seconds: number;
}

/** Timings of each kind at several sizes; of training, those of one step. */
export type Timings = Readonly<Partial<Record<WorkKind, readonly Timing[]>>>;

/** The speed that timings show; a kind that was not timed goes at the usual speed. */
export function speedOf(timings: Timings): Speed {
  return (cost) =>
    WORK_KINDS.reduce((sum, kind) => {
      const flops = cost[kind] ?? 0;
      if (flops === 0) return sum;
      const measured = timings[kind] ?? [];
      if (measured.length === 0) return sum + flops / USUAL_RATES[kind];
      const steps = kind === 'training' ? Math.max(1, cost.steps ?? 1) : 1;
      return sum + steps * secondsAt(flops / steps, measured);
    }, 0);
}

/**
 * Seconds of work of a size: small work takes as long as the smallest that was timed, large work grows as the largest;
 * between two, time grows as a power of the size.
 */
function secondsAt(flops: number, timings: readonly Timing[]): number {
  const sorted = [...timings].sort((a, b) => a.flops - b.flops);
  const above = sorted.find((timing) => timing.flops >= flops);
  const below = sorted.findLast((timing) => timing.flops <= flops);
  if (below === undefined) return above?.seconds ?? 0;
  if (above === undefined) return (below.seconds * flops) / below.flops;
  if (above.flops === below.flops) return above.seconds;
  const share = Math.log(flops / below.flops) / Math.log(above.flops / below.flops);
  return below.seconds * (above.seconds / below.seconds) ** share;
}
