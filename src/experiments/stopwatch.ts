/** Where the wall time of a run goes: seconds by stage, of stages that may run side by side. */
import type { StageTime } from './results.js';

export class Stopwatch {
  readonly #seconds = new Map<string, number>();
  readonly #startedAt = performance.now();

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
    return (performance.now() - this.#startedAt) / 1000;
  }
}
