/** Where the wall time of a run goes: seconds by stage, of stages that may run side by side. */
import type { StageTime } from './results.js';

/** What an earlier session of the same run took. */
export interface EarlierTime {
  readonly stages: readonly StageTime[];
  readonly totalSeconds: number;
}

export class Stopwatch {
  readonly #seconds: Map<string, number>;
  readonly #earlierSeconds: number;
  readonly #startedAt = performance.now();

  constructor(earlier: EarlierTime = { stages: [], totalSeconds: 0 }) {
    this.#seconds = new Map(earlier.stages.map(({ stage, seconds }) => [stage, seconds]));
    this.#earlierSeconds = earlier.totalSeconds;
  }

  /** Runs `work` and adds its wall time to `stage`. */
  async time<Result>(stage: string, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - startedAt) / 1000;
      this.#seconds.set(stage, (this.#seconds.get(stage) ?? 0) + seconds);
    }
  }

  stages(): StageTime[] {
    return Array.from(this.#seconds, ([stage, seconds]) => ({ stage, seconds }));
  }

  totalSeconds(): number {
    return this.#earlierSeconds + (performance.now() - this.#startedAt) / 1000;
  }
}
