/**
 * Ratios, not times: contestants run in turn, round after round, so that whatever disturbs the machine disturbs all
 * of them, and medians are compared.
 */
import { setImmediate as immediately, setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { named } from './check.mjs';
import { median, spread } from './statistics.mjs';

/** OpenBLAS's threads spin for a tenth of a second after a call before they sleep: they must not spin into our turn. */
const PAUSE_MS = 150;

/** A turn of work shorter than this is made of several runs: one alone would time caches and threads that have cooled down. */
const TURN_SECONDS = 0.02;
const MOST_RUNS = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/**
 * A contestant of this process.
 *
 * @param run - computes and returns the result, or a promise of it; what it has timed itself it returns as `seconds`.
 * @param options - `before`: untimed preparation of every run, whose value `run` receives; `calls`: how many calls
 * of what is measured one run makes, for the time of one.
 */
export function inProcess(run, { before = () => undefined, calls = 1 } = {}) {
  let latest;
  return {
    /** Gives back the memory of earlier runs, as numpy has done by then. */
    async clear() {
      latest = undefined;
      collectGarbage();
      // Finalizers run in a turn of their own.
      await immediately();
    },
    async time(runs = 1) {
      let seconds = 0;
      for (let i = 0; i < runs; i++) {
        const prepared = await before();
        const startedAt = performance.now();
        latest = await run(prepared);
        seconds += latest?.seconds ?? (performance.now() - startedAt) / 1000;
      }
      return seconds / (runs * calls);
    },
    values: () => named(latest?.seconds === undefined ? latest : latest.result),
    close: () => undefined,
  };
}

/** How many runs a turn is made of, the same for everybody: as many as the fastest may take. */
export function runsOfATurn(warm) {
  return Math.min(MOST_RUNS, Math.max(1, Math.round(TURN_SECONDS / Math.min(...warm))));
}

/**
 * @param contestants - objects with `time(runs)`, a promise of the seconds of one of so many runs, and perhaps `clear()`,
 * which comes before it and is not timed. Each must have run once before: pages, caches and lazy loading are warm then;
 * `warm[i]` says how long that took.
 * @param options - `rounds`: how many at most; `seconds`: what the rounds may take together, which cuts their number
 * down to `least`.
 * @returns per contestant `{ seconds, spread, rounds }`, or `{ problem, failed }` when it broke.
 */
export async function race(contestants, warm, { rounds, least = 3, seconds = Infinity }) {
  const runs = runsOfATurn(warm);
  const oneRound = warm.reduce((sum, value) => sum + runs * value + PAUSE_MS / 1000, 0);
  const count = Math.max(Math.min(least, rounds), Math.min(rounds, Math.floor(seconds / oneRound)));
  const samples = contestants.map(() => []);
  const problems = [];
  for (let round = 0; round < count; round++) {
    for (const [i, contestant] of contestants.entries()) {
      if (problems[i] !== undefined) continue;
      // Before the pause: what V8's own threads have left to sweep is not part of anybody's turn.
      await contestant.clear?.();
      await sleep(PAUSE_MS);
      try {
        samples[i].push(await contestant.time(runs));
      } catch (error) {
        if (contestant.ours) throw error;
        problems[i] = { problem: error.message, failed: true };
      }
    }
  }
  return samples.map(
    (all, i) => problems[i] ?? { seconds: median(all), spread: spread(all), rounds: count },
  );
}
