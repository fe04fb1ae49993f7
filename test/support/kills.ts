/** Processes that are killed at random points, again and again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { repeat } from './effort.js';

/** How many kills a test makes; the long run as many as the project promises to survive. */
export const KILLS = repeat(8, 200);

/** A process of a test. */
export interface Spawned {
  readonly child: ChildProcess;
  /** Resolves with the exit code, null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts `node <args>`, its output into a file. */
export function start(args: readonly string[], log: string): Spawned {
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, args, { stdio: ['ignore', file, file] });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });
  return { child, ended };
}

/** Random numbers in [0, 1) that a seed decides, so that a failure can be met again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
